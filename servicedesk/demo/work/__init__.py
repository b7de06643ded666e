"""Simulate the made-up outlet at work: calls, technicians, dispatch, repairs, outcomes. No file is touched."""
