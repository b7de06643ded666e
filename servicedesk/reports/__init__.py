"""The monthly report as a value, before a writer makes a file of it."""
