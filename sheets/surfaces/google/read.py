"""A Google spreadsheet read: two calls, whatever its size.

The first tells what there is and every formula, the second the values of our tabs.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from gspread.urls import SPREADSHEET_URL, SPREADSHEET_VALUES_BATCH_URL

from connectors.errors import InTheWay
from sheets.surfaces.google.found_texts import found_texts
from sheets.surfaces.google.there import BUYERS, COLUMN, MARK, TABLE, GoogleThere, SheetThere, about_column
from sheets.surfaces.google.whose import headers_marked
from sheets.surfaces.marks import SAID, TEXTS, Area, column_letters, listed_in, texts_mark, texts_marked
from sheets.surfaces.package import TableThere, TabThere
from sheets.tabs.layout import Value

if TYPE_CHECKING:
    from connectors.google.asked import Asked

_FIELDS: Final = (
    "properties(title,locale),namedRanges,developerMetadata,"
    "sheets(properties,conditionalFormats,protectedRanges,developerMetadata,merges,basicFilter,"
    "data(columnMetadata(developerMetadata),rowMetadata(hiddenByUser),"
    "rowData(values(userEnteredValue(formulaValue),note))))"
)


def there_in(asked: Asked, spreadsheet: str) -> GoogleThere:
    """Reads a spreadsheet. Raises CannotRun where Google refuses, InTheWay where a table cannot be told apart."""
    said = asked.told("get", SPREADSHEET_URL % spreadsheet, params={"fields": _FIELDS})
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
    # A name whose cells are gone has no range.
    found.names = {one["name"]: one for one in said.get("namedRanges", []) if "range" in one}
    marked = {at for key, at in found.metadata if key.startswith(MARK)} | {at for at, _ in found.columns}
    ours = [sheet for sheet in found.sheets.values() if _named_on(found, sheet) or sheet.index in marked]
    _read_cells(asked, spreadsheet, ours)
    found.read = {sheet.title for sheet in ours}
    areas = {sheet.index: _named_on(found, sheet) for sheet in ours}
    for sheet in ours:
        unnamed = _unnamed_on(found, sheet, {name for one in areas.values() for name in one})
        areas[sheet.index] |= unnamed
        tab = next(one for one in found.tabs if one.index == sheet.index)
        found.tabs[tab] = [
            _table(found, sheet, name, areas[sheet.index], named=name not in unnamed) for name in areas[sheet.index]
        ]
    _read_marks(found)
    return found


def _named_on(found: GoogleThere, sheet: SheetThere) -> dict[str, Area]:
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


def _unnamed_on(found: GoogleThere, sheet: SheetThere, named: Container[str]) -> dict[str, Area]:
    """Tables whose named range a user deleted, by the marks of their columns and the texts of their headers.

    Raises InTheWay where columns are marked, and no row has their headers.
    """
    columns: dict[str, dict[int, str]] = {}
    for (at, column), several in found.columns.items():
        for about in (about_column(value) for _, value in several if at == sheet.index):
            if about.get("table", "") not in named and "header" in about:
                columns.setdefault(about.get("table", ""), {})[column] = about["header"]
    areas = {}
    for name, headers in columns.items():
        like = [sum(str(sheet.entered(row, column)) == text for column, text in headers.items())
                for row in range(len(sheet.values))]  # fmt: skip
        top = max(range(len(like)), key=like.__getitem__, default=0)
        if not like or 2 * like[top] <= len(headers):
            raise InTheWay(
                f"the table {name} cannot be found: its name is gone, and no row has its headers",
                where=f"tab {sheet.title}", todo="undo the change: File, Version history, See version history",
            )  # fmt: skip
        areas[name] = top, min(headers), top + 1, max(headers)
    return areas


def _read_cells(asked: Asked, spreadsheet: str, sheets: Sequence[SheetThere]) -> None:
    if not sheets:
        return
    ranges = ["'" + sheet.title.replace("'", "''") + "'" for sheet in sheets]
    params = {"ranges": ranges, "valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
    said = asked.told("get", SPREADSHEET_VALUES_BATCH_URL % spreadsheet, params=params)
    for sheet, one in zip(sheets, said["valueRanges"], strict=True):
        sheet.values = one.get("values", [])


def _table(found: GoogleThere, sheet: SheetThere, name: str, areas: Mapping[str, Area], *, named: bool) -> TableThere:
    """The table as it stands: as wide as its columns and those that a user put beside it, as long as its rows.

    Below its name the rows of a buyer's table go on; what stands below any other is a remark of the user's, no row of
    it. named: whether it has its name, which says where it ends.
    """
    top, left, bottom, right = areas[name]
    mine, policy = {}, ""
    for (at, column), several in found.columns.items():
        for about in (about_column(value) for _, value in several if at == sheet.index):
            if about.get("table") == name:
                mine[column], policy = about["header"], about.get("policy", "")
                found.forms[name, about["header"]] = about.get("form", "")
    left, right = min([left, *mine]), max([right, *mine])
    taken = [area for other, area in areas.items() if other != name]

    def free(row: int, column: int) -> bool:
        return not any(a <= row <= c and b <= column <= d for a, b, c, d in taken)

    while sheet.entered(top, right + 1) != "" and free(top, right + 1):
        right += 1
    # Without a name a row of the table is one with two cells at least.
    enough = 1 if named else 2
    while (policy == BUYERS or not named) and bottom + 1 < sheet.size[0] and enough <= sum(
        sheet.entered(bottom + 1, column) != "" and free(bottom + 1, column) for column in range(left, right + 1)
    ):  # fmt: skip
        bottom += 1
    headers = []
    mine = headers_marked(mine, {column: str(sheet.entered(top, column)) for column in mine})
    for column in range(left, right + 1):
        text = str(sheet.entered(top, column))
        headers.append(mine.get(column) or text or f"(column {column_letters(column)})")
    if not any(mine) and not any(sheet.entered(top, column) != "" for column in range(left, right + 1)):
        raise InTheWay(
            f"has no header of the table {name} any more (named range {TABLE}{name})", where=f"tab {sheet.title}",
            todo="undo its deletion: File, Version history, See version history; or delete that name if it is your own",
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
    """Where the texts of a tab are now: as far as its first table moved, unless they stayed where they were."""
    place, anchor, formula = value.partition("|")
    if not anchor:
        return value
    row, column = (int(one) for one in place.split(","))
    tab, tables = next((tab, tables) for tab, tables in found.tabs.items() if tab.index == at)
    first = min((one.area for one in tables), default=(row, column))
    said = listed_in(found.metadata.get((f"{MARK}.{SAID}", at), (0, ""))[1])
    sheet = found.sheets[tab.name]

    def shows(row: int, column: int) -> tuple[Value, bool]:
        values, typed = sheet.line(row, column, column)
        return values[0], typed[0].startswith("=") and values[0] != typed[0]

    shift = first[0] - row, first[1] - column
    return texts_mark(tab.name, found_texts(texts_marked(formula), said, shift, shows)) or ""
