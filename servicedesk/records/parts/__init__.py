"""The rows of spare parts: the register and the stock, who holds what, who waits for what."""
