"""The tables of an existing workbook file, found by their names wherever they stand."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook

from connectors.errors import CannotRead, WorkbookUnreadable
from connectors.workbook_archive import check_reach
from sheets.surfaces.opening import BROKEN, refuse_unsafe, refuse_while_open, unreadable
from sheets.surfaces.package import Package
from sheets.surfaces.surface import Shown
from sheets.surfaces.visible import frame_of


def read_tables(path: Path, *, even_if_open: bool = False) -> Shown:
    """Every table of the file. Formulas give the values that were cached when the file was saved.

    Raises WorkbookOpen while a program holds the file, unless `even_if_open`: for reading alone, the last saved state
    may do. Raises WorkbookUnreadable for a file that is no whole .xlsx or .xlsm.
    """
    if not even_if_open:
        refuse_while_open(path)
    refuse_unsafe(path)
    try:
        with Package(path) as package:
            for tab in package.tabs():
                if package.tables(tab):
                    # The reader lays out every cell up to the farthest: a lone one must not fill the memory.
                    check_reach(path, tab.name, path.name)
        with CalamineWorkbook.from_path(path, load_tables=True) as workbook:
            tables = {}
            for name in workbook.table_names or []:
                table = workbook.get_table_by_name(name)
                rows = table.to_python()
                columns = zip(*rows, strict=True) if rows else [[] for _ in table.columns]
                tables[name] = frame_of(table.columns, columns)
    except CannotRead as refusal:
        raise WorkbookUnreadable(
            f"tab {tab.name} {refusal.what}", where=path.name, expected=refusal.expected, todo=refusal.todo
        ) from refusal
    except BROKEN as broken:
        raise unreadable(path, str(broken)) from broken
    return Shown(tables)
