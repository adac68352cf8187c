"""What a cell's text says: its value, whatever way it is kept."""

from __future__ import annotations

import html
import re
from array import array
from datetime import datetime
from functools import cached_property
from typing import Final

from sheets.surfaces.package import Package
from sheets.surfaces.patch.row_cells import CellText

_KIND: Final = re.compile(r'\st="(\w+)"')
_VALUE: Final = re.compile(r"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)<")
_SOUND: Final = re.compile(r"<((?:[\w.-]+:)?rPh)\b.*?</\1>", re.DOTALL)
_ITEM: Final = re.compile(r"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si>)", re.DOTALL)
_TEXT: Final = re.compile(r"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)<")
_CODED: Final = re.compile("_x([0-9A-Fa-f]{4})_")

Said = str | float | bool | datetime | None


class CellValues:
    """Reads cells of one workbook."""

    def __init__(self, package: Package) -> None:
        self._package = package

    @cached_property
    def _shared(self) -> tuple[str, array[int], array[int]]:
        """The part with the texts that cells share, and where each begins and ends: many, of which few are read."""
        package = self._package
        part = next((one.target for one in package.relations(package.book) if one.kind == "sharedStrings"), None)
        text = "" if part is None or part not in package.parts else package.raw(part).decode("utf-8-sig")
        begins, ends = array("Q"), array("Q")
        for found in _ITEM.finditer(text):
            begins.append(max(found.start(1), 0))
            ends.append(max(found.end(1), 0))
        return text, begins, ends

    def of(self, cell: CellText) -> Said:
        """A cell's value; None for an empty one. A number stays one, also where it is shown as a time."""
        if not cell.inside:
            return None
        found = _KIND.search(cell.more)
        kind = "n" if found is None else found[1]
        if kind == "inlineStr":
            return _text(cell.inside)
        value = _VALUE.search(cell.inside)
        if value is None or not value[1]:
            return None
        if kind == "s":
            text, begins, ends = self._shared
            at = int(value[1])
            return _text(text[begins[at] : ends[at]])
        if kind == "b":
            return value[1].strip() in {"1", "true"}
        if kind == "d":
            return datetime.fromisoformat(value[1].strip())
        return float(value[1]) if kind == "n" else _decoded(html.unescape(value[1]))


def _text(inside: str) -> str | None:
    """The text in an element, all of its runs, without how they sound."""
    texts = _TEXT.findall(_SOUND.sub("", inside) if "rPh" in inside else inside)
    return _decoded(html.unescape("".join(texts))) or None


def _decoded(text: str) -> str:
    """A text whose control characters are written in the format's own way."""
    return _CODED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
