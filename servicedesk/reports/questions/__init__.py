"""The boss's questions: verbs of `report`, each with its definition, its answer and the rows behind it."""
