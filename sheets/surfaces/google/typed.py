"""Our cells in Google's terms: columns of tables are named ranges, a formula's own row is an address, text is text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

from sheets.surfaces.live.typed import Typed, Typist, typed_of
from sheets.surfaces.placed import Placed
from sheets.surfaces.visible import visible
from sheets.tabs.layout import Column, Value

_COLUMN: Final = re.compile(r"(\w+)\[(?:\[((?:'.|[^\]'])*)\]|([\w ]+))\]")
# A name has at most 250 signs.
_LONGEST_NAME: Final = 200
# Google takes no longer text in a cell.
_LONGEST: Final = 50_000


class GoogleTypist(Typist):
    """Makes what stands in Google's cells. used: columns that formulas look at, by the name of their range.

    ghosts: names of ours whose cells are gone, which Google keeps.
    """

    by_address = True

    def __init__(self, tables: Mapping[str, Placed], ghosts: Collection[str] = ()) -> None:
        self._tables, self._ghosts = tables, ghosts
        self.used: dict[str, tuple[str, str]] = {}

    def literal(self, column: Column) -> bool:
        """No cell needs a format to keep a text."""
        return False

    def values(self, values: Sequence[Value]) -> list[Typed]:
        """A column of values."""
        return [_marked(typed_of(value)) for value in visible(values)]

    def value(self, value: Value) -> Typed:
        """A value; a text is marked as one, whatever it looks like."""
        return self.values([value])[0]

    def piece(self, text: str) -> str:
        """A piece of a formula, the columns of tables by the names of their ranges."""
        return _COLUMN.sub(self._named, text)

    def name_of(self, table: str, header: str) -> str:
        """The name of a column's range; another one where Google keeps that of one whose cells were deleted."""
        name = range_name(table, header)
        while name in self._ghosts:
            name += "_"
        return name

    def _named(self, found: re.Match[str]) -> str:
        header = re.sub(r"'(['#\[\]])", r"\1", found[2]) if found[2] is not None else found[3]
        if found[1] not in self._tables:
            return found[0]
        name = self.name_of(found[1], header)
        self.used[name] = found[1], header
        return name


def _marked(typed: Typed) -> Typed:
    return f"'{typed}" if isinstance(typed, str) and typed else typed


def range_name(table: str, header: str) -> str:
    """The name of a column's range; signs that a name cannot have are told by their number."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else f"_{ord(sign):x}_" if sign != " " else "_"
                    for sign in header)  # fmt: skip
    name = f"{table}_{plain}"
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 9]}_{crc32(name.encode()):08x}"


def cell_data(typed: Typed) -> dict[str, Any]:
    """A cell as the API takes it."""
    if isinstance(typed, bool):
        return {"userEnteredValue": {"boolValue": typed}}
    if isinstance(typed, (int, float)):
        return {"userEnteredValue": {"numberValue": typed}}
    if typed == "":
        return {}
    if typed.startswith("="):
        return {"userEnteredValue": {"formulaValue": typed}}
    return {"userEnteredValue": {"stringValue": typed.removeprefix("'")[:_LONGEST]}}


def entered_of(typed: Typed) -> Typed:
    """What Google says is entered in a cell that was written so; an empty text in an empty one."""
    return next(iter(cell_data(typed).get("userEnteredValue", {}).values()), "")
