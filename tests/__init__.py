"""Sentences about what servicedesk does."""
