"""Formula text: structured references, and look-ups by number.

Never by SKU text: `A*` and `~x` are patterns to MATCH and SUMIF, `>5` is a comparison, and `a1` equals `A1`.
In files a cell's own row is `Table[[#This Row],[Column]]`; the short `[@Column]` is only Excel's own notation.
"""

from __future__ import annotations

import re


def _name(header: str) -> str:
    """The header as it stands in a structured reference; `' # [ ]` are escaped with a quote."""
    return re.sub(r"(['#\[\]])", r"'\1", header)


def column(table: str, header: str) -> str:
    """All cells of a column. Names with other characters than letters, digits and blanks take double brackets."""
    name = _name(header)
    return f"{table}[{name}]" if re.fullmatch(r"[\w ]+", header) else f"{table}[[{name}]]"


def this(table: str, header: str) -> str:
    """The cell of a column in the formula's own row."""
    return f"{table}[[#This Row],[{_name(header)}]]"


def looked_up(table: str, header: str, key: str, key_header: str = "Key") -> str:
    """The cell of a column in the row whose number is `key`."""
    return f"INDEX({column(table, header)},MATCH({key},{column(table, key_header)},0))"


def at(table: str, header: str, row: str) -> str:
    """The cell of a column in a row of the table, counted from 1."""
    return f"INDEX({column(table, header)},{row})"
