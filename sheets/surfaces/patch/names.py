"""Defined names: of our cells, of what in the workbook is ours, and of what is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sheets.surfaces.marks import (
    COLUMNS,
    REMEMBERED,
    ROWS,
    SAID,
    TEXTS,
    Area,
    absolute,
    list_mark,
    tab_of,
    texts_mark,
    texts_marked,
)
from sheets.surfaces.package import TabThere
from sheets.surfaces.patch.book import name, unname
from sheets.surfaces.patch.parts import Parts
from sheets.surfaces.patch.standing import Found, Marks, written_before
from sheets.surfaces.placed import Placed, cell_of
from sheets.surfaces.remembered import mark_of
from sheets.surfaces.remembered_names import rows_said, texts_said
from sheets.tabs.layout import Tab, Text

_PRINTED: Final = "_xlnm.Print_Area"


def names_of_cells(parts: Parts, names: Mapping[str, tuple[str, str, str]], tables: Mapping[str, Placed]) -> None:
    """The layout's names for its cells, wherever these stand. names: name -> table, key and header."""
    for said, (of, key, header) in names.items():
        name(parts, said, "=" + cell_of(tables[of], key, header))


def remember_tables(parts: Parts, tables: Mapping[str, Placed], found: Found, marks: Marks) -> None:
    """Which columns are ours, and what their cells say."""
    for of, one in tables.items():
        headers = [column.header for column in one.table.columns]
        standing = found.tables.get(of)
        if standing is not None:
            first = standing.there.area[1]
            headers += [standing.there.headers[column - first] for column in standing.dead]
        before = [header for header in written_before(marks, of) if header in headers]
        _hidden(parts, COLUMNS + of, list_mark(before + [header for header in headers if header not in before]))
        _hidden(parts, REMEMBERED + of, _listed(mark_of(one.table)))
        _hidden(parts, ROWS + of, _listed(rows_said(one.table)))


def remember_texts(parts: Parts, there: TabThere, tab: Tab, areas: Sequence[Area | None]) -> None:
    """Where a tab's texts stand, and what they say. areas: of each text, None for one that is not there."""
    _hidden(parts, TEXTS, texts_mark(there.name, areas), tab=there.index)
    texts = [block.content for block in tab.blocks if isinstance(block.content, Text)]
    said = texts_said([None if area is None else text for area, text in zip(areas, texts, strict=True)])
    _hidden(parts, SAID, _listed(said), tab=there.index)


def print_areas(parts: Parts, tables: Mapping[str, Placed], found: Found, marks: Marks) -> None:
    """A print area that ended with a table of ours ends with it again; any other is the user's choice."""
    for standing in found.tables.values():
        mark = marks.get((_PRINTED, standing.tab.index), "")
        areas = texts_marked(mark)
        area = areas[0] if len(areas) == 1 and tab_of(mark) == standing.tab.name else None
        ended = max(standing.there.area[2], standing.there.area[0] + 1)
        if area is not None and area[2] == ended and area[1] <= standing.there.area[1] <= area[3]:
            end = tables[standing.table.name].last_row + int(standing.there.totals)
            row, left, _, right = area
            name(parts, _PRINTED, absolute(standing.tab.name, row, left, end, right), tab=standing.tab.index)


def _hidden(parts: Parts, said: str, mark: str | None, *, tab: int | None = None) -> None:
    """Says it anew. What cannot be said is forgotten: an old word about new cells would be wrong."""
    if mark is None:
        unname(parts, said, tab=tab)
    else:
        name(parts, said, mark, tab=tab, hidden=True)


def _listed(mark: list[str] | None) -> str | None:
    return None if mark is None else list_mark(mark)
