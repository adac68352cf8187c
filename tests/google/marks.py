"""Requests that change what lies on cells: colour rules, names, metadata, protection."""

from __future__ import annotations

from copy import deepcopy

from tests.google.bodies import Said, dimensions, fields_of, merged, needed
from tests.google.discovery import Invalid
from tests.google.grid import Book, bounds


def add_rule(book: Book, body: Said, at: str) -> Said:
    rule = needed(body, "rule", at)
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


def delete_rule(book: Book, body: Said, at: str) -> Said:
    sheet, index = book.sheet(body.get("sheetId"), at), body.get("index", 0)
    if not 0 <= index < len(sheet.rules):
        raise Invalid(f"Invalid {at}: No conditional format on sheet: {sheet.number} at index: {index}")
    return {"deleteConditionalFormatRule": {"rule": sheet.rules.pop(index)}}


def add_name(book: Book, body: Said, at: str) -> Said:
    named = deepcopy(needed(body, "namedRange", at))
    bounds(book, needed(named, "range", at), at)
    taken = {one["name"].casefold() for one in book.names} | book.ghosts
    if named["name"].casefold() in taken:
        raise Invalid(
            f"Invalid {at}: Cannot add named range with name: {named['name']}. A named range with that name already "
            "exists."
        )
    named.setdefault("namedRangeId", f"n{book.next_number()}")
    book.names.append(named)
    return {"addNamedRange": {"namedRange": deepcopy(named)}}


def update_name(book: Book, body: Said, at: str) -> Said:
    new = needed(body, "namedRange", at)
    tree = fields_of(body, "NamedRange", at)
    for one in book.names:
        if one["namedRangeId"] == new.get("namedRangeId"):
            if "range" in new:
                bounds(book, new["range"], at)
            merged(one, new, {name: {} for name in tree})
            return {}
    raise Invalid(f"Invalid {at}: No named range with id: {new.get('namedRangeId')}")


def delete_name(book: Book, body: Said, at: str) -> Said:
    before = len(book.names)
    book.names = [one for one in book.names if one["namedRangeId"] != body.get("namedRangeId")]
    if len(book.names) == before:
        raise Invalid(f"Invalid {at}: No named range with id: {body.get('namedRangeId')}")
    return {}


def create_metadata(book: Book, body: Said, at: str) -> Said:
    made = deepcopy(needed(body, "developerMetadata", at))
    if not made.get("metadataKey"):
        raise Invalid(f"Invalid {at}: metadataKey is required")
    if made.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise Invalid(f"Invalid {at}: visibility is required")
    place = needed(made, "location", at)
    if len({"spreadsheet", "sheetId", "dimensionRange"} & set(place)) != 1:
        raise Invalid(f"Invalid {at}: a location is the spreadsheet, a sheet, or one row or column")
    if "sheetId" in place:
        book.sheet(place["sheetId"], at)
    if "dimensionRange" in place:
        sheet, dimension, at_ = dimensions(book, {"range": place["dimensionRange"]}, at)
        if len(at_) != 1:
            raise Invalid(f"Invalid {at}: metadata lies on one row or column, not on {len(at_)}")
        place["dimensionRange"] = {"sheetId": sheet.number, "dimension": dimension, "startIndex": at_[0],
                                   "endIndex": at_[0] + 1}  # fmt: skip
    kind = "SPREADSHEET" if "spreadsheet" in place else "SHEET" if "sheetId" in place else ""
    place["locationType"] = kind or place["dimensionRange"]["dimension"].removesuffix("S")
    made.setdefault("metadataId", book.next_number())
    if any(one["metadataId"] == made["metadataId"] for one in book.metadata):
        raise Invalid(
            f"Invalid {at}: Cannot add developer metadata with ID [{made['metadataId']}] because developer metadata "
            "with that ID already exists."
        )
    book.metadata.append(made)
    _refuse_too_much(book, at)
    return {"createDeveloperMetadata": {"developerMetadata": deepcopy(made)}}


def _refuse_too_much(book: Book, at: str) -> None:
    """30,000 characters of metadata for each sheet, and as many for the spreadsheet itself."""
    sizes: dict[int | None, int] = {}
    for one in book.metadata:
        sizes[sheet_of(one)] = sizes.get(sheet_of(one), 0) + len(one["metadataKey"]) + len(one.get("metadataValue", ""))
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


def update_metadata(book: Book, body: Said, at: str) -> Said:
    new = needed(body, "developerMetadata", at)
    tree = fields_of(body, "DeveloperMetadata", at)
    found = looked_up(book, body.get("dataFilters", []), at)
    if not found:
        raise Invalid(f"Invalid {at}: No developer metadata matches the filters")
    for one in found:
        merged(one, new, {name: {} for name in tree if name != "*"} or {key: {} for key in new})
    _refuse_too_much(book, at)
    return {}


def delete_metadata(book: Book, body: Said, at: str) -> Said:
    for one in looked_up(book, [needed(body, "dataFilter", at)], at):
        book.metadata.remove(one)
    return {}


def sheet_of(metadata: Said) -> int | None:
    place = metadata["location"]
    return place.get("sheetId", place.get("dimensionRange", {}).get("sheetId"))


def add_protected(book: Book, body: Said, at: str) -> Said:
    made = deepcopy(needed(body, "protectedRange", at))
    sheet, _, _ = bounds(book, needed(made, "range", at), at)
    if made.get("warningOnly") and "editors" in made:
        raise Invalid(f"Invalid {at}: a range that only warns has no editors")
    made.setdefault("protectedRangeId", book.next_number())
    sheet.protected.append(made)
    return {"addProtectedRange": {"protectedRange": deepcopy(made)}}


def update_protected(book: Book, body: Said, at: str) -> Said:
    new = needed(body, "protectedRange", at)
    tree = fields_of(body, "ProtectedRange", at)
    for sheet in book.sheets:
        for one in sheet.protected:
            if one["protectedRangeId"] == new.get("protectedRangeId"):
                if "range" in new:
                    bounds(book, new["range"], at)
                merged(one, new, {name: {} for name in tree})
                return {}
    raise Invalid(f"Invalid {at}: No protected range with id: {new.get('protectedRangeId')}")


def delete_protected(book: Book, body: Said, at: str) -> Said:
    for sheet in book.sheets:
        for one in sheet.protected:
            if one["protectedRangeId"] == body.get("protectedRangeId"):
                sheet.protected.remove(one)
                return {}
    raise Invalid(f"Invalid {at}: No protected range with id: {body.get('protectedRangeId')}")
