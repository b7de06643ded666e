"""The outlet's rules and values as pure functions: no file, no clock."""
