"""Tests of servicedesk.kpis."""
