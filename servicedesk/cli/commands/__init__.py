"""Commands that belong to no noun."""
