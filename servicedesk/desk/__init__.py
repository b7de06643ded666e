"""What the outlet can do: SQL and transactions around the core."""
