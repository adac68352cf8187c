"""A surface that keeps what a reader would see, for tests and dry runs: no formulas, no looks."""

from __future__ import annotations

import pandas as pd

from sheets.surfaces.joined import Does, Row, joined, keys_read, written
from sheets.surfaces.surface import Shown
from sheets.surfaces.visible import frame_of, frame_of_table, visible
from sheets.tabs.layout import GONE, Column, Layout, Table, Value


class Memory:
    """Shows a layout nowhere. What stands there stays by the same rules as in a file."""

    def __init__(self, shown: Shown | None = None) -> None:
        self._shown = shown
        self._ours: dict[str, set[str]] = {}

    def read(self) -> Shown | None:
        """What was written last, or given at the start."""
        if self._shown is None:
            return None
        return Shown({name: frame.copy() for name, frame in self._shown.tables.items()})

    def write(self, layout: Layout) -> None:
        """Keeps the tables' visible values."""
        before = {} if self._shown is None else dict(self._shown.tables)
        tables = [table for tab in layout.tabs for table in tab.tables]
        made = {
            table.name: self._refreshed(table, before[table.name]) if table.name in before else frame_of_table(table)
            for table in tables
        }
        for table in tables:
            self._ours.setdefault(table.name, set()).update(column.header for column in table.columns)
        self._shown = Shown(before | made)

    def _refreshed(self, table: Table, stood: pd.DataFrame) -> pd.DataFrame:
        rows = _rows(table, stood, self._ours.get(table.name, set()))
        ours = {column.header: column for column in table.columns}
        headers = [str(header) for header in stood.columns]
        headers += [header for header in ours if header not in headers]
        dead = self._ours.get(table.name, set()) - ours.keys()
        columns: list[list[object]] = []
        for header in headers:
            there = stood[header].tolist() if header in stood else [None] * len(stood)
            if header in ours:
                columns.append(_column(table, ours[header], rows, there))
            else:
                columns.append([_stood(there, row) if header not in dead or _leaves(row) else None for row in rows])
        return frame_of(headers, columns)


def _rows(table: Table, stood: pd.DataFrame, written_before: set[str]) -> list[Row]:
    keys = [stood[name].tolist() if name in stood else [None] * len(stood) for name in table.key]
    users = [header for header in stood.columns if header not in written_before | {c.header for c in table.columns}]

    there = keys_read(keys)
    buyers = [one.header for one in table.columns if one.owner == "buyer" and one.header in stood]

    def holds(at: int) -> bool:
        own = users if there[at] is not None else [*users, *buyers]
        return any(stood[header].iat[at] is not None for header in own)

    return joined(table, there, empty=[False] * len(stood), holds=holds)


def _column(table: Table, column: Column, rows: list[Row], there: list[Value]) -> list[object]:
    values = visible(column.values)
    made: list[object] = []
    for row in rows:
        cell = _stood(there, row)
        if row.does is Does.EMPTIES:
            ours = column.owner == "ours" and column.header not in table.key
            made.append((GONE if column.header == table.gone else None) if ours else cell)
            continue
        fills = row.does is Does.FILLS and column.fills and cell is None
        takes = row.ours is not None and (written(column, row.does) or fills)
        made.append(values[row.ours] if takes and row.ours is not None else cell)
    return made


def _stood(there: list[Value], row: Row) -> Value:
    return None if row.stood is None else there[row.stood]


def _leaves(row: Row) -> bool:
    return row.does is Does.LEAVES
