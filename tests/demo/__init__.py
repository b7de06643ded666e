"""Tests of servicedesk.desk."""
