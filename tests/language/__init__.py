"""Tests of servicedesk.language."""
