"""Tests of servicedesk.output."""
