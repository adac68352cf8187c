"""What a kind of export is, and how a dropped file is recognised: by its header, whatever its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.cells import Cells
from connectors.delimited import Rows, plain
from connectors.errors import NotRecognised
from connectors.frames import Batch


@dataclass(frozen=True)
class Dropped:
    """One dropped file, or one tab of a shared sheet, opened.

    name: its path below the system's folder, as said in messages and kept as `source`.
    folder: the first folder of that path ("us"), or "".
    named_time: the time that its name carries, by the pattern in mastersheet.toml; None when it carries none.
    file_time, time_from: its time where nothing in it says one, and what that is the time of.
    """

    system: str
    name: str
    folder: str
    rows: Rows = field(repr=False)
    named_time: pd.Timestamp | None
    file_time: pd.Timestamp
    time_zone: ZoneInfo
    now: pd.Timestamp
    time_from: str = "file time"

    @property
    def cells(self) -> Cells:
        """The file's columns, read as what they must be."""
        return Cells(self.rows, self.name)

    @property
    def known_time(self) -> tuple[pd.Timestamp, str]:
        """The file's one time and where it is from, when no column says it."""
        if self.named_time is not None:
            return self.named_time, "file name"
        return self.file_time, self.time_from


class Kind(Protocol):
    """One kind of export, such as one of Amazon's reports or one warehouse's stock list."""

    @property
    def name(self) -> str:
        """What users and their vendor call it."""

    @property
    def marks(self) -> frozenset[str]:
        """Plain names of the columns that tell this kind from every other; all must be there."""

    @property
    def supplies(self) -> Mapping[str, int]:
        """State -> rank. Of two kinds of one system that give a state, the lower rank supplies it."""

    def read(self, dropped: Dropped) -> Batch:
        """The file's frames. Counts of every day in the file stand in `counts`, with one `coverage` row per
        system location and state that the file speaks for; sorting today's from older days is not its work.
        Raises CannotRead."""


@dataclass(frozen=True)
class Match:
    """What a kind found in a header, as plain names, and what it misses, as the user is told."""

    found: frozenset[str]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Opening:
    """How a file is opened before its header can be seen."""

    sheet: str | None = None  # of a workbook; the first visible one with cells in it when None
    header_row: int = 1
    encoding: str | None = None
    key_lines: bool = False  # the header stands below lines of a name and a value and a blank one


@runtime_checkable
class MappedKind(Kind, Protocol):
    """A kind that finds its columns under several names, and may be bound to certain files."""

    @property
    def file(self) -> str | None:
        """A pattern such as `stock*.csv`; only files whose path or name it fits are this kind."""

    @property
    def opening(self) -> Opening:
        """The sheet, header row and encoding of this kind's files."""

    @property
    def stands_back(self) -> bool:
        """Whether it leaves a file to any other kind that claims it, as a map of ours does to a user's own."""

    def match(self, header: frozenset[str]) -> Match:
        """What is found in a header of plain names; nothing missing means that the kind claims the file."""


def match(kind: Kind, header: frozenset[str]) -> Match:
    """What any kind finds in a header of plain names."""
    if isinstance(kind, MappedKind):
        return kind.match(header)
    return Match(kind.marks & header, tuple(sorted(f"'{mark}'" for mark in kind.marks - header)))


def recognise(rows: Rows, name: str, kinds: Sequence[Kind]) -> Kind:
    """The one kind that misses nothing in the header.

    When several claim it, those that stand back do so, and the one that found all that the others found wins;
    else, and when none claims it, raises NotRecognised with the candidates and what each misses.
    """
    header = frozenset(plain(cell) for cell in rows.header)
    matches = [(kind, match(kind, header)) for kind in kinds]
    claims = [(kind, it) for kind, it in matches if not it.missing]
    claims = [(kind, it) for kind, it in claims if not _stands_back(kind)] or claims
    widest = [kind for kind, it in claims if all(other.found <= it.found for _, other in claims)]
    if len(widest) == 1:
        return widest[0]
    if claims:
        raise NotRecognised(
            f"could be {' or '.join(kind.name for kind, _ in claims)}",
            where=name,
            expected="one kind of export to claim it by its header",
            todo="say which in mastersheet.toml, with `map` and `file` under the system's tables",
        )
    near = sorted(matches, key=lambda pair: -len(pair[1].found) / (len(pair[1].found) + len(pair[1].missing)))
    misses = [f"{kind.name} (without {', '.join(it.missing)})" for kind, it in near[:2] if it.found]
    raise NotRecognised(
        f"no kind of export has the columns {', '.join(repr(cell) for cell in rows.header[:6])}...",
        where=name,
        expected=f"one like {' or '.join(misses)}" if misses else f"one of {', '.join(kind.name for kind in kinds)}",
        todo="export it again, or map its columns in mastersheet.toml (docs/source-map.md)",
    )


def _stands_back(kind: Kind) -> bool:
    return isinstance(kind, MappedKind) and kind.stands_back
