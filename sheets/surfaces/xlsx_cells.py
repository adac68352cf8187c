"""A column's cells in a new workbook file: values, or formulas with their values cached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheets.surfaces.visible import visible
from sheets.tabs.layout import Column, Value

# Day 0 of Excel's calendar, right for every day after February 1900.
DAY_0: Final = datetime(1899, 12, 30)
_DAY: Final = timedelta(days=1)


def serial(value: datetime) -> float:
    """A time as Excel counts it, in days."""
    return (value - DAY_0) / _DAY


def write_column(sheet: Worksheet, row: int, place: int, column: Column, look: Format) -> None:
    """Writes a column's cells from `row` down.

    The kinds of values are looked at once, so that a column of one kind, as nearly all are, is written without a
    question per cell.
    """
    values = visible(column.values)
    if column.formula is not None:
        _formulas(sheet, row, place, values, column.formula, look)
        return
    kinds = set(map(type, values))
    writers = _writers(sheet)
    if len(kinds) == 1:
        write = writers[kinds.pop()]
        for at, value in enumerate(values, row):
            write(at, place, value, look)
        return
    for at, value in enumerate(values, row):
        writers[type(value)](at, place, value, look)


def write_one(sheet: Worksheet, row: int, place: int, value: Value, formula: str | None, look: Format) -> None:
    """Writes one cell."""
    (plain,) = visible([value])
    if formula is None:
        _writers(sheet)[type(plain)](row, place, plain, look)
    else:
        _formulas(sheet, row, place, [plain], formula, look)


def _formulas(
    sheet: Worksheet,
    row: int,
    place: int,
    values: list[Value],
    formula: str | Sequence[str | None],
    look: Format,
) -> None:
    each = [formula] * len(values) if isinstance(formula, str) else formula
    write_formula, writers = sheet.write_formula, _writers(sheet)
    for at, (value, text) in enumerate(zip(values, each, strict=True), row):
        if text is None:
            writers[type(value)](at, place, value, look)
        else:
            cached = "" if value is None else serial(value) if isinstance(value, datetime) else value
            write_formula(at, place, text, look, cached)


def _writers(sheet: Worksheet) -> dict[type, Callable[..., Any]]:
    """How a cell of each kind is written. Text is written as text, whatever it looks like."""
    write_number = sheet.write_number

    def write_time(row: int, place: int, value: datetime, look: Format) -> None:
        write_number(row, place, serial(value), look)

    return {
        str: sheet.write_string,
        int: write_number,
        float: write_number,
        bool: sheet.write_boolean,
        datetime: write_time,
        type(None): sheet.write_blank,
    }
