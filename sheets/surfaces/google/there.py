"""What stands in a Google spreadsheet: two reads, whatever its size.

The first tells what there is and every formula, the second the values of our tabs.

A table of ours is a named range, which Google stretches and moves along; a column of ours carries metadata, which
follows it. Where the metadata is gone the header's text says which column it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_URL, SPREADSHEET_VALUES_BATCH_URL

from connectors.errors import InTheWay
from sheets.surfaces.live.there import Cells
from sheets.surfaces.marks import TEXTS, Area, column_letters, texts_mark, texts_marked
from sheets.surfaces.package import TableThere, TabThere
from sheets.surfaces.visible import plain
from sheets.tabs.layout import Value

if TYPE_CHECKING:
    from connectors.google.asked import Asked

_NONE: Final[dict[int, str]] = {}
# The named range of a table: its header and its rows.
TABLE: Final = "mastersheet_"
# Metadata: a column of ours; what a refresh remembers; which refresh it was.
COLUMN: Final = "mastersheet.column"
MARK: Final = "mastersheet.mark"
STAMP: Final = "mastersheet.refresh"

_FIELDS: Final = (
    "properties(title,locale),namedRanges,developerMetadata,"
    "sheets(properties,conditionalFormats,protectedRanges,developerMetadata,merges,basicFilter,"
    "data(columnMetadata(developerMetadata),rowMetadata(hiddenByUser),"
    "rowData(values(userEnteredValue(formulaValue),note))))"
)
_ERROR: Final = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|ERROR!)(?: \(.*\))?", re.DOTALL)
_DAY_ONE: Final = datetime(1899, 12, 30)
_DATES: Final = ("time", "day")


@dataclass
class SheetThere:
    """A sheet: its number and size, what lies on it, and its cells row by row, as far as they hold something.

    filter: its basic filter; hidden: rows that a user hid.
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

    forms: table and header -> how the column's values are shown.
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
    _data: dict[TableThere, Cells] = field(default_factory=dict)

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


def there_in(asked: Asked, spreadsheet: str) -> GoogleThere:
    """Reads a spreadsheet. Raises CannotRun where Google refuses, InTheWay where a table cannot be told apart."""
    said = asked.request("get", SPREADSHEET_URL % spreadsheet, params={"fields": _FIELDS}).json()
    about = said.get("properties", {})
    found = GoogleThere(str(about.get("title", "")), str(about.get("locale", "")))
    for at, one in enumerate(said.get("sheets", [])):
        properties = one["properties"]
        grid = properties.get("gridProperties", {})
        sheet = SheetThere(
            properties.get("sheetId", 0), properties["title"], at,
            (grid.get("rowCount", 0), grid.get("columnCount", 0)),
            one.get("conditionalFormats", []), one.get("protectedRanges", []),
            one.get("merges", []), one.get("basicFilter"),
        )  # fmt: skip
        found.sheets[sheet.title] = sheet
        found.tabs[TabThere(sheet.title, "", at)] = []
        for data in one.get("data", [])[:1]:
            for column, of_column in enumerate(data.get("columnMetadata", [])):
                for each in of_column.get("developerMetadata", []):
                    if each["metadataKey"] == COLUMN:
                        mine = found.columns.setdefault((at, column), [])
                        mine.append((each["metadataId"], each.get("metadataValue", "")))
            sheet.hidden = [row for row, one_ in enumerate(data.get("rowMetadata", [])) if one_.get("hiddenByUser")]
            for row, line in enumerate(data.get("rowData", [])):
                for column, cell in enumerate(line.get("values", [])):
                    if cell.get("userEnteredValue"):
                        sheet.formulas.setdefault(row, {})[column] = cell["userEnteredValue"]["formulaValue"]
                    if cell.get("note"):
                        sheet.notes[row, column] = cell["note"]
        for each in one.get("developerMetadata", []):
            found.metadata[each["metadataKey"], at] = each["metadataId"], each.get("metadataValue", "")
    for each in said.get("developerMetadata", []):
        found.metadata[each["metadataKey"], None] = each["metadataId"], each.get("metadataValue", "")
    found.names = {one["name"]: one for one in said.get("namedRanges", [])}
    texts = {at for key, at in found.metadata if key.startswith(MARK)}
    ours = [sheet for sheet in found.sheets.values() if _tables_on(found, sheet) or sheet.index in texts]
    _read_cells(asked, spreadsheet, ours)
    for sheet in ours:
        tab = next(one for one in found.tabs if one.index == sheet.index)
        found.tabs[tab] = [_table(found, sheet, name, area) for name, area in _tables_on(found, sheet).items()]
    _read_marks(found)
    return found


