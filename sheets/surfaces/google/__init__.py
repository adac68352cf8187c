"""The shared Google Sheet as a surface."""
