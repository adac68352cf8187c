"""What is typed, and how a table's rows and size change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheets.surfaces.live.typed import Typed
from sheets.surfaces.marks import Area


@dataclass(frozen=True)
class Writes:
    """A block of cells of one tab, and what is typed into it."""

    tab: str
    area: Area
    typed: Sequence[Sequence[Typed]]


@dataclass(frozen=True)
class Sorting:
    """How rows change their places. column: the sheet's, which holds the places; texts: it takes them to the letter.

    order: the place of each row, from 0.
    """

    column: int
    texts: bool
    order: Sequence[int]

    @property
    def back(self) -> Sorting:
        """The sorting that puts the rows where they were."""
        found = [0] * len(self.order)
        for row, at in enumerate(self.order):
            found[at] = row
        return Sorting(self.column, self.texts, tuple(found))


@dataclass(frozen=True)
class TableSteps:
    """A table's size with header and totals: before, while rows move, and after."""

    tab: str
    table: str
    before: Area
    largest: Area
    after: Area
    sorting: Sorting | None
