"""How it is asked: commands, options, the one error boundary."""
