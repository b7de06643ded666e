"""What commands wrote, undone and redone."""
