"""The outlet's file as a whole: open, check, back up, restore, salvage, import, export."""
