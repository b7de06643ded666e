"""What the outlet agreed with customers: contracts, and what is sent again and again."""
