"""Read and write the rows about money: quotes and charges, the price list, income, the fund for compensation."""
