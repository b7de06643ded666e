"""Write tables in the asked format: text on a terminal, Markdown, JSON, CSV and others."""
