"""What people do with appliances."""
