"""The figures of a brand: judge shares with DuckDB, keep the counts, and report them to head office."""
