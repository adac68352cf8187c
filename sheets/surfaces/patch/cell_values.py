"""What a cell's text says: its value, whatever way it is kept."""

from __future__ import annotations

import html
import re
from datetime import datetime
from functools import cached_property
from typing import Final

from lxml import etree

from sheets.surfaces.package import Package, text_of
from sheets.surfaces.patch.row_cells import CellText

_KIND: Final = re.compile(r'\st="(\w+)"')
_VALUE: Final = re.compile(r"<(?:[\w.-]+:)?v(?:\s[^>]*)?>([^<]*)<")
_SOUND: Final = re.compile(r"<((?:[\w.-]+:)?rPh)\b.*?</\1>", re.DOTALL)
_TEXT: Final = re.compile(r"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)<")
_CODED: Final = re.compile("_x([0-9A-Fa-f]{4})_")

Said = str | float | bool | datetime | None


class CellValues:
    """Reads cells of one workbook."""

    def __init__(self, package: Package) -> None:
        self._package = package

    @cached_property
    def _shared(self) -> list[str]:
        """The texts that cells share, without how they sound."""
        package = self._package
        part = next((one.target for one in package.relations(package.book) if one.kind == "sharedStrings"), None)
        if part is None or part not in package.parts:
            return []
        found = []
        for _, one in etree.iterparse(package.opened(part), tag="{*}si", huge_tree=True, resolve_entities=False):
            for sound in one.findall("{*}rPh"):
                one.remove(sound)
            found.append(_decoded(text_of(one, "{*}t")))
            one.clear()
        return found

    def of(self, cell: CellText) -> Said:
        """A cell's value; None for an empty one. A number stays one, also where it is shown as a time."""
        if not cell.inside:
            return None
        found = _KIND.search(cell.more)
        kind = "n" if found is None else found[1]
        if kind == "inlineStr":
            texts = _TEXT.findall(_SOUND.sub("", cell.inside))
            return _decoded(html.unescape("".join(texts))) or None
        value = _VALUE.search(cell.inside)
        if value is None or not value[1]:
            return None
        if kind == "s":
            return self._shared[int(value[1])] or None
        if kind == "b":
            return value[1].strip() in {"1", "true"}
        if kind == "d":
            return datetime.fromisoformat(value[1].strip())
        return float(value[1]) if kind == "n" else _decoded(html.unescape(value[1]))


def _decoded(text: str) -> str:
    """A text whose control characters are written in the format's own way."""
    return _CODED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
