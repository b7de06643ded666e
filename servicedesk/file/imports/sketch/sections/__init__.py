"""Propose the sections of a map: customers, appliances, tickets and how they ended, and all dates."""
