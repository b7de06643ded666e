"""The rows of contracts and consumables, and how they are looked up."""
