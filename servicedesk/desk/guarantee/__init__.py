"""Guarantee: show it, judge a fault, set its terms, read the holidays."""
