"""Tests of servicedesk.storage."""
