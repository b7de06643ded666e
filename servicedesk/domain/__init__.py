"""The rules and values of the outlet as pure functions, which read no file and no clock."""
