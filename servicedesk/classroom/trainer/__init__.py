"""What a trainer does: a class, its packages, the marks of what comes back, and the page that shows them."""
