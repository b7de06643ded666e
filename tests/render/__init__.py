"""Tests of servicedesk.render."""
