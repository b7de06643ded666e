"""Read the rows of contracts and of consumables that are sent to customers."""
