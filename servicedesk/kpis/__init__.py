"""KPIs of the outlet: definitions, counts, reports, comparisons, targets."""
