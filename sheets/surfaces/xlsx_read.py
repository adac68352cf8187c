"""The tables of an existing workbook file, found by their names wherever they stand."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from python_calamine import CalamineWorkbook

from connectors.errors import CannotRead, WorkbookUnreadable
from connectors.workbook_archive import check_reach
from sheets.surfaces.marks import REMEMBERED, ROWS, SAID, column_letters, listed_in, texts_marked
from sheets.surfaces.opening import BROKEN, refuse_unsafe, refuse_while_open, unreadable
from sheets.surfaces.package import Package, TableThere, TabThere
from sheets.surfaces.patch.cells_there import formula_cells, values_at
from sheets.surfaces.patch.standing import Marks, marks_of, texts_before
from sheets.surfaces.remembered import WRITTEN, edits
from sheets.surfaces.remembered_names import edits_in_rows, edits_in_texts
from sheets.surfaces.surface import Edit, Shown, Unknown
from sheets.surfaces.visible import frame_of, plain

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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
                    _refuse_other_letters(package, tab, path.name)
            marks = marks_of(package)
            formulas: dict[str, dict[str, list[bool]]] = {}
            unknown: list[Unknown] = []
            for tab in package.tabs():
                there = formula_cells(package, tab.part) if package.tables(tab) else {}
                for table in filter(lambda one: one.headed, package.tables(tab)):
                    formulas[table.name] = _flags(table, there)
                    unknown += _unknown(table, there)
            found = [edit for tab in package.tabs() for edit in _edits_in_texts(package, tab, marks)]
        with CalamineWorkbook.from_path(path, load_tables=True) as workbook:
            tables = {}
            for name in workbook.table_names or []:
                table = workbook.get_table_by_name(name)
                rows = table.to_python()
                columns = zip(*rows, strict=True) if rows else [[] for _ in table.columns]
                named = {
                    header: [plain(cell) for cell in one] for header, one in zip(table.columns, columns, strict=True)
                }
                flags = formulas.get(name)
                if flags is not None:
                    found += edits(name, listed_in(marks.get((REMEMBERED + name, None), "")), named, flags)
                    found += edits_in_rows(name, listed_in(marks.get((ROWS + name, None), "")), named, flags)
                named.pop(WRITTEN, None)
                tables[name] = frame_of(list(named), named.values())
    except CannotRead as refusal:
        raise WorkbookUnreadable(
            f"tab {tab.name} {refusal.what}", where=path.name, expected=refusal.expected, todo=refusal.todo
        ) from refusal
    except BROKEN as broken:
        raise unreadable(path, str(broken)) from broken
    return Shown(tables, tuple(found), tuple(unknown))


def _refuse_other_letters(package: Package, tab: TabThere, said: str) -> None:
    """The reader takes a part in UTF-16, which the format allows, for an empty one."""
    with package.opened(tab.part) as part:
        if part.read(2) in _UTF_16:
            raise WorkbookUnreadable(
                f"tab {tab.name} is kept in UTF-16",
                where=said,
                expected="UTF-8, as all spreadsheet programs write",
                todo="open it in Excel and save it again",
            )


def _edits_in_texts(package: Package, tab: TabThere, marks: Marks) -> list[Edit]:
    """Texts of ours on a tab that somebody wrote over."""
    mark = listed_in(marks.get((SAID, tab.index), ""))
    areas = texts_marked(texts_before(marks, tab))
    cells = {area[:2] for area in areas if area is not None}
    if not mark or not cells:
        return []
    return edits_in_texts(tab.name, mark, areas, values_at(package, tab.part, cells))


def _flags(table: TableThere, there: Mapping[tuple[int, int], bool]) -> dict[str, list[bool]]:
    """Which cells of a table hold a formula, by header."""
    top, left, bottom, _ = table.area
    return {
        header: [(row, column) in there for row in range(top + 1, bottom + 1)]
        for column, header in enumerate(table.headers, left)
    }


def _unknown(table: TableThere, there: Mapping[tuple[int, int], bool]) -> list[Unknown]:
    """Cells of a table whose formula was not worked out."""
    top, left, _, right = table.area
    return [
        Unknown(table.name, table.headers[column - left], f"{column_letters(column)}{row + 1}")
        for (row, column), known in there.items()
        if not known and top < row <= table.last_row and left <= column <= right
    ]
