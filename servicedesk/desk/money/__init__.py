"""What people do with the money of a ticket: quotes and their answers, charges, prices."""
