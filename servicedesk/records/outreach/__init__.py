"""Read the rows of the outlet's public events and who came to them."""
