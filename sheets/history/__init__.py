"""History: what every system said, every day, kept as pages that are stored once and replayed as they were."""
