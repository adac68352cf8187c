"""What every request's body has: fields that are needed, a mask, rows or columns."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from tests.google.discovery import Invalid, masked
from tests.google.grid import Book, Sheet

Said = dict[str, Any]


def needed(body: Said, name: str, at: str) -> Any:
    if name not in body:
        raise Invalid(f"Invalid {at}: {name} is required")
    return body[name]


def fields_of(body: Said, schema: str, at: str) -> Said:
    fields = body.get("fields")
    if not fields:
        raise Invalid(f"Invalid {at}: At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return masked(fields, schema)


def merged(into: Said, new: Mapping[str, Any], tree: Mapping[str, Any]) -> None:
    """Sets what the mask names; a name that the new value lacks is cleared."""
    if "*" in tree:
        into.clear()
        into.update(deepcopy(dict(new)))
        return
    for name, below in tree.items():
        if below and isinstance(new.get(name, {}), dict):
            merged(into.setdefault(name, {}), new.get(name, {}), below)
            if not into[name]:
                del into[name]
        elif name in new:
            into[name] = deepcopy(new[name])
        else:
            into.pop(name, None)


def replaced(old: Mapping[str, Any], new: Mapping[str, Any], tree: Mapping[str, Any]) -> Said:
    """As `merged`, in a new dictionary: old, new and what is in them stay as they are, and may be shared by cells."""
    if "*" in tree:
        return dict(new)
    made = dict(old)
    for name, below in tree.items():
        if below and isinstance(new.get(name, {}), dict):
            made[name] = replaced(made.get(name, {}), new.get(name, {}), below)
            if not made[name]:
                del made[name]
        elif name in new:
            made[name] = new[name]
        else:
            made.pop(name, None)
    return made


def dimensions(book: Book, body: Said, at: str, name: str = "range") -> tuple[Sheet, str, range]:
    area = needed(body, name, at)
    sheet = book.sheet(area.get("sheetId"), at)
    dimension = area.get("dimension", "DIMENSION_UNSPECIFIED")
    size = sheet.size[dimension == "COLUMNS"]
    first, last = area.get("startIndex", 0), area.get("endIndex", size)
    if not 0 <= first < last <= size:
        raise Invalid(f"Invalid {at}: range [{first}, {last}) is not inside of {size} {dimension.lower()}")
    return sheet, dimension, range(first, last)
