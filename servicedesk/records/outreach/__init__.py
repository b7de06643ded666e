"""The rows of what the outlet does beside the job, and how they are looked up."""
