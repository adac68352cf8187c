"""Our cells as text, without their address and format: values, or formulas with their values cached.

Text goes into the cell itself, so that the texts which the workbook shares stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from sheets.surfaces.visible import visible
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Value

# Excel takes no longer text in a cell.
_LONGEST: Final = 32_767
_ESCAPED: Final = re.compile(r"_x[0-9A-Fa-f]{4}_")
# What XML cannot hold, or would change.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_SPECIAL: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")

Say = Callable[[Value], str]


class Writer:
    """Writes cells of one sheet. prefix: of its elements, with its colon."""

    empty = "/>"
    by_address = False

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._close = f"</{prefix}c>"
        self._say: dict[type, Say] = {
            str: self._text,
            int: self._number,
            float: self._number,
            bool: lambda value: f' t="b"><{prefix}v>{int(bool(value))}</{prefix}v></{prefix}c>',
            datetime: lambda value: f"><{prefix}v>{serial(value)!r}</{prefix}v></{prefix}c>",  # type: ignore[arg-type]
            type(None): lambda value: "/>",
        }

    def values(self, values: Sequence[Value]) -> list[str]:
        """Cells that hold values."""
        plain = visible(values)
        kinds = set(map(type, plain))
        if kinds <= {int, float}:
            start, end = f"><{self.prefix}v>", f"</{self.prefix}v></{self.prefix}c>"
            return [f"{start}{value!r}{end}" for value in plain]
        if kinds <= {str, type(None)}:
            # Most text columns say the same few things.
            said = {value: self._say[type(value)](value) for value in set(plain)}
            return [said[value] for value in plain]
        say = self._say
        return [say[type(value)](value) for value in plain]

    def value(self, value: Value) -> str:
        """A cell that holds a value."""
        (cell,) = self.values([value])
        return cell

    def formula(self, text: str, value: Value) -> str:
        """A cell that holds a formula, without its `=` and with XML's signs escaped, and the value it gives."""
        prefix, (plain,) = self.prefix, visible([value])
        formula = f"<{prefix}f>{text}</{prefix}f>"
        if plain is None or isinstance(plain, str):
            return f' t="str">{formula}<{prefix}v>{escaped(plain or "")}</{prefix}v>{self._close}'
        if isinstance(plain, bool):
            return f' t="b">{formula}<{prefix}v>{int(plain)}</{prefix}v>{self._close}'
        number = serial(plain) if isinstance(plain, datetime) else plain
        return f">{formula}<{prefix}v>{number!r}</{prefix}v>{self._close}"

    def piece(self, text: str) -> str:
        """A piece of a formula as it stands in a part."""
        return escape(text)

    def _number(self, value: Value) -> str:
        return f"><{self.prefix}v>{value!r}</{self.prefix}v></{self.prefix}c>"

    def _text(self, value: Value) -> str:
        text = str(value)[:_LONGEST]
        keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "\t" in text else ""
        prefix = self.prefix
        return f' t="inlineStr"><{prefix}is><{prefix}t{keep}>{escaped(text)}</{prefix}t></{prefix}is>{self._close}'


def escaped(text: str) -> str:
    """Text as it stands in a part: signs of XML's own, and control characters in the format's own way."""
    if not _SPECIAL.search(text):
        return text
    text = _ESCAPED.sub(lambda found: "_x005F" + found[0], text)
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", escape(text))
