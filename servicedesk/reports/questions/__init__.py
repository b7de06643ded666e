"""The boss's questions: verbs of `report` that answer from the facts, each with its definition and its rows."""
