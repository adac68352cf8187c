"""Writing tables as text, the same bytes on every machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

Row = Sequence[object]


def write_table(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """A CSV file as UTF-8, quoted where it must be."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_bytes(path, text.getvalue().encode("utf-8"))


def write_quoted(path: Path, header: Sequence[str], rows: Iterable[Row], encoding: str) -> None:
    """A download from the web page: every field quoted, CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_bytes(path, text.getvalue().encode(encoding))


def write_tabs(path: Path, header: Sequence[str], rows: Iterable[Row], encoding: str) -> None:
    """A report from the API: tabs, CRLF and no quoting at all, so a quote in a title stands bare."""
    lines = ["\t".join(map(str, row)) for row in [header, *rows]]
    write_bytes(path, "".join(line + "\r\n" for line in lines).encode(encoding))


def write_bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
