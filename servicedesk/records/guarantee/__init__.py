"""Read the rows that decide an appliance's guarantee: dates, terms, repairs, exchanges."""
