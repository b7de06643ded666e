"""Solutions that the house knows: write them down, search them, exchange them with other outlets."""
