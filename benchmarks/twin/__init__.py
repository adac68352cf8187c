"""A twin world: what truly happened, and what systems that watched it made of it."""
