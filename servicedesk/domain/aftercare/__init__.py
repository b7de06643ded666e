"""Rules and values for the time after the work: call-backs, promises, complaints, questionnaires."""
