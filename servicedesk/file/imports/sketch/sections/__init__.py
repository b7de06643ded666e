"""Propose the sections of a map: customers, appliances, tickets and their ends, the dates of all."""
