"""The rows of each noun, and how they are looked up."""
