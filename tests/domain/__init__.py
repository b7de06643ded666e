"""Tests of servicedesk.domain."""
