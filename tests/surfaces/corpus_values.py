"""What two readers find in the tables of a workbook that was refreshed, beside what the layout says."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
from python_calamine import CalamineWorkbook

from sheets.surfaces.remembered import remembering
from sheets.tabs.layout import GONE, Layout, Table

Rows = list[dict[str, object]]


def read_by_calamine(path: Path) -> dict[str, Rows]:
    """Every table by its name, as rows of what is cached."""
    found = {}
    with CalamineWorkbook.from_path(path, load_tables=True) as book:
        for name in book.table_names:
            table = book.get_table_by_name(name)
            found[name] = [dict(zip(table.columns, map(_plain, row), strict=True)) for row in table.to_python()]
    return found


@cache
def read_by_openpyxl(path: Path) -> dict[str, Rows]:
    """The same with another reader."""
    found = {}
    with warnings.catch_warnings():
        # It says which things of the buyer's it does not know.
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            header, *rows = [[_plain(cell.value) for cell in row] for row in sheet[table.ref]]
            rows = rows[: len(rows) - (table.totalsRowCount or 0)]
            found[table.name] = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return found


def misread(shown: Mapping[str, pd.DataFrame], tables: Mapping[str, Rows]) -> list[str]:
    """Where our own reading of a workbook is not what another reader sees."""
    found = []
    for name, frame in shown.items():
        if len(frame) != len(tables[name]):
            found.append(f"{name}: {len(tables[name])} rows are read as {len(frame)}")
            continue
        for at, row in enumerate(frame.to_dict("records")):
            for header, value in row.items():
                read, seen = None if pd.isna(value) else _plain(value), tables[name][at][header]
                # An error is no value.
                if not _same(read, None if str(seen).startswith("#") else seen):
                    found.append(f"{name}[{header}] row {at + 1}: {seen!r} is read as {read!r}")
    return found


def wrong_values(tables: dict[str, Rows], before: dict[str, Rows], layout: Layout) -> list[str]:
    """The cells of ours that do not hold what the layout says. before: the tables before the refresh."""
    wanted = [table for tab in remembering(layout).tabs for table in tab.tables]
    return [harm for table in wanted for harm in _wrong(table, tables[table.name], before[table.name])]


def _wrong(table: Table, rows: Rows, stood: Rows) -> Iterator[str]:
    keys = [tuple(map(_plain, key)) for key in zip(*(table.column(one).values for one in table.key), strict=True)]
    there, were = _keys(table, rows), _keys(table, stood)
    if sorted(map(str, set(there))) != sorted(map(str, set(there) | set(keys))) or len(set(there)) != len(there):
        yield f"{table.name}: rows {there}, wanted {keys}"
        return
    for key, row in zip(there, rows, strict=True):
        for column in table.columns:
            if (column.owner == "buyer" or table.policy == "appended") and key in were:
                continue
            if key in keys:
                expected = _plain(column.values[keys.index(key)])
            elif table.policy == "buyer" or column.header in table.key:
                continue
            else:
                expected = GONE if column.header == table.gone else None
            if not _same(row[column.header], expected):
                yield f"{table.name}[{column.header}] of {key}: {row[column.header]!r} is not {expected!r}"


def _keys(table: Table, rows: Rows) -> Sequence[tuple[object, ...]]:
    return [tuple(row[header] for header in table.key) for row in rows]


def _plain(value: object) -> object:
    if value == "":
        return None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) < timedelta(seconds=1)
    return one == other
