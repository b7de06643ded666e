"""Simulate an outlet from a seed: names, homes and appliances, jobs, months."""
