"""The figures of a brand: shares judged with DuckDB, what was counted kept, and what head office asks of it."""
