"""Programs that print ratios; run by hand, never as tests."""
