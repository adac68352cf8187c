"""The requests of a batchUpdate, each as Google's documentation describes it, as far as they are needed here; those of
sheets, rows and columns themselves."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.google.bodies import Said, dimensions, fields_of, merged, needed
from tests.google.cell_changes import copy_paste, merge_cells, repeat_cell, set_validation, update_cells
from tests.google.discovery import Invalid
from tests.google.grid import Book, Sheet, bounds, ghost, new_sheet, refuse_too_large, reindexed
from tests.google.marks import (
    add_name,
    add_protected,
    add_rule,
    create_metadata,
    delete_metadata,
    delete_name,
    delete_protected,
    delete_rule,
    sheet_of,
    update_metadata,
    update_name,
    update_protected,
)
from tests.google.moving import rearranged, sort_rows

Shown = Callable[[Book, Sheet, int, int], Any]


def apply(book: Book, request: Said, number: int, shown: Shown) -> Said:
    """Does one request; gives its reply. Raises Invalid. shown: what a cell shows, for sorting."""
    if len(request) != 1:
        raise Invalid(f"Invalid requests[{number}]: each request must set exactly one field, {len(request)} are set")
    ((kind, body),) = request.items()
    at = f"requests[{number}].{kind}"
    if kind == "sortRange":
        sheet, rows, columns = bounds(book, needed(body, "range", at), at)
        for spec in body.get("sortSpecs", []):
            if spec.get("dimensionIndex", 0) not in columns:
                raise Invalid(f"Invalid {at}: dimensionIndex is not in the range")
        for merge in sheet.merges:
            if (merge["endRowIndex"] - merge["startRowIndex"] > 1 and merge["startRowIndex"] <= rows[-1]
                    and merge["endRowIndex"] > rows[0] and merge["startColumnIndex"] <= columns[-1]
                    and merge["endColumnIndex"] > columns[0]):  # fmt: skip
                raise Invalid(f"Invalid {at}: You can't sort a range containing vertical merges.")
        sort_rows(sheet, rows, columns, [{"dimensionIndex": 0, **one} for one in body.get("sortSpecs", [])],
                  lambda row, column: shown(book, sheet, row, column))  # fmt: skip
        return {}
    if kind not in _DOES:
        raise Invalid(f"Invalid {at}: the stand-in does not know this request")
    return _DOES[kind](book, body, at)


def _add_sheet(book: Book, body: Said, at: str) -> Said:
    return {"addSheet": {"properties": new_sheet(book, deepcopy(body.get("properties", {})), at).said()}}


def _delete_sheet(book: Book, body: Said, at: str) -> Said:
    sheet = book.sheet(needed(body, "sheetId", at), at)
    if len(book.sheets) == 1:
        raise Invalid(f"Invalid {at}: You can't remove all the sheets in a document.")
    book.sheets.remove(sheet)
    for one in [one for one in book.names if one["range"].get("sheetId", 0) == sheet.number]:
        ghost(book, one)
    book.metadata = [one for one in book.metadata if sheet_of(one) != sheet.number]
    reindexed(book)
    return {}


def _sheet_properties(book: Book, body: Said, at: str) -> Said:
    properties = needed(body, "properties", at)
    sheet = book.sheet(properties.get("sheetId"), at)
    tree = fields_of(body, "SheetProperties", at)
    grid = tree.get("gridProperties", {})
    for name, lists in (("rowCount", sheet.rows), ("columnCount", sheet.columns)):
        if name in grid:
            wanted = properties.get("gridProperties", {}).get(name, 0)
            if wanted < 1:
                raise Invalid(f"Invalid {at}: {name} must be at least 1")
            while len(lists) < wanted:
                lists.append({})
            if wanted < len(lists):
                rearranged(book, sheet, "ROWS" if name == "rowCount" else "COLUMNS", range(wanted))
    rest = {name: below for name, below in tree.items() if name != "gridProperties"}
    left = {name: {} for name in grid if name not in ("rowCount", "columnCount")}
    if left:
        rest["gridProperties"] = left
    merged(sheet.properties, properties, rest)
    refuse_too_large(book, at)
    return {}


def _append(book: Book, body: Said, at: str) -> Said:
    sheet = book.sheet(body.get("sheetId"), at)
    length = body.get("length", 0)
    if length < 1:
        raise Invalid(f"Invalid {at}: length must be greater than 0")
    lists = sheet.columns if needed(body, "dimension", at) == "COLUMNS" else sheet.rows
    lists += [{} for _ in range(length)]
    refuse_too_large(book, at)
    return {}


def _insert(book: Book, body: Said, at: str) -> Said:
    area = needed(body, "range", at)
    sheet = book.sheet(area.get("sheetId"), at)
    size = sheet.size[area["dimension"] == "COLUMNS"]
    first, last = area.get("startIndex", 0), area["endIndex"]
    if not 0 <= first <= size or last <= first:
        raise Invalid(f"Invalid {at}: range [{first}, {last}) cannot be inserted into {size}")
    places = [*range(first), *[None] * (last - first), *range(first, size)]
    rearranged(book, sheet, area["dimension"], places)
    refuse_too_large(book, at)
    return {}


def _delete(book: Book, body: Said, at: str) -> Said:
    sheet, dimension, gone = dimensions(book, body, at)
    size = sheet.size[dimension == "COLUMNS"]
    if len(gone) == size:
        raise Invalid(f"Invalid {at}: You can't delete all the {dimension.lower()} on the sheet.")
    rearranged(book, sheet, dimension, [one for one in range(size) if one not in gone])
    return {}


def _move(book: Book, body: Said, at: str) -> Said:
    sheet, dimension, moved = dimensions(book, body, at, "source")
    size, to = sheet.size[dimension == "COLUMNS"], body.get("destinationIndex", 0)
    if not 0 <= to <= size or to in moved[1:]:
        raise Invalid(f"Invalid {at}: destinationIndex {to}")
    before = [one for one in range(to) if one not in moved]
    after = [one for one in range(to, size) if one not in moved]
    rearranged(book, sheet, dimension, [*before, *moved, *after])
    return {}


def _dimension_properties(book: Book, body: Said, at: str) -> Said:
    sheet, dimension, places = dimensions(book, body, at)
    tree = fields_of(body, "DimensionProperties", at)
    for place in places:
        merged((sheet.columns if dimension == "COLUMNS" else sheet.rows)[place], body.get("properties", {}), tree)
    return {}


def _group(book: Book, body: Said, at: str) -> Said:
    sheet, dimension, places = dimensions(book, body, at)
    made = {"range": {"sheetId": sheet.number, "dimension": dimension, "startIndex": places[0],
                      "endIndex": places[-1] + 1}, "depth": 1}  # fmt: skip
    sheet.groups.append(made)
    return {"addDimensionGroup": {"dimensionGroups": [deepcopy(made)]}}


def _update_group(book: Book, body: Said, at: str) -> Said:
    new = needed(body, "dimensionGroup", at)
    fields_of(body, "DimensionGroup", at)
    for sheet in book.sheets:
        for one in sheet.groups:
            if one["range"] == new.get("range") and one["depth"] == new.get("depth", 1):
                one["collapsed"] = bool(new.get("collapsed"))
                area = one["range"]
                for place in range(area["startIndex"], area["endIndex"]):
                    sheet.columns[place]["hiddenByUser"] = one["collapsed"]
                return {}
    raise Invalid(f"Invalid {at}: No dimension group at this range and depth")


def _title(book: Book, body: Said, at: str) -> Said:
    fields_of(body, "SpreadsheetProperties", at)
    book.title = needed(body, "properties", at).get("title", book.title)
    return {}


def _set_filter(book: Book, body: Said, at: str) -> Said:
    """A filter by hidden values alone; it hides its rows at once."""
    one = deepcopy(needed(body, "filter", at))
    sheet, rows, _ = bounds(book, needed(one, "range", at), at)
    _unfiltered(sheet)
    sheet.basic_filter = one
    for spec in one.get("filterSpecs", []):
        hidden = set(spec.get("filterCriteria", {}).get("hiddenValues", []))
        for row in rows[1:]:
            value = sheet.cells.get((row, spec["columnIndex"]), {}).get("userEnteredValue", {})
            if str(next(iter(value.values()), "")) in hidden:
                sheet.rows[row]["hiddenByFilter"] = True
    return {}


def _clear_filter(book: Book, body: Said, at: str) -> Said:
    sheet = book.sheet(body.get("sheetId"), at)
    if sheet.basic_filter is None:
        raise Invalid(f"Invalid {at}: there is no basic filter on sheet {sheet.number}")
    _unfiltered(sheet)
    sheet.basic_filter = None
    return {}


def _unfiltered(sheet: Sheet) -> None:
    for row in sheet.rows:
        row.pop("hiddenByFilter", None)


_DOES: dict[str, Callable[[Book, Said, str], Said]] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _sheet_properties,
    "updateSpreadsheetProperties": _title,
    "appendDimension": _append,
    "insertDimension": _insert,
    "deleteDimension": _delete,
    "moveDimension": _move,
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "addConditionalFormatRule": add_rule,
    "deleteConditionalFormatRule": delete_rule,
    "setDataValidation": set_validation,
    "addNamedRange": add_name,
    "updateNamedRange": update_name,
    "deleteNamedRange": delete_name,
    "createDeveloperMetadata": create_metadata,
    "updateDeveloperMetadata": update_metadata,
    "deleteDeveloperMetadata": delete_metadata,
    "addProtectedRange": add_protected,
    "updateProtectedRange": update_protected,
    "deleteProtectedRange": delete_protected,
    "updateDimensionProperties": _dimension_properties,
    "mergeCells": merge_cells,
    "copyPaste": copy_paste,
    "addDimensionGroup": _group,
    "updateDimensionGroup": _update_group,
    "setBasicFilter": _set_filter,
    "clearBasicFilter": _clear_filter,
}
