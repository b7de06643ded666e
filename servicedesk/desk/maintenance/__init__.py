"""Maintenance: birthdays of appliances, and the visits that they bring."""
