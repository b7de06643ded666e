"""Agreements with customers: contracts, and consumables that are sent regularly."""
