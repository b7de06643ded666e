"""Maps: what the columns of a stranger's file become, and a row read through one."""
