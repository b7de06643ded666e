"""The trainer's side: a class with its roster, the packages handed out, the marks, and the overview page."""
