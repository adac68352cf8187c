"""The same cells kept in a Google Sheet by scripts with gspread and with gspread-dataframe, as their pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import gspread
import pandas as pd
from gspread.utils import ValueRenderOption, rowcol_to_a1
from gspread_dataframe import get_as_dataframe, set_with_dataframe

from benchmarks.google_stand_in import StandIn
from sheets.surfaces.google.there import TABLE
from sheets.surfaces.remembered import WRITTEN
from tests.google.grid import Book, Sheet

Cell = str | float | bool | None
_HEADER = {
    "textFormat": {"bold": True},
    "backgroundColorStyle": {"rgbColor": {"red": 0.9, "green": 0.93, "blue": 0.95}},
    "wrapStrategy": "WRAP",
}


@dataclass(frozen=True)
class PlainTable:
    """A table's place on its tab, from 0, and its cells with the header."""

    row: int
    column: int
    lines: Sequence[Sequence[Cell]]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table as a script has it."""
        return pd.DataFrame(self.lines[1:], columns=list(self.lines[0]), dtype=object)


@dataclass(frozen=True)
class PlainSheet:
    """All cells of a tab from its first on, texts with an apostrophe; and its tables."""

    title: str
    lines: Sequence[Sequence[Cell]]
    tables: Sequence[PlainTable]


def plain_sheets(book: Book) -> list[PlainSheet]:
    """What stands in a spreadsheet that we wrote, without our hidden columns. Made before the clock starts."""
    return [_plain(book, sheet) for sheet in book.sheets if sheet.cells]


def _plain(book: Book, sheet: Sheet) -> PlainSheet:
    entered = {at: cell["userEnteredValue"] for at, cell in sheet.cells.items() if "userEnteredValue" in cell}
    hidden = {column for (_, column), value in entered.items() if value == {"stringValue": WRITTEN}}
    entered = {at: value for at, value in entered.items() if at[1] not in hidden}

    def cells(area: tuple[int, int, int, int], mark: str) -> list[list[Cell]]:
        top, left, bottom, right = area
        return [
            [_cell(entered.get((row, column), {}), mark) for column in range(left, right + 1) if column not in hidden]
            for row in range(top, bottom + 1)
        ]

    last = max((row for row, _ in entered), default=0), max((column for _, column in entered), default=0)
    areas = [one["range"] for one in book.names
             if one["name"].startswith(TABLE) and one["range"].get("sheetId", 0) == sheet.number]  # fmt: skip
    tables = [
        PlainTable(one["startRowIndex"], one["startColumnIndex"], cells(
            (one["startRowIndex"], one["startColumnIndex"], one["endRowIndex"] - 1, one["endColumnIndex"] - 1), ""))
        for one in areas
    ]  # fmt: skip
    return PlainSheet(sheet.title, cells((0, 0, *last), "'"), tables)


def _cell(value: dict[str, Cell], mark: str) -> Cell:
    text = value.get("stringValue")
    return next(iter(value.values()), None) if text is None else f"{mark}{text}"


def gspread_first(google: StandIn, sheets: Sequence[PlainSheet]) -> None:
    """Tabs, their cells, the looks of their headers."""
    book = _opened(google)
    empty = book.sheet1
    for sheet in sheets:
        tab = book.add_worksheet(sheet.title, len(sheet.lines) + 1, max(map(len, sheet.lines)) + 1)
        tab.update(sheet.lines, "A1", raw=False)
        headers = [
            f"{rowcol_to_a1(one.row + 1, one.column + 1)}:{rowcol_to_a1(one.row + 1, one.column + len(one.lines[0]))}"
            for one in sheet.tables
        ]
        if headers:
            tab.format(headers, _HEADER)
    book.del_worksheet(empty)


def gspread_again(google: StandIn, sheets: Sequence[PlainSheet]) -> None:
    """What the buyers wrote is read; then all cells are written."""
    tabs = {tab.title: tab for tab in _opened(google).worksheets()}
    for sheet in sheets:
        tabs[sheet.title].get_all_values(value_render_option=ValueRenderOption.unformatted)
    for sheet in sheets:
        tabs[sheet.title].update(sheet.lines, "A1", raw=False)


def dataframe_first(google: StandIn, sheets: Sequence[PlainSheet]) -> None:
    """Tabs and their tables."""
    book = _opened(google)
    empty = book.sheet1
    for sheet in sheets:
        tab = book.add_worksheet(sheet.title, len(sheet.lines) + 1, max(map(len, sheet.lines)) + 1)
        _set(tab, sheet)
    book.del_worksheet(empty)


def dataframe_again(google: StandIn, sheets: Sequence[PlainSheet]) -> None:
    """The tabs as frames; then all tables."""
    tabs = {tab.title: tab for tab in _opened(google).worksheets()}
    for sheet in sheets:
        get_as_dataframe(tabs[sheet.title], evaluate_formulas=True, skiprows=min(one.row for one in sheet.tables))
    for sheet in sheets:
        _set(tabs[sheet.title], sheet)


def _set(tab: gspread.Worksheet, sheet: PlainSheet) -> None:
    for one in sheet.tables:
        # Texts stay texts, formulas formulas.
        set_with_dataframe(tab, one.frame, one.row + 1, one.column + 1, string_escaping=_is_text)


def _is_text(text: str) -> bool:
    return not text.startswith("=")


def _opened(google: StandIn) -> gspread.Spreadsheet:
    return gspread.Client(auth=None, session=google.mounted()).open_by_key("book")  # type: ignore[arg-type]
