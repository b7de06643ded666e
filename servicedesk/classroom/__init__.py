"""The classroom: ten exercises that are handed out as files, handed in as one file, and marked by the program."""
