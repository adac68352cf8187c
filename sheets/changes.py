"""What a refresh would change: old and new values of a table's cells, by the rows' keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from sheets.surfaces.visible import frame_of_table
from sheets.tabs.layout import GONE, Layout, Table

COMPARED: Final = ("Counts", "Gaps", "Positions")
Cell = object


@dataclass(frozen=True)
class Change:
    """One cell that changes. key: the row's, in words; column None: the whole row is new or gone."""

    table: str
    key: str
    column: str | None
    old: Cell
    new: Cell

    @property
    def line(self) -> str:
        """The one line the user reads."""
        where = f"{self.table}: {self.key}"
        if self.column is None:
            return f"{where}: {'new row' if self.old is None else 'no longer there'}"
        return f"{where}: {self.column} {_said(self.old)} -> {_said(self.new)}"


def changes(layout: Layout, shown: Mapping[str, pd.DataFrame]) -> list[Change]:
    """The changes of Counts, Gaps and Positions, in the order of the layout's rows; gone rows last."""
    found: list[Change] = []
    for name in COMPARED:
        table = layout.table(name)
        found += _of_table(table, shown.get(name, pd.DataFrame(columns=list(table.key))))
    return found


def _of_table(table: Table, before: pd.DataFrame) -> Iterator[Change]:
    after = frame_of_table(table)
    old_rows, new_rows = _by_key(table, before), _by_key(table, after)
    columns = [one.header for one in table.columns if one.owner == "ours" and one.shown != "hidden"]
    for key, new in new_rows.items():
        words = ", ".join(map(str, key))
        old = old_rows.get(key)
        if old is None:
            yield Change(table.name, words, None, None, words)
            continue
        for column in columns:
            was, becomes = old.get(column), new[column]
            if not _same(was, becomes):
                yield Change(table.name, words, column, was, becomes)
    for key in old_rows:
        if key not in new_rows:
            yield Change(table.name, ", ".join(map(str, key)), None, key, None)


def _by_key(table: Table, frame: pd.DataFrame) -> dict[tuple[Cell, ...], dict[str, Cell]]:
    if any(name not in frame for name in table.key):
        return {}
    if table.gone in frame:
        frame = frame[frame[table.gone] != GONE]
    rows = frame.to_dict(orient="records")
    return {tuple(row[name] for name in table.key): {str(name): cell for name, cell in row.items()} for row in rows}


def _same(one: Cell, other: Cell) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-6
    if isinstance(one, datetime) and isinstance(other, datetime):
        # A workbook keeps times as parts of a day: to about a tenth of a millisecond.
        return abs((one - other).total_seconds()) < 1
    return one == other


def _said(cell: Cell) -> str:
    if cell is None:
        return "(empty)"
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (int, float)):
        return f"{cell:,}"
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell)
