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


def found_in_order(table: str, header: str, key: str, key_header: str = "Key") -> str:
    """The cell of a column in the row whose number is `key`, for long tables that are mostly sorted by it.

    A look-up that halves the sorted column comes first and is believed only where it found the number itself; after
    another sort the slow one, row by row, finds the same cell.
    """
    keys, cells = column(table, key_header), column(table, header)
    return (
        f"IF(IFERROR(LOOKUP({key},{keys}),0)={key},LOOKUP({key},{keys},{cells}),INDEX({cells},MATCH({key},{keys},0)))"
    )


def row_in_order(table: str, key: str, key_header: str = "Key") -> str:
    """The row, from 1, whose number is `key`, or the empty word; for long tables that are mostly sorted by it."""
    keys = column(table, key_header)
    halved = f"MATCH({key},{keys},1)"
    return f'IF(IFERROR(INDEX({keys},{halved}),0)={key},{halved},IFERROR(MATCH({key},{keys},0),""))'


def at(table: str, header: str, row: str) -> str:
    """The cell of a column in a row of the table, counted from 1."""
    return f"INDEX({column(table, header)},{row})"
