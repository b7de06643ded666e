"""Help pages and the words they explain."""
