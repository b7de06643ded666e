"""A made-up outlet, the same for the same seed (domain.md 5): names, homes and machines, jobs, the months."""
