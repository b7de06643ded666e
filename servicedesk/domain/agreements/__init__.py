"""Dates of contracts and consumables: when they are valid, and when visits and consumables are due."""
