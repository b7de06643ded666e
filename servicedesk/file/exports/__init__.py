"""Lists and the whole file, written out."""
