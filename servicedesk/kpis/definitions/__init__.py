"""What each KPI counts, one file a family."""
