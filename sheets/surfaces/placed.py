"""Where a layout's tables stand on their tabs, and references to their cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sheets.surfaces.marks import Area, absolute
from sheets.surfaces.visible import visible
from sheets.tabs.layout import Layout, Tab, Table, Text

COLUMN_OF: Final = re.compile(r"=?(\w+)\[\[?([^\[\]]+)\]?\]")


@dataclass(frozen=True)
class Placed:
    """A table on its tab; its header stands at row and column, from 0.

    places: where users moved its columns; rows: at which row of the table, from 0, each of the layout's stands; many:
    how many rows the table has. Where these are not given it stands as the layout says.
    """

    tab: str
    row: int
    column: int
    table: Table
    places: Mapping[str, int] | None = None
    rows: Sequence[int] | None = None
    many: int | None = None

    @property
    def last_row(self) -> int:
        """The last row of its cells; Excel wants one row at least, so an empty table has a blank one."""
        return self.row + max(1, self.table.rows if self.many is None else self.many)

    def place(self, header: str) -> int:
        """The sheet's column in which that column stands."""
        if self.places is not None:
            return self.places[header]
        headers = [column.header for column in self.table.columns]
        return self.column + headers.index(header)

    def at(self, row: int) -> int:
        """The sheet's row in which the layout's row stands."""
        return self.row + 1 + (row if self.rows is None else self.rows[row])


def placed(layout: Layout) -> dict[str, Placed]:
    """Every table by its name."""
    return {
        block.content.name: Placed(tab.name, block.row, block.column, block.content)
        for tab in layout.tabs
        for block in tab.blocks
        if isinstance(block.content, Table)
    }


def range_of(choices: str, tables: Mapping[str, Placed]) -> str:
    """`=SKUs[SKU]` as that column's cells, since Excel's validations take no structured references.

    Excel stretches such a range by itself when the table grows. Any other reference stays as it is.
    """
    match = COLUMN_OF.fullmatch(choices)
    if match is None or match[1] not in tables:
        return choices if choices.startswith("=") else f"={choices}"
    table = tables[match[1]]
    place = table.place(match[2])
    return "=" + absolute(table.tab, table.row + 1, place, table.last_row, place)


def cell_of(table: Placed, key: str, header: str) -> str:
    """The absolute reference of a cell, by the value of its row's first key column."""
    keys = visible(table.table.column(table.table.key[0]).values)
    if key not in keys:
        raise ValueError(f"{table.table.name}: no row {key!r} for a defined name")
    return absolute(table.tab, table.at(keys.index(key)), table.place(header))


def room_below(tab: Tab, table: Placed, place: int, most: int) -> int:
    """How many rows below a table are free in a column for rows that a buyer adds, at most `most`."""
    below = [
        block.row
        for block in tab.blocks
        if block.row > table.last_row and block.column <= place < block.column + _wide(block.content)
    ]
    return min(most, min(below, default=table.last_row + most + 1) - table.last_row - 1)


def text_areas(tab: Tab) -> list[Area]:
    """The cells of each of a tab's texts, in their order."""
    return [
        (block.row, block.column, block.row, block.column + block.content.span - 1)
        for block in tab.blocks
        if isinstance(block.content, Text)
    ]


def _wide(content: Table | Text) -> int:
    return len(content.columns) if isinstance(content, Table) else content.span
