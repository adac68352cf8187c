"""Delimited text as rows of text: encoding, delimiter and quoting found out, every row as wide as the header.

Nothing is converted here: `007`, `1E5` and `=A1` stay what they are. The shape of the file is checked on its
bytes in one pass, because a parser that pads short rows would turn a cut file into a file of blanks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from connectors.errors import BadCell, CutShort, HeaderChanged, NothingInIt, WrongEncoding

LONGEST_CELL: Final = 32_767  # what one cell of a workbook holds
_TAB, _NEWLINE, _BLANK, _QUOTE = 9, 10, 32, 34
_NOT_TEXT: Final = bytes(code for code in range(32) if code not in b"\t\n\v\f\r")


def plain(name: str) -> str:
    """A column's name for comparing: lower case, letters and digits only.

    Amazon spells one header with and without blanks, capitals and hyphens.
    """
    return re.sub(r"[\W_]+", "", name.lower())


@dataclass(frozen=True)
class Rows:
    """A table of text as it stands in a file.

    header: the names as written; cells: one column per name, numbered from 0, every cell text;
    lines: the line (or sheet row) in the file on which each row begins; above: what lines of a name and a value
    above the header say, by plain name; in_a_tab: whether people know a cell of it by letters and row.
    """

    header: tuple[str, ...]
    cells: pd.DataFrame = field(repr=False)
    lines: np.ndarray = field(repr=False)
    above: Mapping[str, str] = field(default_factory=dict)
    in_a_tab: bool = False

    @cached_property
    def places(self) -> dict[str, int]:
        """Plain name -> number of the column; the first of two alike."""
        found: dict[str, int] = {}
        for place, name in enumerate(self.header):
            found.setdefault(plain(name), place)
        return found

    def has(self, name: str) -> bool:
        """Whether a column of that name is there."""
        return plain(name) in self.places

    def column(self, name: str) -> pd.Series:
        """The cells of the column with that name, blanks around them taken off."""
        return stripped(self.cells[self.places[plain(name)]])

    def where(self, file: str, row: int, name: str) -> str:
        """Where the cell of a row (counted from 0) and a column is, as the user is told."""
        line = int(self.lines[row])
        return f"{file}, cell {_letters(self.places[plain(name)])}{line}" if self.in_a_tab else f"{file}:{line}"

    def twice(self) -> list[str]:
        """Names that stand twice in the header."""
        seen = [plain(name) for name in self.header if plain(name)]
        return sorted({name for name in self.header if seen.count(plain(name)) > 1})


def _letters(place: int) -> str:
    """The letters of a column that is counted from 0."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def stripped(column: pd.Series) -> pd.Series:
    """The column without blanks around its cells; a column that has none is handed back as it is."""
    cells = column.to_list()
    bare = [cell.strip() for cell in cells]
    return column if bare == cells else pd.Series(bare, index=column.index, dtype=column.dtype)


def read_delimited(raw: bytes, name: str, *, header_row: int = 1, encoding: str | None = None) -> Rows:
    """The rows of a delimited file.

    header_row counts from 1. Raises WrongEncoding, CutShort, BadCell, HeaderChanged, NothingInIt, each
    naming the file and, where there is one, the line.
    """
    raw, codec = _as_bytes_of_text(raw, name, encoding)
    skipped, body = _below(raw, header_row, name)
    head = body.split(b"\n", 1)[0]
    delimiter = _delimiter(head)
    quoted = delimiter != _TAB or head.startswith(b'"')
    for quoting in (True, False) if quoted else (False,):
        shape = _Shape.of(body, delimiter, quoting)
        if not shape.odd:
            break
    else:
        shape = _Shape.of(body, delimiter, quoted)
    header = _header(head, delimiter, codec, shape.quoted, name)
    shape.check(len(header), name, skipped)
    return Rows(header, _cells(body, delimiter, codec, shape, len(header)), shape.lines(skipped))


