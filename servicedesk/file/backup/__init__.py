"""Make backups, and restore one."""
