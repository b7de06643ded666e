"""Backups, and going back to one."""
