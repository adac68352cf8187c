"""Google Sheets, asked: what a workbook that lies there and a system that keeps its counts there have in common."""
