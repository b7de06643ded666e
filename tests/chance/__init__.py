"""What chance makes happen in an outlet, mean at every boundary of the KPIs (put together in random_outlets.py)."""
