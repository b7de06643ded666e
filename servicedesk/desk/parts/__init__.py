"""Spare parts: keep the register, receive, issue, use, give back and order them."""
