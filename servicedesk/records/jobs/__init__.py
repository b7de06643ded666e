"""Rows of how a job is done: handovers, checklists, what technicians have."""
