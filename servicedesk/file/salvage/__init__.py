"""Copy the readable rows of a damaged file into a new one."""
