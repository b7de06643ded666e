"""What people do with spare parts: keep the register, receive, issue, use, give back, order."""
