"""What a surface is: a place that shows a layout and gives back what stands in its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from sheets.tabs.layout import Layout, Value


@dataclass(frozen=True)
class Edit:
    """A cell of ours that a user wrote over. row: the words of its key; stood: what stands there.

    Outside tables `table` is the tab, `row` the cell's address, and there is no column.
    """

    table: str
    row: str
    column: str
    stood: Value

    @property
    def line(self) -> str:
        """The one line the user reads."""
        stood = "(empty)" if self.stood is None else self.stood
        return " ".join(filter(None, (f"{self.table} {self.row}:", self.column, str(stood))))


@dataclass(frozen=True)
class Unknown:
    """A cell of a table that holds a formula which no program has worked out yet. cell: its address."""

    table: str
    column: str
    cell: str


@dataclass(frozen=True)
class Shown:
    """What stands on a surface now.

    tables: table name -> frame, headers as columns, dtype object. A cell is str, float, int, bool, a naive
    datetime, or None when it is empty, holds an empty text or an error of Excel's. Whole numbers are int, text is
    text to the letter (`007`, `1E5`, `=A1`). Rows in which every cell is empty are left out.
    edits: cells of ours that do not say what the last refresh wrote, as far as the surface remembers.
    unknown: cells that are None in `tables`, and are not empty.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    unknown: tuple[Unknown, ...] = ()


class Surface(Protocol):
    """A place for one workbook."""

    def read(self) -> Shown | None:
        """What stands there; None when nothing is there yet."""

    def write(self, layout: Layout) -> None:
        """Shows the layout, in place of what stood there; all of it or nothing."""
