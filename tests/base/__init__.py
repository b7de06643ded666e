"""Tests of servicedesk.base."""
