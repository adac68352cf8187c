"""A workbook as another library than ours sees it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter, range_boundaries

from sheets.tabs.layout import Table

# How our notes begin.
OURS = "Mastersheet"

Row = dict[str, "Seen"]


@dataclass(frozen=True)
class Seen:
    """What a user sees in a cell."""

    value: object = None
    formula: bool = False
    fill: str | None = None
    note: str | None = None
    link: str | None = None

    @property
    def bare(self) -> Seen:
        """Without a note of ours, which comes and goes."""
        return replace(self, note=None) if self.note and self.note.startswith(OURS) else self

    @property
    def holds(self) -> bool:
        """Whether there is something in the cell or on it that somebody wrote."""
        return self.value is not None or self.bare.note is not None


@dataclass(frozen=True)
class Standing:
    """A table as it stands. area: left, top, right, bottom, from 1."""

    tab: str
    area: tuple[int, int, int, int]
    headers: list[str]
    rows: list[Row]

    def keys(self, table: Table) -> list[tuple[str, ...] | None]:
        """The key of each row, None where it is empty."""
        keys = [tuple(as_key(row[name].value) for name in table.key) for row in self.rows]
        return [key if any(key) else None for key in keys]

    def used(self) -> int:
        """How many rows there are without blank ones at the end."""
        return max((at + 1 for at, row in enumerate(self.rows) if not _blank(row)), default=0)

    def inside(self, row: int, column: int) -> bool:
        """Whether a cell of the tab belongs to the table."""
        left, top, right, bottom = self.area
        return left <= column <= right and top <= row <= bottom

    def row_at(self, at: int) -> int:
        """The sheet's row of a row of the table."""
        return self.area[1] + 1 + at

    def letters(self, header: str) -> str:
        """The sheet's column of a column of the table."""
        return str(get_column_letter(self.area[0] + self.headers.index(header)))


class Picture:
    """A workbook as another library sees it."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        self.book = book
        self.tables: dict[str, Standing] = {}
        self.outside: dict[str, dict[tuple[int, int], Seen]] = {}
        # The cells of each text of ours; none of a text that was deleted.
        self.texts: dict[str, list[list[tuple[int, int]]]] = {}
        self.hidden: dict[str, set[int]] = {}
        for sheet in book.worksheets:
            for table in sheet.tables.values():
                header, *rows = sheet[table.ref]
                headers = [str(cell.value) for cell in header]
                assert headers == [one.name for one in table.tableColumns], f"{table.name}: headers in cells and table"
                seen = [dict(zip(headers, map(_seen, row), strict=True)) for row in rows]
                self.tables[table.name] = Standing(sheet.title, range_boundaries(table.ref), headers, seen)
            here = [one for one in self.tables.values() if one.tab == sheet.title]
            self.outside[sheet.title] = {
                at: _seen(cell)
                for at, cell in sheet._cells.items()
                if _seen(cell) != Seen() and not any(one.inside(*at) for one in here)
            }
            self.hidden[sheet.title] = {row for row, one in sheet.row_dimensions.items() if one.hidden}
            mark = sheet.defined_names.get("mastersheet_texts")
            self.texts[sheet.title] = [] if mark is None else [_cells_of(one) for one in mark.attr_text.split(",")]

    def words(self) -> Counter[str]:
        """Every text that a user typed or noted, and how often it stands somewhere."""
        cells = [seen for table in self.tables.values() for row in table.rows for seen in row.values()]
        cells += [seen for many in self.outside.values() for seen in many.values()]
        said = [one for cell in cells for one in (cell.value, cell.note) if isinstance(one, str)]
        return Counter(one for one in said if re.fullmatch(r"mine \d+", one))


def _cells_of(reference: str) -> list[tuple[int, int]]:
    if "#REF!" in reference:
        return []
    left, top, right, bottom = range_boundaries(reference.rpartition("!")[2])
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def plain(value: object) -> object:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value == "" or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def _seen(cell: Cell) -> Seen:
    fill = cell.fill.fgColor.rgb if cell.fill.patternType == "solid" else None
    note = cell.comment.text if cell.comment else None
    return Seen(
        None if cell.value == "" else cell.value,
        cell.data_type == "f",
        fill,
        note,
        cell.hyperlink and cell.hyperlink.target,
    )


def _blank(row: Row) -> bool:
    return not any(seen.holds for seen in row.values())


def as_key(value: object) -> str:
    value = plain(value)
    return "" if value is None else str(value)
