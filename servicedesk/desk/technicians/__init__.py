"""A technician's day to take along: a sheet of paper, a calendar for the phone."""