def _as_bytes_of_text(raw: bytes, name: str, encoding: str | None) -> tuple[bytes, str]:
    """The bytes with line ends made one, and their codec; UTF-16 becomes UTF-8."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raw, encoding = raw.decode("utf-16").encode(), "utf-8"
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if len(raw.translate(None, _NOT_TEXT)) != len(raw):
        raise WrongEncoding(
            "holds bytes that are not text",
            where=name,
            expected="UTF-8, UTF-16 or Windows-1252 text",
            todo="export the file again as CSV or TSV",
        )
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n")
        if b"\n" not in raw:
            raw = raw.replace(b"\r", b"\n")
    # Amazon: UTF-8 or cp1252, Japan cp932 (its Shift-JIS with extensions); strict, so that no SKU is altered.
    for codec in [encoding] if encoding else ["utf-8", "cp1252", "cp932"]:
        try:
            raw.decode(codec)
        except UnicodeDecodeError:
            continue
        return raw, codec
    raise WrongEncoding(
        f"is not {encoding or 'UTF-8, Windows-1252 or cp932'} text",
        where=name,
        expected="text in one of these encodings",
        todo="export it again, or name its encoding in mastersheet.toml",
    )


def _below(raw: bytes, header_row: int, name: str) -> tuple[int, bytes]:
    """How many lines stand above the header, and the bytes from the header on."""
    at = skipped = 0
    for _ in range(header_row - 1):
        at = raw.find(b"\n", at) + 1
        if not at:
            break
        skipped += 1
    body = raw[at:]
    if skipped < header_row - 1 or not body.strip():
        raise NothingInIt(
            "is empty" if header_row == 1 else f"has no row {header_row}",
            where=name,
            expected="a header and rows",
            todo="export it again; an empty report is not zero stock",
        )
    while body.startswith(b"\n"):
        body, skipped = body[1:], skipped + 1
    return skipped, body


def _delimiter(head: bytes) -> int:
    if b"\t" in head:
        return _TAB
    bare = re.sub(rb'"[^"]*"', b"", head)
    return max(b",;|", key=lambda mark: bare.count(bytes([mark])))


def _header(head: bytes, delimiter: int, codec: str, quoted: bool, name: str) -> tuple[str, ...]:
    text = head.decode(codec)
    split = next(csv.reader([text], delimiter=chr(delimiter))) if quoted else text.split(chr(delimiter))
    names = [cell.strip() for cell in split]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise HeaderChanged("has no header", where=name, expected="the columns' names in its first row")
    return tuple(names)


@dataclass(frozen=True)
class _Shape:
    """Where the records of a file end and how many cells each has, from its bytes alone."""

    quoted: bool
    odd: bool  # read this way the records differ in width, or a quote stays open
    open_quote: bool
    ends: np.ndarray  # position of the newline (or the file's end) that closes each record
    widths: np.ndarray  # cells in each record
    closed_by_delimiter: np.ndarray  # whether a record's last cell is empty
    blank: np.ndarray
    first_lines: np.ndarray  # lines before each record begins
    longest: int
    longest_at: int

    @classmethod
    def of(cls, body: bytes, delimiter: int, quoted: bool) -> _Shape:
        marks = np.frombuffer(body, dtype=np.uint8)
        cuts = np.flatnonzero((marks == delimiter) | (marks == _NEWLINE))
        open_quote = False
        newlines = cuts[marks[cuts] == _NEWLINE]
        if quoted:
            quotes = np.flatnonzero(marks == _QUOTE)
            open_quote = bool(len(quotes) % 2)
            cuts = cuts[np.searchsorted(quotes, cuts) % 2 == 0]
        ending = np.flatnonzero(marks[cuts] == _NEWLINE)
        if not len(ending) or cuts[ending[-1]] != len(marks) - 1:
            cuts, ending = np.append(cuts, len(marks)), np.append(ending, len(cuts))
        ends = cuts[ending]
        starts = np.concatenate(([0], ends[:-1] + 1))
        widths = np.diff(ending, prepend=-1)
        lengths = np.diff(cuts, prepend=-1) - 1
        top = int(lengths.argmax())
        blank = (widths == 1) & ((ends == starts) | (marks[np.minimum(starts, len(marks) - 1)] == _BLANK))
        closed = (ends > starts) & (marks[np.maximum(ends - 1, 0)] == delimiter)
        full = widths[~blank]
        spare = (full == full[:1] + 1) & closed[~blank]
        odd = open_quote or bool(((full != full[:1]) & ~spare).any())
        lines = np.searchsorted(newlines, starts) if quoted else np.arange(len(starts))
        return cls(quoted, odd, open_quote, ends, widths, closed, blank, lines, int(lengths[top]), int(cuts[top]))

    def check(self, wide: int, name: str, skipped: int) -> None:
        """Every record as wide as the header, or with one empty cell more; nothing left open."""
        rows = ~self.blank
        rows[0] = False
        if not rows.any():
            raise NothingInIt(
                "has a header and no rows",
                where=name,
                expected="at least one row",
                todo="export it again; an empty report is not zero stock",
            )
        if self.open_quote and self.quoted:
            raise CutShort(
                "ends inside a quoted cell",
                where=f"{name}:{skipped + 1 + int(self.first_lines[-1])}",
                expected=f"{wide} whole cells",
                todo="the file was cut: export it again",
            )
        spare = (self.widths == wide + 1) & self.closed_by_delimiter
        ragged = np.flatnonzero(rows & (self.widths != wide) & ~spare)
        if len(ragged):
            first = int(ragged[0])
            raise CutShort(
                f"{int(self.widths[first])} cells",
                where=f"{name}:{skipped + 1 + int(self.first_lines[first])}",
                expected=f"{wide} as in the header",
                todo="the file was cut or edited: export it again",
            )
        if self.longest > LONGEST_CELL:
            record = int(np.searchsorted(self.ends, self.longest_at))
            raise BadCell(
                f"a cell of {self.longest:,} characters",
                where=f"{name}:{skipped + 1 + int(self.first_lines[record])}",
                expected=f"at most {LONGEST_CELL:,}",
                todo="shorten it where it comes from, or leave the column out of the export",
            )

    def lines(self, skipped: int) -> np.ndarray:
        """The line in the file of each row below the header."""
        below: np.ndarray = self.first_lines[1:][~self.blank[1:]] + 1 + skipped
        return below


def _cells(body: bytes, delimiter: int, codec: str, shape: _Shape, wide: int) -> pd.DataFrame:
    spare = int(shape.widths[~shape.blank].max() > wide)
    return pd.read_csv(
        io.BytesIO(body),
        sep=chr(delimiter),
        header=None,
        names=list(range(wide + spare)),
        usecols=list(range(wide)),
        skiprows=1 if not shape.quoted else int(shape.first_lines[1]),
        dtype="str",
        na_filter=False,
        quoting=csv.QUOTE_MINIMAL if shape.quoted else csv.QUOTE_NONE,
        lineterminator="\n",
        encoding=codec,
        skip_blank_lines=True,
        low_memory=False,
    )
