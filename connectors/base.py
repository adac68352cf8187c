"""What a kind of export is, and how a dropped file is recognised: by its header, whatever its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.cells import Cells
from connectors.delimited import Rows, plain
from connectors.errors import NotRecognised
from connectors.frames import Batch


@dataclass(frozen=True)
class Dropped:
    """One dropped file, opened.

    name: its path below the system's folder, as said in messages and kept as `source`.
    folder: the first folder of that path ("us"), or "".
    named_time: the time that its name carries, by the pattern in mastersheet.toml; None when it carries none.
    """

    system: str
    name: str
    folder: str
    rows: Rows = field(repr=False)
    named_time: pd.Timestamp | None
    file_time: pd.Timestamp
    time_zone: ZoneInfo
    now: pd.Timestamp

    @property
    def cells(self) -> Cells:
        """The file's columns, read as what they must be."""
        return Cells(self.rows, self.name)

    @property
    def known_time(self) -> tuple[pd.Timestamp, str]:
        """The file's one time and where it is from, when no column says it."""
        if self.named_time is not None:
            return self.named_time, "file name"
        return self.file_time, "file time"


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


def recognise(rows: Rows, name: str, kinds: Sequence[Kind]) -> Kind:
    """The one kind whose marks are all in the header.

    When several claim it, the one whose marks hold all the others' marks wins; else, and when none does,
    raises NotRecognised with the candidates and what each misses.
    """
    header = {plain(cell) for cell in rows.header}
    claimants = [kind for kind in kinds if kind.marks <= header]
    widest = [kind for kind in claimants if all(other.marks <= kind.marks for other in claimants)]
    if len(widest) == 1:
        return widest[0]
    if claimants:
        raise NotRecognised(
            f"could be {' or '.join(kind.name for kind in claimants)}",
            where=name,
            expected="one kind of export to claim it by its header",
            todo="say which in mastersheet.toml, with `map` and `file` under the system's tables",
        )
    near = sorted(kinds, key=lambda kind: -len(kind.marks & header) / max(1, len(kind.marks)))[:2]
    misses = [
        f"{kind.name} (without {', '.join(_as_written(kind, header))})"
        for kind in near
        if kind.marks & header
    ]
    raise NotRecognised(
        f"no kind of export has the columns {', '.join(repr(cell) for cell in rows.header[:6])}...",
        where=name,
        expected=f"one like {' or '.join(misses)}"
        if misses
        else f"one of {', '.join(kind.name for kind in kinds)}",
        todo="export it again, or map its columns in mastersheet.toml (docs/source-map.md)",
    )


def _as_written(kind: Kind, header: set[str]) -> list[str]:
    return sorted(f"'{mark}'" for mark in kind.marks - header)
