"""What customers are asked and told after the work, as values."""
