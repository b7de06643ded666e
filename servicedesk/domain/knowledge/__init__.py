"""What the house knows, as values."""
