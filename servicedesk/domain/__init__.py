"""What may happen at an outlet, as values and pure functions: no file, no clock."""
