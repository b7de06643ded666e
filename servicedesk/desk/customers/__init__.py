"""Customers and households: register, correct, merge, show, export and forget them."""
