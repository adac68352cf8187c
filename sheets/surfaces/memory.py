"""A surface that keeps what a reader would see, for tests and dry runs: no formulas, no looks."""

from __future__ import annotations

from sheets.surfaces.surface import Shown
from sheets.surfaces.visible import frame_of_table
from sheets.tabs.layout import Layout


class Memory:
    """Shows a layout nowhere."""

    def __init__(self, shown: Shown | None = None) -> None:
        self._shown = shown

    def read(self) -> Shown | None:
        """What was written last, or given at the start."""
        if self._shown is None:
            return None
        return Shown({name: frame.copy() for name, frame in self._shown.tables.items()})

    def write(self, layout: Layout) -> None:
        """Keeps the tables' visible values."""
        self._shown = Shown({table.name: frame_of_table(table) for tab in layout.tabs for table in tab.tables})
