"""What people do with a ticket, one file a verb."""
