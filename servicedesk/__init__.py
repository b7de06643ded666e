"""A service desk in one file: customers, appliances, tickets, birthdays, and KPIs that anyone can check."""

__version__ = "0.2.0"
