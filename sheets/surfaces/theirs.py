"""What users have in a workbook besides the values in our tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheets.surfaces.marks import Area
from sheets.surfaces.package import TableThere
from sheets.tabs.layout import Form
from sheets.tabs.own import OwnCell, OwnTab


@dataclass(frozen=True)
class Theirs:
    """tabs: those of their own. stands: our tables, by the titles of their tabs.

    cells: a cell with a formula inside our tables -> what it holds, by its tab, row and column from 0.
    rows: table -> the sheet's row of each row that is not blank; a table is left out where that is not known.
    notes: theirs on cells of tabs of ours, by tab, row and column.
    days: table and header of columns that hold days or times as numbers. beside: tab -> how many cells of
    theirs stand on it outside our tables and texts.
    """

    tabs: tuple[OwnTab, ...] = ()
    stands: Mapping[str, Sequence[TableThere]] = field(default_factory=dict)
    cells: Mapping[tuple[str, int, int], OwnCell] = field(default_factory=dict)
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    days: Mapping[tuple[str, str], Form] = field(default_factory=dict)
    notes: Mapping[tuple[str, int, int], str] = field(default_factory=dict)
    beside: Mapping[str, int] = field(default_factory=dict)


def inside(at: tuple[int, int], areas: Iterable[Area]) -> bool:
    """Whether a cell is in one of some areas."""
    return any(top <= at[0] <= bottom and left <= at[1] <= right for top, left, bottom, right in areas)
