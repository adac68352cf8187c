"""What the workbook shows: one module per tab, columns in the order in which they appear."""
