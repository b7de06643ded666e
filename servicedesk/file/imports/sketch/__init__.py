"""`import --sketch`: propose a map for a file that nobody has described, for a person to read and correct."""
