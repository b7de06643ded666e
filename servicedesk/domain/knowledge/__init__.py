"""Solutions to known problems, as values."""
