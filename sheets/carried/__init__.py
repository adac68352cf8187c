"""What goes along when a brand's workbook moves elsewhere: users' columns, formulas, and tabs of their own."""
