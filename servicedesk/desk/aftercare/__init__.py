"""What follows a repair: surveys, callbacks, promises, complaints."""
