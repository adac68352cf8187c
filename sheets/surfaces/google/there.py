"""What stands in a Google spreadsheet.

A table of ours is a named range, which Google stretches and moves along; a column of ours carries metadata, which
follows it. Where the metadata is gone the header's text says which column it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sheets.surfaces.live.there import Cells
from sheets.surfaces.marks import Area
from sheets.surfaces.package import TableThere, TabThere
from sheets.surfaces.visible import plain
from sheets.tabs.layout import Policy, Value

_NONE: Final[dict[int, str]] = {}
# The named range of a table: its header and its rows.
TABLE: Final = "mastersheet_"
# Metadata: a column of ours; what a refresh remembers; which refresh it was.
COLUMN: Final = "mastersheet.column"
MARK: Final = "mastersheet.mark"
STAMP: Final = "mastersheet.refresh"
UNDER_WAY: Final = "Refresh under way: the numbers are whole only when this line is gone"
# Metadata: the named ranges that we made, those of tables aside.
NAMES: Final = "mastersheet.names"
# Metadata: filters and hidden rows that are put aside, and not back yet.
ASIDE: Final = "mastersheet.aside"
# The policy of tables to which people add rows.
BUYERS: Final[Policy] = "buyer"
# What a column's metadata says, in this order; the policy is left out where it is no buyer's table.
_ABOUT: Final = ("table", "header", "form", "policy")

_ERROR: Final = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|ERROR!)(?: \(.*\))?", re.DOTALL)
_DAY_ONE: Final = datetime(1899, 12, 30)
_DATES: Final = ("time", "day")


@dataclass(frozen=True)
class Aside:
    """What a refresh that broke off put aside on a sheet. hidden: rows as they are now, by table."""

    filter: Mapping[str, Any] | None
    hidden: Mapping[str, Sequence[int]]


@dataclass
class SheetThere:
    """A sheet: its number and size, what lies on it, and its cells row by row, as far as they hold something.

    filter: its basic filter; hidden: rows that a user hid; aside: both as they are to be again, None where they are.
    values: what cells show; formulas: row -> column -> the formula there; notes: row and column -> the note there.
    """

    number: int
    title: str
    index: int
    size: tuple[int, int]
    rules: Sequence[Mapping[str, Any]] = ()
    protected: Sequence[Mapping[str, Any]] = ()
    merges: Sequence[Mapping[str, Any]] = ()
    filter: Mapping[str, Any] | None = None
    hidden: Sequence[int] = ()
    aside: Aside | None = None
    values: Sequence[Sequence[Any]] = ()
    formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)

    def shows(self, row: int, column: int) -> Any:  # noqa: ANN401 - a cell of JSON
        """What a cell shows; an empty text where it shows nothing."""
        return self.values[row][column] if row < len(self.values) and column < len(self.values[row]) else ""

    def entered(self, row: int, column: int) -> Any:  # noqa: ANN401
        """What somebody entered: its formula, else its value."""
        formula = self.formulas.get(row, _NONE).get(column)
        return self.shows(row, column) if formula is None else formula

    def line(self, row: int, left: int, right: int) -> tuple[list[Value], list[str]]:
        """What the cells of a row show, and what was entered in them."""
        shown = list(self.values[row][left : right + 1]) if row < len(self.values) else []
        shown += [""] * (right - left + 1 - len(shown))
        typed = [one if type(one) is str else _typed(one) for one in shown]
        values = [one if type(one) is str and one else _plain(one) for one in shown]
        for column, formula in self.formulas.get(row, _NONE).items():
            if left <= column <= right:
                typed[column - left] = formula
                if _ERROR.fullmatch(str(shown[column - left])):
                    values[column - left] = None
        return values, typed


@dataclass
class GoogleThere:
    """A spreadsheet. sheets: by title; names: by name; metadata: key and place -> its id and value.
    columns: sheet and column -> the metadata of ours on it.

    forms: table and header -> how the column's values are shown. read: the titles of the sheets whose cells were read.
    """

    title: str = ""
    locale: str = ""
    sheets: dict[str, SheetThere] = field(default_factory=dict)
    tabs: dict[TabThere, list[TableThere]] = field(default_factory=dict)
    marks: dict[tuple[str, int | None], str] = field(default_factory=dict)
    names: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    metadata: dict[tuple[str, int | None], tuple[int, str]] = field(default_factory=dict)
    columns: dict[tuple[int, int], list[tuple[int, str]]] = field(default_factory=dict)
    forms: dict[tuple[str, str], str] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    _data: dict[TableThere, Cells] = field(default_factory=dict)

    @property
    def under_way(self) -> bool:
        """Whether a large refresh broke off."""
        return self.metadata.get((STAMP, None), (0, ""))[1].startswith(UNDER_WAY)

    def cells(self, tab: str, area: Area) -> Cells:
        """The cells of an area; empty beyond what the sheet holds."""
        sheet, (top, left, bottom, right) = self.sheets[tab], area
        lines = [sheet.line(row, left, right) for row in range(top, bottom + 1)]
        return Cells([values for values, _ in lines], [typed for _, typed in lines])

    def data(self, tab: str, table: TableThere) -> Cells:
        """The data of a table; days and times as such in columns of ours that show them."""
        if table in self._data:
            return self._data[table]
        self._data[table] = found = self._read(tab, table)
        return found

    def _read(self, tab: str, table: TableThere) -> Cells:
        top, left, _, right = table.area
        if right < left:
            return Cells([], [])
        found = self.cells(tab, (top + 1, left, max(table.last_row, top + 1), right))
        dates = [at for at, header in enumerate(table.headers) if self.forms.get((table.name, header)) in _DATES]
        if not dates:
            return found
        values = [[_date(cell) if at in dates else cell for at, cell in enumerate(row)] for row in found.values]
        return Cells(values, found.formulas)


def about_column(value: str) -> dict[str, str]:
    """What the metadata of a column says: its table, header and form; a column may be one of several tables."""
    try:
        said = json.loads(value)
    except ValueError:
        return {}
    if isinstance(said, list):
        said = dict(zip(_ABOUT, said, strict=False))
    return {str(name): str(one) for name, one in said.items()} if isinstance(said, dict) else {}


def column_said(table: str, header: str, form: str, policy: str) -> str:
    """The same, as short as it can be: Google takes 30,000 signs for all columns of a sheet."""
    about = [table, header, form, *([policy] if policy == BUYERS else [])]
    return json.dumps(about, ensure_ascii=False, separators=(",", ":"))


def _plain(cell: object) -> Value:
    return plain(None if cell == "" else cell)


def _typed(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"{cell:.15g}" if isinstance(cell, (int, float)) else str(cell)


def _date(cell: Value) -> Value:
    """A day and time from its number, to the second."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return cell
    return _DAY_ONE + timedelta(seconds=round(cell * 86_400))
