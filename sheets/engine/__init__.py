"""The engine: pure functions on frames. No files, no network, no clock, no workbook."""
