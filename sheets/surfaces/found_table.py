"""Where a table stands in a workbook file, wherever users moved it."""

from __future__ import annotations

from pathlib import Path

from sheets.surfaces.opening import BROKEN, refuse_unsafe
from sheets.surfaces.package import Package


def first_row_of(path: Path, name: str) -> tuple[str, int] | None:
    """The tab of a table, and the row of its first data, counted from 1; None where the file has no such table.

    Raises WorkbookUnreadable for a file that is not safe to open.
    """
    if not path.is_file():
        return None
    refuse_unsafe(path)
    try:
        with Package(path) as package:
            for tab in package.tabs():
                for table in package.tables(tab):
                    if table.name == name:
                        return tab.name, table.area[0] + (2 if table.headed else 1)
    except BROKEN:
        return None
    return None
