"""Write an answer in the asked format."""
