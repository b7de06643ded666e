"""Definitions of the KPIs: what each counts, one file for each family."""
