"""Tabs of a user's own in a new spreadsheet, as requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sheets.surfaces.google.looks import rgb
from sheets.surfaces.google.number_formats import to_google
from sheets.surfaces.google.requests_of import Request, grid_range
from sheets.surfaces.google.there import SheetThere
from sheets.surfaces.google.typed import GoogleTypist, cell_data
from sheets.tabs.own import PLAIN, Look, OwnCell, OwnTab

# As many rows go in one request: it must fit into a batch.
_ROWS: Final = 200
_SPARE_ROWS, _SPARE_COLUMNS = 100, 26
_FIELDS: Final = "userEnteredValue,userEnteredFormat,note"
_ALIGN: Final = {"left": "LEFT", "center": "CENTER", "right": "RIGHT"}


def sheet_of(tab: OwnTab, number: int, index: int) -> SheetThere:
    """The sheet that it will be: as large as it needs, with room, and with a row and column that scroll."""
    rows, columns = tab.size
    frozen = _frozen(tab)
    size = (max(rows, frozen[0] + 1) + _SPARE_ROWS, max(columns, frozen[1] + 1, _SPARE_COLUMNS))
    return SheetThere(number, tab.name, index, size)


def added(tab: OwnTab, sheet: SheetThere) -> Request:
    """The sheet itself."""
    grid: dict[str, Any] = {"rowCount": sheet.size[0], "columnCount": sheet.size[1]}
    grid |= {
        name: many for name, many in zip(("frozenRowCount", "frozenColumnCount"), _frozen(tab), strict=True) if many
    }
    about: dict[str, Any] = {"sheetId": sheet.number, "title": sheet.title, "index": sheet.index,
                             "gridProperties": grid}  # fmt: skip
    if tab.colour:
        about["tabColorStyle"] = rgb(tab.colour)
    if tab.hidden:
        about["hidden"] = True
    return {"addSheet": {"properties": about}}


def _frozen(tab: OwnTab) -> tuple[int, int]:
    """Rows and columns that stay in sight; Google takes no cells that are merged across the line."""
    crossing = [[area[at] < tab.frozen[at] <= area[at + 2] for area in tab.merges] for at in (0, 1)]
    return 0 if any(crossing[0]) else tab.frozen[0], 0 if any(crossing[1]) else tab.frozen[1]


def filled(tab: OwnTab, sheet: SheetThere, typist: GoogleTypist) -> Iterator[Request]:
    """Its widths, merges and cells."""
    for column, pixels in tab.widths.items():
        if column < sheet.size[1]:
            area = {"sheetId": sheet.number, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
            yield {"updateDimensionProperties": {"range": area, "properties": {"pixelSize": pixels},
                                                 "fields": "pixelSize"}}  # fmt: skip
    for merged in tab.merges:
        yield {"mergeCells": {"range": grid_range(sheet, merged), "mergeType": "MERGE_ALL"}}
    rows = sorted({row for row, _ in tab.cells})
    for start in range(0, len(rows), _ROWS):
        block = rows[start : start + _ROWS]
        last = max(column for row, column in tab.cells if block[0] <= row <= block[-1])
        lines = [{"values": [_cell(tab.cells.get((row, column)), typist) for column in range(last + 1)]}
                 for row in range(block[0], block[-1] + 1)]  # fmt: skip
        yield {"updateCells": {"range": grid_range(sheet, (block[0], 0, block[-1], last)), "rows": lines,
                               "fields": _FIELDS}}  # fmt: skip


def _cell(cell: OwnCell | None, typist: GoogleTypist) -> dict[str, Any]:
    if cell is None:
        return {}
    if cell.formula is None:
        said = cell_data(typist.value(cell.value))
    else:
        said = cell_data("=" + typist.piece(cell.formula.removeprefix("=")))
    look = _look(cell.look)
    return {**said, **({"userEnteredFormat": look} if look else {}), **({"note": cell.note} if cell.note else {})}


def _look(look: Look) -> dict[str, Any]:
    if look == PLAIN:
        return {}
    number = to_google(look.number)
    text: dict[str, Any] = {name: True for name, on in (("bold", look.bold), ("italic", look.italic)) if on}
    if look.size:
        text["fontSize"] = round(look.size)
    if look.ink:
        text["foregroundColorStyle"] = rgb(look.ink)
    said: dict[str, Any] = {"textFormat": text} if text else {}
    if number:
        said["numberFormat"] = number
    if look.fill:
        said["backgroundColorStyle"] = rgb(look.fill)
    if look.align:
        said["horizontalAlignment"] = _ALIGN[look.align]
    if look.wrap:
        said["wrapStrategy"] = "WRAP"
    return said
