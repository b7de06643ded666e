"""How a job is done: pick-up and loan, checklists, certificates, badges and trainings of technicians."""
