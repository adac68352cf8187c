"""Requests that change cells."""

from __future__ import annotations

import re
from copy import deepcopy
from itertools import product

from tests.google.bodies import Said, fields_of, needed, replaced
from tests.google.discovery import Invalid
from tests.google.grid import Book, Cell, Sheet, bounds


def update_cells(book: Book, body: Said, at: str) -> Said:
    tree = fields_of(body, "CellData", at)
    lines = [row.get("values", []) for row in body.get("rows", [])]
    widest = max(map(len, lines), default=0)
    if "range" in body:
        sheet, rows, columns = bounds(book, body["range"], at)
        if len(lines) > len(rows) or widest > len(columns):
            raise Invalid(f"Invalid {at}: the data is larger than the range")
    else:
        start = needed(body, "start", at)
        if not widest:
            raise Invalid(f"Invalid {at}: there is no cell to write")
        first, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        area = {"sheetId": start.get("sheetId", 0), "startRowIndex": first, "endRowIndex": first + len(lines),
                "startColumnIndex": left, "endColumnIndex": left + widest}  # fmt: skip
        sheet, rows, columns = bounds(book, area, at)
    for row, line in zip(rows, [*lines, *([[]] * (len(rows) - len(lines)))], strict=True):
        # Without a range a short row leaves the cells to its right alone; with one it clears them.
        for column in columns if "range" in body else columns[: len(line)]:
            cell = line[column - columns[0]] if column - columns[0] < len(line) else {}
            _set(sheet, row, column, cell, tree, at)
    return {}


def repeat_cell(book: Book, body: Said, at: str) -> Said:
    tree = fields_of(body, "CellData", at)
    sheet, rows, columns = bounds(book, needed(body, "range", at), at)
    # What is made of one cell, with the cell, so that its id stays its own.
    alike: dict[int, tuple[Cell | None, Cell | None]] = {}
    for place in product(rows, columns):
        old = sheet.cells.get(place)
        if id(old) in alike:
            _put(sheet, place, alike[id(old)][1])
            continue
        _set(sheet, *place, body.get("cell", {}), tree, at)
        if "userEnteredValue" not in (old or {}):
            alike[id(old)] = old, sheet.cells.get(place)
    return {}


def _set(sheet: Sheet, row: int, column: int, new: Said, tree: Said, at: str) -> None:
    value = new.get("userEnteredValue", {})
    if len(value) > 1:
        raise Invalid(f"Invalid {at}: a value has one type, not {sorted(value)}")
    if len(str(value.get("stringValue", ""))) > 50_000:
        raise Invalid(f"Invalid {at}: Your input contains more than the maximum of 50000 characters in a single cell.")
    if not str(value.get("formulaValue", "=")).startswith("="):
        raise Invalid(f"Invalid {at}: a formula begins with =")
    if "effectiveValue" in tree or "formattedValue" in tree:
        raise Invalid(f"Invalid {at}: effectiveValue and formattedValue are read-only")
    cell = replaced(sheet.cells.get((row, column), {}), new, tree)
    for name in ("userEnteredValue", "note"):
        if not cell.get(name, True):
            del cell[name]
    _put(sheet, (row, column), cell)


def _put(sheet: Sheet, place: tuple[int, int], cell: Cell | None) -> None:
    if cell:
        sheet.cells[place] = cell
    else:
        sheet.cells.pop(place, None)


_A1 = re.compile(r"=(?:(?:'(?:[^']|'')+'|\w+)!)?\$?[A-Z]+\$?\d*(?::\$?[A-Z]+\$?\d*)?")


def set_validation(book: Book, body: Said, at: str) -> Said:
    sheet, rows, columns = bounds(book, needed(body, "range", at), at)
    condition = body.get("rule", {}).get("condition", {})
    for one in condition.get("values", []) if condition.get("type") == "ONE_OF_RANGE" else []:
        # "A range to select from ... must be a valid range in A1 notation".
        if not _A1.fullmatch(one.get("userEnteredValue", "")):
            raise Invalid(f"Invalid {at}: Invalid ConditionValue.userEnteredValue: {one} for ONE_OF_RANGE")
    for row in rows:
        if sheet.out_of_sight(row) and not body.get("filteredRowsIncluded"):
            continue
        for column in columns:
            _set(sheet, row, column, {"dataValidation": body["rule"]} if "rule" in body else {},
                 {"dataValidation": {}}, at)  # fmt: skip
    return {}


def merge_cells(book: Book, body: Said, at: str) -> Said:
    area = deepcopy(needed(body, "range", at))
    sheet, rows, columns = bounds(book, area, at)
    for other in sheet.merges:
        apart = (
            rows[-1] < other["startRowIndex"] or rows[0] >= other["endRowIndex"]
            or columns[-1] < other["startColumnIndex"] or columns[0] >= other["endColumnIndex"]
        )  # fmt: skip
        if not apart:
            raise Invalid(f"Invalid {at}: You must select all cells in a merged range to merge or unmerge them.")
    frozen = sheet.properties.get("gridProperties", {}).get("frozenColumnCount", 0)
    if columns[0] < frozen <= columns[-1]:
        raise Invalid(f"Invalid {at}: You can't merge frozen and non-frozen columns.")
    sheet.merges.append(area)
    for row in rows:
        for column in columns:
            if (row, column) != (rows[0], columns[0]):
                sheet.cells.pop((row, column), None)
    return {}


# What each kind of pasting takes along: "Paste the format only, excluding data validation."
_PASTED = {"PASTE_FORMAT": "userEnteredFormat", "PASTE_DATA_VALIDATION": "dataValidation"}


def copy_paste(book: Book, body: Said, at: str) -> Said:
    """Formats or validation; the source is repeated over the destination."""
    name = _PASTED.get(body.get("pasteType", ""))
    if name is None or body.get("pasteOrientation", "NORMAL") != "NORMAL":
        raise Invalid(f"Invalid {at}: the stand-in knows {sorted(_PASTED)} alone")
    sheet, rows, columns = bounds(book, needed(body, "source", at), at)
    to, to_rows, to_columns = bounds(book, needed(body, "destination", at), at)
    if any(to.out_of_sight(row) for row in to_rows):
        raise Invalid(f"{at}: the stand-in refuses to paste where rows are hidden: Google may take other rows")
    for down, row in enumerate(to_rows):
        for across, column in enumerate(to_columns):
            source = sheet.cells.get((rows[down % len(rows)], columns[across % len(columns)]), {})
            _set(to, row, column, {name: source[name]} if name in source else {}, {name: {}}, at)
    return {}
