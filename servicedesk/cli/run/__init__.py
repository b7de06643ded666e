"""One run of the program: session, options, language, questions."""
