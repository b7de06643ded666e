"""Read the rows about doing a job: handovers, checklists, credentials of technicians, authorising brands."""
