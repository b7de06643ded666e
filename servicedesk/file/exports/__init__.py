"""Export one noun as a list, or the whole file as a folder; read such a folder back."""
