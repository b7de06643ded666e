"""Public events of the outlet: user schools, free repairs, lectures (S42)."""
