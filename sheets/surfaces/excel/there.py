"""What stands in a workbook that is open in Excel: its tabs and tables, their cells, and the marks of a refresh.

Each property of Excel's is a call to another program, of about a millisecond: a table is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sheets.surfaces.live.there import Cells
from sheets.surfaces.marks import Area, column_number
from sheets.surfaces.package import TableThere, TabThere
from sheets.surfaces.visible import plain
from sheets.tabs.layout import Value

if TYPE_CHECKING:
    import xlwings
    from xlwings.main import Table

_AREA: Final = re.compile(r"\$([A-Z]{1,3})\$(\d+)(?::\$([A-Z]{1,3})\$(\d+))?")
_SCOPED: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")


@dataclass
class BookThere:
    """An open workbook. tabs: each with its tables; marks: name and tab's place, None for the workbook's -> formula."""

    book: xlwings.Book
    tabs: dict[TabThere, list[TableThere]] = field(default_factory=dict)
    marks: dict[tuple[str, int | None], str] = field(default_factory=dict)
    sheets: dict[str, xlwings.Sheet] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    _noted: dict[str, set[tuple[int, int]]] = field(default_factory=dict)

    def noted(self, tab: str) -> set[tuple[int, int]]:
        """The cells of a tab that have a note, from 0; asked of Excel once, a call or two for each note."""
        if tab not in self._noted:
            places = [note.location for note in self.sheets[tab].notes]
            self._noted[tab] = {(place.row - 1, place.column - 1) for place in places}
        return self._noted[tab]

    def cells(self, tab: str, area: Area) -> Cells:
        """The cells of an area; two calls to Excel."""
        area_ = range_of(self.sheets[tab], area)
        values = area_.options(ndim=2).value
        formulas = _square(area_.formula)
        return Cells(
            [[_value(cell) for cell in row] for row in values],
            [["" if cell is None else str(cell) for cell in row] for row in formulas],
        )

    def data(self, tab: str, table: TableThere) -> Cells:
        """The data of a table, without its header and totals."""
        top, left, _, right = table.area
        return self.cells(tab, (top + 1, left, max(table.last_row, top + 1), right))


def book_there(book: xlwings.Book) -> BookThere:
    """Looks at every tab for its tables, and at the names."""
    there = BookThere(book)
    number: dict[str, int] = {}
    for at, sheet in enumerate(book.sheets):
        tab = TabThere(sheet.name, "", at)
        number[tab.name] = at
        there.sheets[tab.name] = sheet
        there.tabs[tab] = [_table(there, table) for table in sheet.tables]
    for name in book.names:
        scoped = _SCOPED.fullmatch(name.name)
        if scoped is None:
            there.marks[name.name, None] = name.refers_to or ""
        else:
            tab_name = scoped[1].replace("''", "'") if scoped[1] is not None else scoped[2]
            there.marks[scoped[3], number.get(tab_name)] = name.refers_to or ""
    return there


def range_of(sheet: xlwings.Sheet, area: Area) -> xlwings.Range:
    """The cells of an area that counts from 0."""
    top, left, bottom, right = area
    return sheet.range((top + 1, left + 1), (bottom + 1, right + 1))


def _table(there: BookThere, table: Table) -> TableThere:
    there.tables[table.name] = table
    headed = bool(table.show_headers)
    row = table.header_row_range
    headers = row.options(ndim=1).value if headed and row is not None else []
    return TableThere(
        table.name, area_of(table.range.address), tuple(map(str, headers)), bool(table.show_totals), headed=headed
    )


def area_of(address: str) -> Area:
    """`$A$1:$B$2` from 0."""
    found = _AREA.fullmatch(address)
    if found is None:
        raise ValueError(f"not an address: {address!r}")
    left, top, right, bottom = found.groups()
    return int(top) - 1, column_number(left), int(bottom or top) - 1, column_number(right or left)


def _square(cells: Any) -> Sequence[Sequence[Any]]:  # noqa: ANN401 - Excel gives a cell, a row, or rows
    if not isinstance(cells, (list, tuple)):
        return [[cells]]
    return cells if cells and isinstance(cells[0], (list, tuple)) else [cells]


def _value(cell: object) -> Value:
    # Cells in a currency's format come as decimals.
    return plain(float(cell) if isinstance(cell, Decimal) else cell)
