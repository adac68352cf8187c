"""What a surface is: a place that shows a layout and gives back what stands in its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from sheets.tabs.layout import Layout


@dataclass(frozen=True)
class Shown:
    """What stands on a surface now.

    tables: table name -> frame, headers as columns, dtype object. A cell is str, float, int, bool, a naive
    datetime, or None when it is empty, holds an empty text or an error of Excel's. Whole numbers are int, text is
    text to the letter (`007`, `1E5`, `=A1`). Rows in which every cell is empty are left out.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


class Surface(Protocol):
    """A place for one workbook."""

    def read(self) -> Shown | None:
        """What stands there; None when nothing is there yet."""

    def write(self, layout: Layout) -> None:
        """Shows the layout, in place of what stood there; all of it or nothing."""
