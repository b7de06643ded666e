"""The guarantee of an appliance: its facts, its rules, how days are counted."""
