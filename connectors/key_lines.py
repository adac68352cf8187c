"""Files that begin with lines of a name and a value, then a blank line, and only then have their header."""

from __future__ import annotations

from typing import Final

from connectors.delimited import plain

_MOST_LINES: Final = 20


def key_lines(raw: bytes) -> tuple[dict[str, str], int] | None:
    """The names, made plain, with their values, and the header's row from 1; None for any other file.

    Programs that save such a file again pad its lines with delimiters; those are looked past.
    """
    head = raw[: 1 << 16].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = head.replace("\r\n", "\n").split("\n")[: _MOST_LINES + 2]
    delimiter = "\t" if "\t" in lines[0] else ","
    found: dict[str, str] = {}
    for number, line in enumerate(lines[:-1], start=1):
        cells = [cell.strip().strip('"') for cell in line.rstrip(f"\r{delimiter} ").split(delimiter)]
        if not any(cells):
            wide = len([cell for cell in lines[number].split(delimiter) if cell.strip()]) > 2
            return (found, number + 1) if found and wide else None
        # A value may hold the delimiter itself (an address); only the first cell is looked at for being a name.
        if not cells[0] or (delimiter == "\t" and len(cells) > 2):
            return None
        found[plain(cells[0])] = delimiter.join(cells[1:])
    return None
