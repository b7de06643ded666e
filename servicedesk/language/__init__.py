"""Show messages and read typed codes in English and Chinese."""
