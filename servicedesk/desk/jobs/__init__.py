"""Jobs: pick-up and loan, checklists, authorising brands, certificates, badges and trainings of technicians."""
