"""`demo`: make a file with a made-up outlet, and show what to try in it."""
