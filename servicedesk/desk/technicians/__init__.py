"""Technicians: register and absences, and the work of a day on screen, on paper and in a calendar."""
