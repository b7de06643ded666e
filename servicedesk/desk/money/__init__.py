"""Money of tickets: quotes and their answers, charges, prices, and the compensation fund."""
