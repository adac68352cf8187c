"""Our cells as they are typed into Excel: one property for values and formulas, so that a block is one call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sheets.surfaces.live.columns import takes_texts
from sheets.surfaces.visible import visible
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Column, Value

Typed = str | float | int | bool

# Excel takes no longer text in a cell.
_LONGEST: Final = 32_767
# Words that Excel can take for nothing else.
_WORDS: Final = re.compile(r"(?!(?:TRUE|FALSE)$)[A-Z][A-Za-z]{2,}(?: [A-Za-z]+)*[.:]?")
_MONTHS: Final = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)


class Typist:
    """Makes what `Range.formula` takes."""

    empty: Typed = ""
    by_address = False

    def literal(self, column: Column) -> bool:
        """Whether the cells of a column take a text to the letter, without an apostrophe."""
        return takes_texts(column)

    def values(self, values: Sequence[Value]) -> list[Typed]:
        """A column of values: where it has texts its cells are formatted as text, and take them to the letter."""
        return [typed_of(value) for value in visible(values)]

    def value(self, value: Value) -> Typed:
        """A value in a cell of any format. An apostrophe keeps a text from being read as a number or a formula."""
        (plain,) = visible([value])
        typed = typed_of(plain)
        if not isinstance(typed, str) or not typed or (_WORDS.fullmatch(typed) and not _MONTHS.match(typed)):
            return typed
        return f"'{typed}"

    def formula(self, text: str, value: Value) -> Typed:
        """A cell that holds a formula; what it gives, Excel works out itself."""
        return f"={text}"

    def piece(self, text: str) -> str:
        """A piece of a formula, as it is."""
        return text


def typed_of(value: Value) -> Typed:
    """A visible value as a cell takes it: an empty text for none, a number for a time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return serial(value)
    return value[:_LONGEST] if isinstance(value, str) else value
