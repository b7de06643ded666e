"""Tests of servicedesk.reports."""
