"""Appliances: register, correct, transfer, retire and exchange them; and their categories."""
