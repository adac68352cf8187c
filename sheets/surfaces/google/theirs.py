"""What users have in a spreadsheet besides our tables: their tabs, and formulas in their columns of our tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_URL

from sheets.surfaces.google.number_formats import DAYS, from_google
from sheets.surfaces.google.our_notes import users_words
from sheets.surfaces.google.there import GoogleThere, SheetThere
from sheets.surfaces.marks import Area, absolute, texts_marked
from sheets.surfaces.package import TableThere
from sheets.surfaces.patch.standing import found_among, texts_before
from sheets.surfaces.remembered import WRITTEN
from sheets.surfaces.theirs import Theirs, inside
from sheets.tabs.layout import Form, Layout
from sheets.tabs.own import PLAIN, Look, OwnCell, OwnTab

if TYPE_CHECKING:
    from connectors.google.asked import Asked

_CELL: Final = "userEnteredValue,effectiveValue,userEnteredFormat,note,hyperlink,dataValidation(strict),pivotTable"
_FIELDS: Final = (
    "sheets(properties,merges,charts(chartId),conditionalFormats(ranges),basicFilter(range),protectedRanges(range),"
    f"data(columnMetadata(pixelSize,hiddenByUser),rowMetadata(hiddenByUser),rowData(values({_CELL}))))"
)
_FORMATS: Final = (
    "sheets(properties(sheetId),data(startRow,startColumn,rowData(values(userEnteredFormat(numberFormat)))))"
)
# A column's own width, which nobody chose; and the usual size of letters.
_WIDTH: Final = 100
_SIZE: Final = 10
_ALIGN: Final = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}


def theirs_in(asked: Asked, spreadsheet: str, there: GoogleThere, layout: Layout) -> Theirs:
    """Reads them: one call for tabs of their own, one for the formats of their columns. Raises CannotRun."""
    found = found_among(there.tabs, there.marks, layout, there.title)
    ours = {tab for tab in there.tabs if tab.name in there.read and tab in set(found.tabs.values())}
    # A tab that is a chart has no cells, and no range.
    tabs = [OwnTab(tab.name, chart=True) for tab in there.tabs if not all(there.sheets[tab.name].size)]
    own = [tab.name for tab in there.tabs if tab not in ours and all(there.sheets[tab.name].size)]
    if own:
        params: dict[str, Any] = {"ranges": [_quoted(name) for name in own], "fields": _FIELDS}
        said = asked.told("get", SPREADSHEET_URL % spreadsheet, params=params)
        tabs += map(_tab, said.get("sheets", []))
    cells: dict[tuple[str, int, int], OwnCell] = {}
    notes: dict[tuple[str, int, int], str] = {}
    beside: dict[str, int] = {}
    prompts = {one.prompt for tab in layout.tabs for table in tab.tables for one in table.columns}
    stands = {tab.name: there.tabs[tab] for tab in ours}
    for tab in ours:
        sheet, areas = there.sheets[tab.name], [one.area for one in there.tabs[tab]]
        for row, formulas in sheet.formulas.items():
            for column, formula in formulas.items():
                if inside((row, column), areas):
                    cells[tab.name, row, column] = OwnCell(None, formula)
        texts = [area for area in texts_marked(texts_before(there.marks, tab)) if area is not None]
        beside[tab.name] = _beside(sheet, [*areas, *texts])
        notes |= {(tab.name, *at): users_words(note) for at, note in sheet.notes.items()
                  if users_words(note) and note not in prompts}  # fmt: skip
    rows = {one.name: _rows(there, title, one) for title, several in stands.items() for one in several}
    days = _days(asked, spreadsheet, there, stands, layout)
    return Theirs(tuple(tabs), stands, cells, rows, days, notes, beside)


def _tab(said: Mapping[str, Any]) -> OwnTab:
    properties = said["properties"]
    name, grid = properties["title"], properties.get("gridProperties", {})
    data = said.get("data", [{}])[0]
    cells, looks = {}, {}
    for row, line in enumerate(data.get("rowData", [])):
        for column, cell in enumerate(line.get("values", [])):
            made = _cell(cell)
            if made != OwnCell():
                cells[row, column] = made
            looks[row, column] = cell
    widths = {at: one["pixelSize"] for at, one in enumerate(data.get("columnMetadata", []))
              if one.get("pixelSize", _WIDTH) != _WIDTH}  # fmt: skip
    merges = tuple(
        (one["startRowIndex"], one["startColumnIndex"], one["endRowIndex"] - 1, one["endColumnIndex"] - 1)
        for one in said.get("merges", [])
    )
    return OwnTab(
        name, cells, widths, merges, (grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)),
        _colour(properties.get("tabColorStyle")), bool(properties.get("hidden")), tuple(_left(said, data)),
    )  # fmt: skip


def _left(said: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    """What of a tab does not go along, in words."""
    cells = [cell for line in data.get("rowData", []) for cell in line.get("values", [])]
    things = [
        ("charts", bool(said.get("charts"))),
        ("pivot tables", any("pivotTable" in cell for cell in cells)),
        ("colour rules", bool(said.get("conditionalFormats"))),
        ("choices and checks of cells", any("dataValidation" in cell for cell in cells)),
        ("filter", "basicFilter" in said),
        ("links", any("hyperlink" in one and "formulaValue" not in one.get("userEnteredValue", {}) for one in cells)),
        ("hidden rows and columns, which are in sight there",
         any(one.get("hiddenByUser") for one in (*data.get("columnMetadata", []), *data.get("rowMetadata", [])))),
        ("protection", bool(said.get("protectedRanges"))),
    ]  # fmt: skip
    missing = [name for name, there in things if there]
    if missing:
        yield f"its {', '.join(missing)}"


def _cell(said: Mapping[str, Any]) -> OwnCell:
    entered, shown = said.get("userEnteredValue", {}), said.get("effectiveValue", {})
    value = next((shown[kind] for kind in ("numberValue", "stringValue", "boolValue") if kind in shown), None)
    value = int(value) if isinstance(value, float) and value.is_integer() else value
    form = said.get("userEnteredFormat", {})
    text = form.get("textFormat", {})
    ink, fill = _colour(text.get("foregroundColorStyle")), _colour(form.get("backgroundColorStyle"))
    look = Look(
        from_google(form.get("numberFormat", {})), bool(text.get("bold")), bool(text.get("italic")),
        0 if text.get("fontSize", _SIZE) == _SIZE else text["fontSize"], "" if ink == "#000000" else ink,
        "" if fill == "#FFFFFF" else fill, _ALIGN.get(form.get("horizontalAlignment", ""), ""),
        form.get("wrapStrategy") == "WRAP",
    )  # fmt: skip
    return OwnCell(value if value != "" else None, entered.get("formulaValue"), look if look != PLAIN else PLAIN,
                   said.get("note", ""))  # fmt: skip


def _colour(style: Mapping[str, Any] | None) -> str:
    """`#RRGGBB`; an empty text for none, and for a colour of the theme."""
    if style is None or "rgbColor" not in style:
        return ""
    return "#" + "".join(f"{round(style['rgbColor'].get(name, 0) * 255):02X}" for name in ("red", "green", "blue"))


def _days(
    asked: Asked, spreadsheet: str, there: GoogleThere, stands: Mapping[str, list[TableThere]], layout: Layout
) -> dict[tuple[str, str], Form]:
    """The users' columns whose numbers are days or times."""
    ours = {table.name: {column.header.casefold() for column in table.columns}
            for tab in layout.tabs for table in tab.tables}  # fmt: skip
    asked_of = [
        (title, table, place)
        for title, tables in stands.items() for table in tables
        for place, header in enumerate(table.headers, table.area[1])
        if table.name in ours and header.casefold() not in ours[table.name] and header != WRITTEN
    ]  # fmt: skip
    if not asked_of:
        return {}
    ranges = [absolute(title, table.area[0] + 1, place, table.last_row, place) for title, table, place in asked_of]
    params: dict[str, Any] = {"ranges": ranges, "fields": _FORMATS}
    said = asked.told("get", SPREADSHEET_URL % spreadsheet, params=params)
    kinds: dict[tuple[int, int, int], set[str]] = {}
    for sheet in said.get("sheets", []):
        number = sheet["properties"].get("sheetId", 0)
        for data in sheet.get("data", []):
            found = {cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", "")
                     for line in data.get("rowData", []) for cell in line.get("values", [])}  # fmt: skip
            kinds[number, data.get("startRow", 0), data.get("startColumn", 0)] = found - {""}
    days: dict[tuple[str, str], Form] = {}
    for title, table, place in asked_of:
        of = kinds.get((there.sheets[title].number, table.area[0] + 1, place), set())
        if of and of <= set(DAYS):
            days[table.name, table.headers[place - table.area[1]]] = "time" if "DATE_TIME" in of else "day"
    return days


def _beside(sheet: SheetThere, areas: list[Area]) -> int:
    """How many cells hold something outside of some areas."""
    held = {(row, column) for row, line in enumerate(sheet.values) for column, one in enumerate(line) if one != ""}
    held |= {(row, column) for row, line in sheet.formulas.items() for column in line}
    return sum(not inside(at, areas) for at in held)


def _rows(there: GoogleThere, title: str, table: TableThere) -> list[int]:
    """The rows that are not blank."""
    cells = there.data(title, table)
    columns = [at for at, header in enumerate(table.headers) if header != WRITTEN]
    return [
        row for row, line in enumerate(cells.values, table.area[0] + 1) if any(line[at] is not None for at in columns)
    ]


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
