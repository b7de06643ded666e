"""The guarantee of an appliance: its facts, its rules, and how its days are counted."""
