"""The ten exercises, a folder each: the questions, the outlet drawn from a variant, and the marks."""
