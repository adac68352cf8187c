"""Where the workbook is shown: a file, the open workbook, a shared sheet, memory."""
