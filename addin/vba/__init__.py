"""The VBA project behind the buttons: Mastersheet.bas is its source, vbaProject.bin the same as Excel takes it."""
