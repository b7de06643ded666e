"""Read and write the rows of each noun: customers, appliances, tickets, notes, technicians and the rest."""
