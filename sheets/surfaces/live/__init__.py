"""What a workbook that stays open has in common, in Excel and in Google Sheets: rows are joined, cells are typed."""
