"""What the desk does: functions that record, correct, list and show, with their SQL and transactions."""
