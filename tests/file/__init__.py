"""Tests of servicedesk.file."""
