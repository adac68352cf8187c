"""The master tracking sheet: what is reconciled, how it is laid out, and where it is shown."""
