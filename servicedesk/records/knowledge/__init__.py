"""Read the rows of solutions: problems and what helps."""
