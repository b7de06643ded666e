"""One run of the program: session, shared options, language, questions at a terminal."""
