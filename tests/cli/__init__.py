"""Tests of servicedesk.cli."""
