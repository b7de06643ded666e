"""The rows of money: of tickets, the price list, the fund for compensation."""
