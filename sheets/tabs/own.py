"""Tabs of users' own, as they go along to another workbook: cells with their looks, widths, merges, notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


@dataclass(frozen=True)
class Look:
    """How a cell looks. number: its format as Excel writes it; ink, fill: `#RRGGBB`; size: in points, 0 the usual."""

    number: str = ""
    bold: bool = False
    italic: bool = False
    size: float = 0
    ink: str = ""
    fill: str = ""
    align: str = ""
    wrap: bool = False


PLAIN = Look()


@dataclass(frozen=True)
class OwnCell:
    """A cell. value: a day or a time is its number; formula: with its `=`; array: it is worked out over whole ranges.

    several: its formula fills other cells, too, which hold what it gave.
    """

    value: str | float | int | bool | None = None
    formula: str | None = None
    look: Look = PLAIN
    note: str = ""
    array: bool = False
    several: bool = False


@dataclass(frozen=True)
class OwnTab:
    """A tab. widths: in pixels, by column from 0; frozen: rows and columns that stay in sight; colour: `#RRGGBB`.

    left: what does not go along, in words. chart: it is one, and holds no cells.
    """

    name: str
    cells: Mapping[tuple[int, int], OwnCell] = field(default_factory=dict)
    widths: Mapping[int, int] = field(default_factory=dict)
    merges: tuple[Area, ...] = ()
    frozen: tuple[int, int] = (0, 0)
    colour: str = ""
    hidden: bool = False
    left: tuple[str, ...] = ()
    chart: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and columns it takes."""
        rows = [row for row, _ in self.cells] + [area[2] for area in self.merges]
        columns = [column for _, column in self.cells] + [area[3] for area in self.merges]
        return max(rows, default=0) + 1, max(columns, default=0) + 1
