"""What people do with customers and households."""
