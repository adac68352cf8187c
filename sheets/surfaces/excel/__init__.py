"""The workbook as it is open in Excel, driven through xlwings."""
