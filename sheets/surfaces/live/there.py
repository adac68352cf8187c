"""What stands in an open workbook: its tabs and tables, their cells, and the marks of a refresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sheets.surfaces.marks import Area
from sheets.surfaces.package import TableThere, TabThere
from sheets.tabs.layout import Value


@dataclass(frozen=True)
class Cells:
    """Some cells, row by row: what each shows, and what was typed into it, a formula with its `=`."""

    values: Sequence[Sequence[Value]]
    formulas: Sequence[Sequence[str]]

    def is_formula(self, row: int, column: int) -> bool:
        """Whether a formula gives the cell's value. A text that begins with `=` says itself in both."""
        typed = self.formulas[row][column]
        return typed.startswith("=") and self.values[row][column] != typed

    def holds(self, row: int, column: int) -> bool:
        """Whether there is anything in the cell."""
        return self.formulas[row][column] != ""


class Stands(Protocol):
    """A workbook that can be asked. marks: name and tab's place, None for the workbook's -> formula."""

    @property
    def tabs(self) -> Mapping[TabThere, Sequence[TableThere]]:
        """Its tabs, each with its tables."""

    @property
    def marks(self) -> Mapping[tuple[str, int | None], str]:
        """What an earlier refresh remembered."""

    def cells(self, tab: str, area: Area) -> Cells:
        """The cells of an area."""

    def data(self, tab: str, table: TableThere) -> Cells:
        """The data of a table, without its header and totals."""
