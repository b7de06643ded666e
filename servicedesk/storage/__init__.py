"""The one connection to the file, its journal, and files written whole."""
