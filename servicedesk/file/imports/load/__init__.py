"""Write imported rows into the outlet's file: new rows, missing values, corrections, answers, technicians."""
