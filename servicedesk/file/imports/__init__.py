"""Files in and out: strangers' files, whole export folders, backups."""