def _tables_on(found: GoogleThere, sheet: SheetThere) -> dict[str, Area]:
    """The named ranges of our tables on a sheet."""
    areas = {}
    for name, one in found.names.items():
        area = one["range"]
        if name.startswith(TABLE) and area.get("sheetId", 0) == sheet.number:
            areas[name.removeprefix(TABLE)] = (
                area.get("startRowIndex", 0), area.get("startColumnIndex", 0),
                area.get("endRowIndex", sheet.size[0]) - 1, area.get("endColumnIndex", sheet.size[1]) - 1,
            )  # fmt: skip
    return areas


def _read_cells(asked: Asked, spreadsheet: str, sheets: Sequence[SheetThere]) -> None:
    if not sheets:
        return
    ranges = ["'" + sheet.title.replace("'", "''") + "'" for sheet in sheets]
    params = {"ranges": ranges, "valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
    said = asked.request("get", SPREADSHEET_VALUES_BATCH_URL % spreadsheet, params=params).json()
    for sheet, one in zip(sheets, said["valueRanges"], strict=True):
        sheet.values = one.get("values", [])


def _table(found: GoogleThere, sheet: SheetThere, name: str, area: Area) -> TableThere:
    """The table as it stands: as wide as its columns and those that a user put beside it, as long as its rows."""
    top, left, bottom, right = area
    mine = {}
    for (at, column), several in found.columns.items():
        for about in (about_column(value) for _, value in several if at == sheet.index):
            if about.get("table") == name:
                mine[column] = about["header"]
                found.forms[name, about["header"]] = about.get("form", "")
    left, right = min([left, *mine]), max([right, *mine])
    taken = [other for other in _tables_on(found, sheet).values() if other != area]

    def free(row: int, column: int) -> bool:
        return not any(a <= row <= c and b <= column <= d for a, b, c, d in taken)

    while sheet.entered(top, right + 1) != "" and free(top, right + 1):
        right += 1
    while bottom + 1 < sheet.size[0] and any(
        sheet.entered(bottom + 1, column) != "" and free(bottom + 1, column) for column in range(left, right + 1)
    ):
        bottom += 1
    headers = []
    for column in range(left, right + 1):
        text = str(sheet.entered(top, column))
        headers.append(mine.get(column) or text or f"(column {column_letters(column)})")
    if not any(mine) and not any(sheet.entered(top, column) != "" for column in range(left, right + 1)):
        raise InTheWay(
            f"has no header of the table {name} any more", where=f"tab {sheet.title}",
            todo="undo its deletion: File, Version history, See version history",
        )  # fmt: skip
    return TableThere(name, (top, left, max(bottom, top + 1), right), tuple(headers), totals=False)


def _read_marks(found: GoogleThere) -> None:
    """What a refresh remembers. Where texts stand is told from the first table of their tab, which may have moved."""
    for (key, at), (_, value) in found.metadata.items():
        if not key.startswith(f"{MARK}."):
            continue
        name, about = key.removeprefix(f"{MARK}."), value
        if name == TEXTS and at is not None:
            about = _moved(value, found, at)
        found.marks[name, at] = about


def anchored(formula: str, anchor: tuple[int, int]) -> str:
    """A reference to texts, with the place of the table from which they are counted."""
    return f"{anchor[0]},{anchor[1]}|{formula}"


def _moved(value: str, found: GoogleThere, at: int) -> str:
    place, anchor, formula = value.partition("|")
    if not anchor:
        return value
    row, column = (int(one) for one in place.split(","))
    tab, tables = next((tab, tables) for tab, tables in found.tabs.items() if tab.index == at)
    if not tables:
        return formula
    down, across = tables[0].area[0] - row, tables[0].area[1] - column
    areas = [
        None if area is None else (area[0] + down, area[1] + across, area[2] + down, area[3] + across)
        for area in texts_marked(formula)
    ]
    return texts_mark(tab.name, areas) or ""


def about_column(value: str) -> dict[str, str]:
    """What the metadata of a column says: its table, header and form; a column may be one of several tables."""
    try:
        said = json.loads(value)
    except ValueError:
        return {}
    return {str(name): str(one) for name, one in said.items()} if isinstance(said, dict) else {}


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
