"""Files that begin with lines of a name and a value, then a blank line, and only then have their header."""

from __future__ import annotations

import csv
from typing import Final

from connectors.delimited import plain

_MOST_LINES: Final = 20
_LOOKED_AT: Final = 1 << 16


def key_lines(raw: bytes) -> tuple[dict[str, str], int] | None:
    """The names, made plain, with their values, and the header's row from 1; None for any other file.

    Programs that save such a file again pad its lines with delimiters; those are looked past.
    """
    if b"\0" in raw[:_LOOKED_AT]:
        return None
    head = raw[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = head.replace("\r\n", "\n").split("\n")[: _MOST_LINES + 2]
    delimiter = "\t" if "\t" in lines[0] else ","
    found: dict[str, str] = {}
    for number, line in enumerate(lines[:-1], start=1):
        cells = _cells(line, delimiter)
        if not cells:
            return (found, number + 1) if found and len(_cells(lines[number], delimiter)) > 2 else None
        if not cells[0] or len(cells) > 2:
            return None
        found[plain(cells[0])] = "".join(cells[1:])
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    """The line's cells without the empty ones at its end."""
    split = next(csv.reader([line]), []) if delimiter == "," else line.split(delimiter)
    cells = [cell.strip() for cell in split]
    while cells and not cells[-1]:
        cells.pop()
    return cells
