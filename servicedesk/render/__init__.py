"""How an answer looks: one writer per format."""
