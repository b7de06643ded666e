"""Programs that break it on purpose: killed processes, full disks, a crowd on one file. Shorter runs are tests."""
