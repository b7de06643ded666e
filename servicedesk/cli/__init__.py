"""The command line: commands, options, help, completion, and the place that prints every error."""
