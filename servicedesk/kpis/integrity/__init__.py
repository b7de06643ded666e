"""Signals of records that look wrong, and their panel."""
