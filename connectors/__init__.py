"""Systems in: every connector reads one system's export or answer and gives the same frames."""
