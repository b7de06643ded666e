"""A made-up outlet, and what to try in it."""
