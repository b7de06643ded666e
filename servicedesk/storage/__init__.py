"""The only connection to the outlet's file, the journal of commands, new files written in one step, and search."""
