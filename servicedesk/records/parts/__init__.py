"""Read the rows of spare parts: the register, the stock, parts held by technicians, parts that tickets wait for."""
