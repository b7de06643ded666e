"""Help: pages of commands, the search for a command, rules behind codes, translated pages."""
