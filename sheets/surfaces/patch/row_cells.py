"""The cells of one row of a sheet, cut out of its text."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sheets.surfaces.marks import column_number
from sheets.surfaces.patch.sheet_text import Irregular


class CellText(NamedTuple):
    """A cell. style: the number of its format, empty without one; more: its other attributes, each with a blank
    before it; inside: what stands between its tags."""

    style: str
    more: str
    inside: str


_numbers: Final[dict[str, int]] = {}


class Cutter:
    """Cuts rows into cells. prefix: of the sheet's elements, with its colon."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._tag, self._bare, self._close = f"<{prefix}c ", f"<{prefix}c>", f"</{prefix}c>"
        # A format that does not stand right after the address is not found, and so seen as unusual.
        self._cell = re.compile(
            rf'<{prefix}c r="([A-Z]+)\d+"(?: s="(\d+)")?((?: (?!s=)[\w:]+="[^"]*")*)\s*(?:/>|>(.*?)</{prefix}c>)',
            re.DOTALL,
        )

    def cells(self, text: str) -> dict[int, CellText]:
        """The row's cells by their column from 0, in their order."""
        found: dict[int, CellText] = {}
        # A million of them: this is the constructor without its checks.
        make = tuple.__new__
        for letters, style, more, inside in self.found(text):
            column = _numbers.get(letters)
            if column is None:
                column = _numbers.setdefault(letters, column_number(letters))
            found[column] = make(CellText, (style, more, inside))
        return found

    def found(self, text: str) -> list[tuple[str, str, str, str]]:
        """The letters of each cell's column, its format, its other attributes and what is in it."""
        found: list[tuple[str, str, str, str]] = self._cell.findall(text)
        if len(found) != text.count(self._tag) or self._bare in text or (not found and text.strip()):
            raise Irregular
        return found

    def refuse_irregular(self, text: str) -> None:
        """Raises Irregular where a row's cells are not all in the usual form, as far as can be seen at once."""
        if text.count(self._tag) != text.count(f'{self._tag}r="') or self._bare in text:
            raise Irregular

    def cell(self, text: str, address: str) -> CellText | None:
        """One of the row's cells, its format among its attributes; None when it is not there."""
        opening = f'{self._tag}r="{address}"'
        at = text.find(opening)
        if at < 0:
            return None
        end = text.index(">", at)
        if text[end - 1] == "/":
            return CellText("", text[at + len(opening) : end - 1], "")
        return CellText("", text[at + len(opening) : end], text[end + 1 : text.index(self._close, end)])

    def written(self, address: str, cell: CellText) -> str:
        """A cell as text, at an address."""
        style = f' s="{cell.style}"' if cell.style else ""
        start = f'<{self.prefix}c r="{address}"{style}{cell.more}'
        return f"{start}>{cell.inside}</{self.prefix}c>" if cell.inside else f"{start}/>"


def holds(cell: CellText) -> bool:
    """Whether there is anything in a cell: a formula, a value that is not empty, a text of its own."""
    inside = cell.inside
    if not inside:
        return False
    return "<" in inside and not re.fullmatch(r"<(?:[\w.-]+:)?v\s*(?:/>|></(?:[\w.-]+:)?v>)", inside.strip())
