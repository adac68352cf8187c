"""What an open workbook shows, and what of ours in it somebody wrote over."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from sheets.surfaces.live.there import Cells, Stands
from sheets.surfaces.marks import REMEMBERED, ROWS, SAID, listed_in, texts_marked
from sheets.surfaces.package import TableThere, TabThere
from sheets.surfaces.patch.standing import Found, texts_before
from sheets.surfaces.patch.texts import TextsThere, texts_of
from sheets.surfaces.placed import Placed
from sheets.surfaces.remembered import WRITTEN, edits
from sheets.surfaces.remembered_names import edits_in_rows, edits_in_texts
from sheets.surfaces.surface import Edit, Shown
from sheets.surfaces.visible import frame_of
from sheets.tabs.layout import Layout, Value

if TYPE_CHECKING:
    import pandas as pd


def shown_of(there: Stands) -> Shown | None:
    """The tables that stand there; None when none of ours does."""
    tables: dict[str, pd.DataFrame] = {}
    found: list[Edit] = []
    for tab, stood in there.tabs.items():
        for table in (one for one in stood if one.headed):
            named, flags = _columns(there.data(tab.name, table), table)
            mark, rows = (listed_in(there.marks.get((kind + table.name, None), "")) for kind in (REMEMBERED, ROWS))
            found += [*edits(table.name, mark, named, flags), *edits_in_rows(table.name, rows, named, flags)]
            named.pop(WRITTEN, None)
            tables[table.name] = frame_of(list(named), named.values())
        found += _edits_in_texts(there, tab)
    return Shown(tables, tuple(found)) if tables else None


def _columns(cells: Cells, table: TableThere) -> tuple[dict[str, list[Value]], dict[str, list[bool]]]:
    """A table's columns by header: their values, and which of them a formula gives."""
    rows = range(len(cells.values))
    return (
        {header: [cells.values[row][at] for row in rows] for at, header in enumerate(table.headers)},
        {header: [cells.is_formula(row, at) for row in rows] for at, header in enumerate(table.headers)},
    )


def texts_in(layout: Layout, found: Found, there: Stands, tables: Mapping[str, Placed]) -> dict[str, TextsThere]:
    """Where the texts of each tab stand."""
    made = {}
    for tab in layout.tabs:
        at = found.tabs[tab.name]
        assert at is not None

        def holding(cells: Set[tuple[int, int]], name: str = at.name) -> Set[tuple[int, int]]:
            return {cell for cell in cells if there.cells(name, (*cell, *cell)).holds(0, 0)}

        made[tab.name] = texts_of(tab, found, there.marks, tables, holding)
    return made


def _edits_in_texts(there: Stands, tab: TabThere) -> list[Edit]:
    """Texts of ours on a tab that somebody wrote over."""
    mark = listed_in(there.marks.get((SAID, tab.index), ""))
    areas = texts_marked(texts_before(there.marks, tab))
    cells = {area[:2] for area in areas if area is not None}
    if not mark or not cells:
        return []
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    top, left = min(rows), min(columns)
    read = there.cells(tab.name, (top, left, max(rows), max(columns)))
    stood = {
        (row, column): (read.values[row - top][column - left], read.is_formula(row - top, column - left))
        for row, column in cells
    }
    return edits_in_texts(tab.name, mark, areas, stood)
