"""What may happen: values, rules and words of the outlet; no input, no output, no SQL, no clock."""
