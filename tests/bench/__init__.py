"""Programs that print ratios, run by hand and never as tests; what they measure is tested in test_big.py."""
