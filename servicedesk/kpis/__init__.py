"""Figures: counted, reported, compared."""
