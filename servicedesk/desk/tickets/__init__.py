"""Tickets: open, dispatch, move, complete, correct, show and print them, one file a verb."""
