"""The requests of a batchUpdate, each as Google's documentation describes it, as far as they are needed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from tests.google.discovery import Invalid, masked
from tests.google.grid import Book, Sheet, bounds, new_sheet, refuse_too_large, reindexed
from tests.google.moving import rearranged, sort_rows

Said = dict[str, Any]
Shown = Callable[[Book, Sheet, int, int], Any]


def apply(book: Book, request: Said, number: int, shown: Shown) -> Said:
    """Does one request; gives its reply. Raises Invalid. shown: what a cell shows, for sorting."""
    if len(request) != 1:
        raise Invalid(f"Invalid requests[{number}]: each request must set exactly one field, {len(request)} are set")
    ((kind, body),) = request.items()
    at = f"requests[{number}].{kind}"
    if kind == "sortRange":
        sheet, rows, columns = bounds(book, _needed(body, "range", at), at)
        for spec in body.get("sortSpecs", []):
            if spec.get("dimensionIndex", 0) not in columns:
                raise Invalid(f"Invalid {at}: dimensionIndex is not in the range")
        sort_rows(sheet, rows, columns, [{"dimensionIndex": 0, **one} for one in body.get("sortSpecs", [])],
                  lambda row, column: shown(book, sheet, row, column))  # fmt: skip
        return {}
    if kind not in _DOES:
        raise Invalid(f"Invalid {at}: the stand-in does not know this request")
    return _DOES[kind](book, body, at)


def _needed(body: Said, name: str, at: str) -> Any:
    if name not in body:
        raise Invalid(f"Invalid {at}: {name} is required")
    return body[name]


def _fields(body: Said, schema: str, at: str) -> Said:
    fields = body.get("fields")
    if not fields:
        raise Invalid(f"Invalid {at}: At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return masked(fields, schema)


def _merged(into: Said, new: Mapping[str, Any], tree: Mapping[str, Any]) -> None:
    """Sets what the mask names; a name that the new value lacks is cleared."""
    if "*" in tree:
        into.clear()
        into.update(deepcopy(dict(new)))
        return
    for name, below in tree.items():
        if below and isinstance(new.get(name, {}), dict):
            _merged(into.setdefault(name, {}), new.get(name, {}), below)
            if not into[name]:
                del into[name]
        elif name in new:
            into[name] = deepcopy(new[name])
        else:
            into.pop(name, None)


def _add_sheet(book: Book, body: Said, at: str) -> Said:
    return {"addSheet": {"properties": new_sheet(book, deepcopy(body.get("properties", {})), at).said()}}


def _delete_sheet(book: Book, body: Said, at: str) -> Said:
    sheet = book.sheet(_needed(body, "sheetId", at), at)
    if len(book.sheets) == 1:
        raise Invalid(f"Invalid {at}: You can't remove all the sheets in a document.")
    book.sheets.remove(sheet)
    book.names = [one for one in book.names if one["range"].get("sheetId", 0) != sheet.number]
    book.metadata = [one for one in book.metadata if _sheet_of(one) != sheet.number]
    reindexed(book)
    return {}


def _sheet_of(metadata: Said) -> int | None:
    place = metadata["location"]
    return place.get("sheetId", place.get("dimensionRange", {}).get("sheetId"))


def _sheet_properties(book: Book, body: Said, at: str) -> Said:
    properties = _needed(body, "properties", at)
    sheet = book.sheet(properties.get("sheetId"), at)
    tree = _fields(body, "SheetProperties", at)
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
    _merged(sheet.properties, properties, rest)
    refuse_too_large(book, at)
    return {}


def _append(book: Book, body: Said, at: str) -> Said:
    sheet = book.sheet(body.get("sheetId"), at)
    length = body.get("length", 0)
    if length < 1:
        raise Invalid(f"Invalid {at}: length must be greater than 0")
    lists = sheet.columns if _needed(body, "dimension", at) == "COLUMNS" else sheet.rows
    lists += [{} for _ in range(length)]
    refuse_too_large(book, at)
    return {}


def _dimensions(book: Book, body: Said, at: str, name: str = "range") -> tuple[Sheet, str, range]:
    area = _needed(body, name, at)
    sheet = book.sheet(area.get("sheetId"), at)
    dimension = area.get("dimension", "DIMENSION_UNSPECIFIED")
    size = sheet.size[dimension == "COLUMNS"]
    first, last = area.get("startIndex", 0), area.get("endIndex", size)
    if not 0 <= first < last <= size:
        raise Invalid(f"Invalid {at}: range [{first}, {last}) is not inside of {size} {dimension.lower()}")
    return sheet, dimension, range(first, last)


def _insert(book: Book, body: Said, at: str) -> Said:
    area = _needed(body, "range", at)
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
    sheet, dimension, gone = _dimensions(book, body, at)
    size = sheet.size[dimension == "COLUMNS"]
    if len(gone) == size:
        raise Invalid(f"Invalid {at}: You can't delete all the {dimension.lower()} on the sheet.")
    rearranged(book, sheet, dimension, [one for one in range(size) if one not in gone])
    return {}


def _move(book: Book, body: Said, at: str) -> Said:
    sheet, dimension, moved = _dimensions(book, body, at, "source")
    size, to = sheet.size[dimension == "COLUMNS"], body.get("destinationIndex", 0)
    if not 0 <= to <= size or to in moved[1:]:
        raise Invalid(f"Invalid {at}: destinationIndex {to}")
    before = [one for one in range(to) if one not in moved]
    after = [one for one in range(to, size) if one not in moved]
    rearranged(book, sheet, dimension, [*before, *moved, *after])
    return {}


def _update_cells(book: Book, body: Said, at: str) -> Said:
    tree = _fields(body, "CellData", at)
    lines = [row.get("values", []) for row in body.get("rows", [])]
    widest = max(map(len, lines), default=0)
    if "range" in body:
        sheet, rows, columns = bounds(book, body["range"], at)
        if len(lines) > len(rows) or widest > len(columns):
            raise Invalid(f"Invalid {at}: the data is larger than the range")
    else:
        start = _needed(body, "start", at)
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


def _repeat(book: Book, body: Said, at: str) -> Said:
    tree = _fields(body, "CellData", at)
    sheet, rows, columns = bounds(book, _needed(body, "range", at), at)
    for row in rows:
        for column in columns:
            _set(sheet, row, column, body.get("cell", {}), tree, at)
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
    cell = sheet.cells.setdefault((row, column), {})
    _merged(cell, new, tree)
    for name in ("userEnteredValue", "note"):
        if not cell.get(name, True):
            del cell[name]
    if not cell:
        del sheet.cells[row, column]


def _add_rule(book: Book, body: Said, at: str) -> Said:
    rule = _needed(body, "rule", at)
    ranges = rule.get("ranges", [])
    if not ranges or ("booleanRule" in rule) == ("gradientRule" in rule):
        raise Invalid(f"Invalid {at}: a rule needs ranges, and is either boolean or a gradient")
    sheets = {bounds(book, area, at)[0].number for area in ranges}
    if len(sheets) > 1:
        raise Invalid(f"Invalid {at}: All ranges in a rule must be on the same sheet.")
    rules = book.sheet(sheets.pop(), at).rules
    index = body.get("index", 0)
    if not 0 <= index <= len(rules):
        raise Invalid(f"Invalid {at}: index {index} is out of bounds")
    rules.insert(index, deepcopy(rule))
    return {}


def _delete_rule(book: Book, body: Said, at: str) -> Said:
    sheet, index = book.sheet(body.get("sheetId"), at), body.get("index", 0)
    if not 0 <= index < len(sheet.rules):
        raise Invalid(f"Invalid {at}: No conditional format on sheet: {sheet.number} at index: {index}")
    return {"deleteConditionalFormatRule": {"rule": sheet.rules.pop(index)}}


def _validation(book: Book, body: Said, at: str) -> Said:
    sheet, rows, columns = bounds(book, _needed(body, "range", at), at)
    for row in rows:
        for column in columns:
            _set(sheet, row, column, {"dataValidation": body["rule"]} if "rule" in body else {},
                 {"dataValidation": {}}, at)  # fmt: skip
    return {}


def _add_name(book: Book, body: Said, at: str) -> Said:
    named = deepcopy(_needed(body, "namedRange", at))
    bounds(book, _needed(named, "range", at), at)
    if any(one["name"].casefold() == named["name"].casefold() for one in book.names):
        raise Invalid(f"Invalid {at}: A named range with name '{named['name']}' already exists.")
    named.setdefault("namedRangeId", f"n{book.next_number()}")
    book.names.append(named)
    return {"addNamedRange": {"namedRange": deepcopy(named)}}


def _update_name(book: Book, body: Said, at: str) -> Said:
    new = _needed(body, "namedRange", at)
    tree = _fields(body, "NamedRange", at)
    for one in book.names:
        if one["namedRangeId"] == new.get("namedRangeId"):
            if "range" in new:
                bounds(book, new["range"], at)
            _merged(one, new, {name: {} for name in tree})
            return {}
    raise Invalid(f"Invalid {at}: No named range with id: {new.get('namedRangeId')}")


def _delete_name(book: Book, body: Said, at: str) -> Said:
    before = len(book.names)
    book.names = [one for one in book.names if one["namedRangeId"] != body.get("namedRangeId")]
    if len(book.names) == before:
        raise Invalid(f"Invalid {at}: No named range with id: {body.get('namedRangeId')}")
    return {}


def _create_metadata(book: Book, body: Said, at: str) -> Said:
    made = deepcopy(_needed(body, "developerMetadata", at))
    if not made.get("metadataKey"):
        raise Invalid(f"Invalid {at}: metadataKey is required")
    if made.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise Invalid(f"Invalid {at}: visibility is required")
    place = _needed(made, "location", at)
    if len({"spreadsheet", "sheetId", "dimensionRange"} & set(place)) != 1:
        raise Invalid(f"Invalid {at}: a location is the spreadsheet, a sheet, or one row or column")
    if "sheetId" in place:
        book.sheet(place["sheetId"], at)
    if "dimensionRange" in place:
        sheet, dimension, at_ = _dimensions(book, {"range": place["dimensionRange"]}, at)
        if len(at_) != 1:
            raise Invalid(f"Invalid {at}: metadata lies on one row or column, not on {len(at_)}")
        place["dimensionRange"] = {"sheetId": sheet.number, "dimension": dimension, "startIndex": at_[0],
                                   "endIndex": at_[0] + 1}  # fmt: skip
    kind = "SPREADSHEET" if "spreadsheet" in place else "SHEET" if "sheetId" in place else ""
    place["locationType"] = kind or place["dimensionRange"]["dimension"].removesuffix("S")
    made.setdefault("metadataId", book.next_number())
    if any(one["metadataId"] == made["metadataId"] for one in book.metadata):
        raise Invalid(f"Invalid {at}: metadata with id {made['metadataId']} already exists")
    book.metadata.append(made)
    _refuse_too_much(book, at)
    return {"createDeveloperMetadata": {"developerMetadata": deepcopy(made)}}


def _refuse_too_much(book: Book, at: str) -> None:
    """30,000 characters of metadata for each sheet, and as many for the spreadsheet itself."""
    sizes: dict[int | None, int] = {}
    for one in book.metadata:
        sizes[_sheet_of(one)] = (
            sizes.get(_sheet_of(one), 0) + len(one["metadataKey"]) + len(one.get("metadataValue", ""))
        )
    if max(sizes.values(), default=0) > 30_000:
        raise Invalid(f"Invalid {at}: more than 30000 characters of developer metadata")


def looked_up(book: Book, filters: list[Said], at: str) -> list[Said]:
    """The metadata that data filters name."""
    found = []
    for one in book.metadata:
        for each in filters:
            lookup = each.get("developerMetadataLookup")
            if lookup is None:
                raise Invalid(f"Invalid {at}: the stand-in looks metadata up by developerMetadataLookup alone")
            wanted = {name: lookup[name] for name in ("metadataId", "metadataKey", "metadataValue", "visibility")
                      if name in lookup}  # fmt: skip
            kind = lookup.get("locationType", one["location"]["locationType"])
            if (
                all(one.get(name) == value for name, value in wanted.items())
                and one["location"]["locationType"] == kind
            ):
                found.append(one)
                break
    return found


def _update_metadata(book: Book, body: Said, at: str) -> Said:
    new = _needed(body, "developerMetadata", at)
    tree = _fields(body, "DeveloperMetadata", at)
    found = looked_up(book, body.get("dataFilters", []), at)
    if not found:
        raise Invalid(f"Invalid {at}: No developer metadata matches the filters")
    for one in found:
        _merged(one, new, {name: {} for name in tree if name != "*"} or {key: {} for key in new})
    _refuse_too_much(book, at)
    return {}


def _delete_metadata(book: Book, body: Said, at: str) -> Said:
    for one in looked_up(book, [_needed(body, "dataFilter", at)], at):
        book.metadata.remove(one)
    return {}


def _protect(book: Book, body: Said, at: str) -> Said:
    made = deepcopy(_needed(body, "protectedRange", at))
    sheet, _, _ = bounds(book, _needed(made, "range", at), at)
    if made.get("warningOnly") and "editors" in made:
        raise Invalid(f"Invalid {at}: a range that only warns has no editors")
    made.setdefault("protectedRangeId", book.next_number())
    sheet.protected.append(made)
    return {"addProtectedRange": {"protectedRange": deepcopy(made)}}


def _update_protected(book: Book, body: Said, at: str) -> Said:
    new = _needed(body, "protectedRange", at)
    tree = _fields(body, "ProtectedRange", at)
    for sheet in book.sheets:
        for one in sheet.protected:
            if one["protectedRangeId"] == new.get("protectedRangeId"):
                if "range" in new:
                    bounds(book, new["range"], at)
                _merged(one, new, {name: {} for name in tree})
                return {}
    raise Invalid(f"Invalid {at}: No protected range with id: {new.get('protectedRangeId')}")


def _unprotect(book: Book, body: Said, at: str) -> Said:
    for sheet in book.sheets:
        for one in sheet.protected:
            if one["protectedRangeId"] == body.get("protectedRangeId"):
                sheet.protected.remove(one)
                return {}
    raise Invalid(f"Invalid {at}: No protected range with id: {body.get('protectedRangeId')}")


def _dimension_properties(book: Book, body: Said, at: str) -> Said:
    sheet, dimension, places = _dimensions(book, body, at)
    tree = _fields(body, "DimensionProperties", at)
    for place in places:
        _merged((sheet.columns if dimension == "COLUMNS" else sheet.rows)[place], body.get("properties", {}), tree)
    return {}


def _merge(book: Book, body: Said, at: str) -> Said:
    area = deepcopy(_needed(body, "range", at))
    sheet, rows, columns = bounds(book, area, at)
    for other in sheet.merges:
        apart = (
            rows[-1] < other["startRowIndex"] or rows[0] >= other["endRowIndex"]
            or columns[-1] < other["startColumnIndex"] or columns[0] >= other["endColumnIndex"]
        )  # fmt: skip
        if not apart:
            raise Invalid(f"Invalid {at}: You must select all cells in a merged range to merge or unmerge them.")
    sheet.merges.append(area)
    for row in rows:
        for column in columns:
            if (row, column) != (rows[0], columns[0]):
                sheet.cells.pop((row, column), None)
    return {}


def _group(book: Book, body: Said, at: str) -> Said:
    sheet, dimension, places = _dimensions(book, body, at)
    made = {"range": {"sheetId": sheet.number, "dimension": dimension, "startIndex": places[0],
                      "endIndex": places[-1] + 1}, "depth": 1}  # fmt: skip
    sheet.groups.append(made)
    return {"addDimensionGroup": {"dimensionGroups": [deepcopy(made)]}}


def _update_group(book: Book, body: Said, at: str) -> Said:
    new = _needed(body, "dimensionGroup", at)
    _fields(body, "DimensionGroup", at)
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
    _fields(body, "SpreadsheetProperties", at)
    book.title = _needed(body, "properties", at).get("title", book.title)
    return {}


def _set_filter(book: Book, body: Said, at: str) -> Said:
    one = deepcopy(_needed(body, "filter", at))
    bounds(book, _needed(one, "range", at), at)[0].basic_filter = one
    return {}


_DOES: dict[str, Callable[[Book, Said, str], Said]] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _sheet_properties,
    "updateSpreadsheetProperties": _title,
    "appendDimension": _append,
    "insertDimension": _insert,
    "deleteDimension": _delete,
    "moveDimension": _move,
    "updateCells": _update_cells,
    "repeatCell": _repeat,
    "addConditionalFormatRule": _add_rule,
    "deleteConditionalFormatRule": _delete_rule,
    "setDataValidation": _validation,
    "addNamedRange": _add_name,
    "updateNamedRange": _update_name,
    "deleteNamedRange": _delete_name,
    "createDeveloperMetadata": _create_metadata,
    "updateDeveloperMetadata": _update_metadata,
    "deleteDeveloperMetadata": _delete_metadata,
    "addProtectedRange": _protect,
    "updateProtectedRange": _update_protected,
    "deleteProtectedRange": _unprotect,
    "updateDimensionProperties": _dimension_properties,
    "mergeCells": _merge,
    "addDimensionGroup": _group,
    "updateDimensionGroup": _update_group,
    "setBasicFilter": _set_filter,
}
