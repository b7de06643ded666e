"""The rows of what the house knows, and how they are looked up."""
