"""What people do with what the house knows: write it down, search it, exchange it with other outlets."""
