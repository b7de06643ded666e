"""What the outlet does beside the job: user schools, free repairs, lectures (S42)."""
