"""`history`, `undo` and `redo`: what commands wrote, listed and reversed by the journal."""
