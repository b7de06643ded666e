"""The monthly report: assembled as one value, then written as a file; and the boss's questions."""
