"""A made-up outlet, the same for the same seed: names, homes and machines, jobs, the months."""
