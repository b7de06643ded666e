"""The monthly report, laid out before it is written."""
