"""After a repair: surveys, call-backs, contacts, promises, complaints, measures, compensation."""
