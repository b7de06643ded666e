"""Birthdays of appliances, and the visits that they bring."""
