"""Write what was read into the outlet's file: new rows, what was missing, corrections, answers, technicians."""
