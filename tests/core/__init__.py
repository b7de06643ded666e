"""Tests of servicedesk.core."""
