"""What was written, read back by another reader before it takes the old workbook's place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from python_calamine import CalamineWorkbook

from connectors.errors import CannotRun
from sheets.surfaces.joined import Does, Row
from sheets.surfaces.package import Package, TableThere
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.table_rows import moved_rows
from sheets.surfaces.placed import Placed
from sheets.surfaces.visible import plain, visible
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Column, Value

# Rows that are compared at once: column by column is fast, all at once takes as much memory as the sheet.
_BLOCK: Final = 1024


def verify(
    fresh: Path, standings: Iterable[Standing], rows: Mapping[str, list[Row]], tables: Mapping[str, Placed], said: str
) -> None:
    """Raises CannotRun where a cell of ours, or the area of a table, does not read back as what it should be."""
    on: dict[str, list[_Reading]] = {}
    for standing in standings:
        on.setdefault(standing.tab.name, []).append(_Reading(standing, rows[standing.table.name], tables, said))
    with Package(fresh) as package:
        for tab in package.tabs():
            there = {table.name: table for table in package.tables(tab)} if tab.name in on else {}
            for reading in on.get(tab.name, ()):
                reading.check_area(there.get(reading.name))
    with CalamineWorkbook.from_path(fresh) as workbook:
        for tab_name, readings in on.items():
            wanted = [one for one in readings if one.wanted]
            if wanted:
                sheet = workbook.get_sheet_by_name(tab_name)
                left = sheet.start[1] if sheet.start else 0
                for at, row in enumerate(sheet.iter_rows()):
                    for reading in wanted:
                        reading.take(at, row, left)
                for reading in wanted:
                    reading.finish()


class _Reading:
    """One table, read back row by row. wanted: the sheet's rows that are ours -> the layout's rows."""

    def __init__(self, standing: Standing, rows: Sequence[Row], tables: Mapping[str, Placed], said: str) -> None:
        self.name, self._standing, self._tables, self._said = standing.table.name, standing, tables, said
        self._first = standing.first_row
        self.wanted = {self._first + at: row.ours for at, row in enumerate(rows) if _whole(row)}
        self._rows = len(rows)
        adds = all(rows[at - self._first].does is Does.ADDS for at in self.wanted)
        self._columns = [one for one in standing.table.columns if one.owner == "ours" or adds]
        self._at: list[int] = []
        self._cells: list[Sequence[object]] = []
        self._left = 0
        self._seen = 0

    def check_area(self, there: TableThere | None) -> None:
        """Raises CannotRun where the table does not stand where it should."""
        row, left, _, _ = self._standing.there.area
        area = (row, left, row + self._rows + self._standing.there.totals, self._standing.last_column)
        if there is None or there.area != area:
            raise self._wrong(f"the table {self.name} stands in {there and there.area}", repr(area))

    def take(self, at: int, row: Sequence[object], left: int) -> None:
        """The sheet's next row. left: the column of its first cell."""
        if at in self.wanted:
            self._at.append(at)
            self._cells.append(row)
            self._left = left
            if len(self._at) == _BLOCK:
                self._compare()

    def finish(self) -> None:
        """Rows below the last cell of the sheet are empty."""
        if self._at:
            self._compare()
        missing = [at for at in self.wanted if at >= self._seen]
        if missing:
            self._at, self._cells = missing, [[]] * len(missing)
            self._compare()

    def _compare(self) -> None:
        wide = len(self._cells[0])
        columns = list(zip(*self._cells, strict=True))
        ours = [self.wanted[at] for at in self._at]
        for column in self._columns:
            place = self._standing.places[column.header] - self._left
            there = list(columns[place]) if 0 <= place < wide else [None] * len(ours)
            expected = _expected(column, ours, self._tables)
            if there != expected:
                self._compare_each(column, there, expected)
        self._seen = self._at[-1] + 1
        self._at, self._cells = [], []

    def _compare_each(self, column: Column, there: Sequence[object], expected: Sequence[Value]) -> None:
        for at, value, one in zip(self._at, expected, there, strict=True):
            read = plain(one)
            if read != value and not _alike(read, value):
                where = f"{self.name}[{column.header}] row {at - self._first + 1}"
                raise self._wrong(f"{where} says {read!r}", repr(value))

    def _wrong(self, what: str, expected: str) -> CannotRun:
        return CannotRun(
            f"the new workbook does not read back: {what}",
            where=self._said,
            expected=expected,
            todo="nothing was changed; tell us, with a copy of the workbook",
        )


def _whole(row: Row) -> bool:
    return row.ours is not None and row.does in (Does.WRITES, Does.ADDS)


def _expected(column: Column, ours: list[int | None], tables: Mapping[str, Placed]) -> list[Value]:
    if isinstance(column.values, np.ndarray):
        values = visible(column.values[np.asarray(ours)])
    else:
        values = visible([column.values[one] for one in ours if one is not None])
    return moved_rows(tables[column.row_of], values) if column.row_of else values


def _alike(read: Value, value: Value) -> bool:
    one, other = _number(read), _number(value)
    if one is not None and other is not None:
        # A file keeps 15 digits, and a time as parts of a day.
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return isinstance(value, str) and isinstance(read, str) and value[:32_767].split() == read.split()


def _number(value: Value) -> float | None:
    if isinstance(value, datetime):
        return serial(value)
    return float(value) if isinstance(value, (int, float)) else None
