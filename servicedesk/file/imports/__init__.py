"""Import files of other programs: their tables, maps, sketches, drop folders, rejects and updates."""
