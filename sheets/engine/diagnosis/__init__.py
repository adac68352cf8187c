"""Diagnosis: every gap split into explained parts, each with cause, units and references, and a remainder."""
