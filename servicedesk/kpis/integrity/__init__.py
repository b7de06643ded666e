"""Honesty signals: records that look wrong, and the panel that shows them (K17)."""
