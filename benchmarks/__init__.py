"""How fast the engine, reading, writing and the command line are, each beside plain code that does the same."""
