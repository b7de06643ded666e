"""When contracts and consumables hold and fall due."""
