"""The file as a whole: opened, checked, backed up, imported, exported."""
