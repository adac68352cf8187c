"""What was written, read back by another reader before it takes the old workbook's place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

from connectors.errors import CannotRun
from sheets.surfaces.joined import Does, Row
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.table_rows import moved_rows
from sheets.surfaces.placed import Placed
from sheets.surfaces.visible import plain, visible
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Column, Value


def verify(
    fresh: Path, standings: Iterable[Standing], rows: Mapping[str, list[Row]], tables: Mapping[str, Placed], said: str
) -> None:
    """Raises CannotRun where a cell of ours does not read back as what it should say."""
    with CalamineWorkbook.from_path(fresh, load_tables=True) as workbook:
        for standing in standings:
            name = standing.table.name
            wanted = [(at, row.ours) for at, row in enumerate(rows[name]) if row.ours is not None and _whole(row.does)]
            if not wanted:
                continue
            cells = workbook.get_table_by_name(name).to_python()
            whole = len(wanted) == len(cells)
            columns = list(zip(*cells, strict=True)) if whole else []
            first = standing.there.area[1]
            for column in standing.table.columns:
                place = standing.places[column.header] - first
                expected = _expected(column, [ours for _, ours in wanted], tables)
                if column.owner == "buyer" and any(rows[name][at].does is not Does.ADDS for at, _ in wanted):
                    continue
                there = columns[place] if whole else [cells[at][place] if at < len(cells) else None for at, _ in wanted]
                if list(there) == expected:
                    continue
                for (at, _), value, one in zip(wanted, expected, there, strict=True):
                    read = plain(one)
                    if read != value and not _alike(read, value):
                        raise CannotRun(
                            f"the new workbook does not read back: {name}[{column.header}] row {at + 1} says {read!r}",
                            where=said,
                            expected=repr(value),
                            todo="nothing was changed; tell us, with a copy of the workbook",
                        )


def _whole(does: Does) -> bool:
    return does in (Does.WRITES, Does.ADDS)


def _expected(column: Column, ours: list[int], tables: Mapping[str, Placed]) -> list[Value]:
    values = visible(column.values)
    chosen = [values[one] for one in ours]
    return moved_rows(tables[column.row_of], chosen) if column.row_of else chosen


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
