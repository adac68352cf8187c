"""Nights: what a refresh at night found, what changed since the one before, and how that is told."""
