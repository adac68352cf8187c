"""What a reader sees in cells: a column's values as plain Python values, and cells that were read as a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import numpy as np
import pandas as pd

from sheets.tabs.layout import Table, Value

_DAY: Final = timedelta(days=1)
_EXACT: Final = 2.0**53
_PLAIN: Final = frozenset({str, int, bool, type(None)})


def visible(values: Sequence[Value] | np.ndarray) -> list[Value]:
    """The values as str, int, float, bool, datetime or None: NaN, NaT and the empty text are empty cells.

    Kinds are looked at once per column, since a workbook has a million cells.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        # As a list, nanoseconds would become integers.
        values = values.astype("datetime64[us]")
    if isinstance(values, np.ndarray) and values.dtype == np.float64 and len(values):
        known = values[~np.isnan(values)]
        if (known == np.floor(known)).all() and (np.abs(known) < _EXACT).all():
            # Nearly all columns of units: whole numbers, with some missing.
            whole: list[Value] = np.nan_to_num(values).astype(np.int64).tolist()
            if len(known) < len(values):
                whole = [None if missing else one for one, missing in zip(whole, np.isnan(values), strict=True)]
            return whole
    if not isinstance(values, (list, tuple)):
        values = values.tolist() if hasattr(values, "tolist") else list(values)
    kinds = set(map(type, values))
    if kinds == {float}:
        return [None if value != value else _whole(value) for value in values]  # type: ignore[arg-type]
    if kinds <= _PLAIN:
        return [None if value == "" else value for value in values] if str in kinds else list(values)
    return [plain(value) for value in values]


def frame_of(headers: Sequence[str], columns: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Cells, column by column, as a frame of visible values without its blank rows."""
    cells = {
        header: pd.Series([plain(cell) for cell in column], dtype=object)
        for header, column in zip(headers, columns, strict=True)
    }
    frame = pd.DataFrame(cells, dtype=object)
    blank = frame.isna().all(axis="columns")
    # A new frame keeps None as it is; dropping rows in place would be free to turn it into NaN.
    return frame[~blank].reset_index(drop=True) if blank.any() else frame


def frame_of_table(table: Table) -> pd.DataFrame:
    """A table of a layout, as a reader sees it."""
    return frame_of([column.header for column in table.columns], [visible(column.values) for column in table.columns])


def plain(value: object) -> Value:
    """One cell's value. Excel keeps durations and times of day as parts of a day, so these are numbers."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, str):
        return str(value) or None
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return None if value != value else _whole(float(value))
    if isinstance(value, pd.Timestamp):
        return datetime.fromisoformat(value.floor("us").isoformat())
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, timedelta):
        return _whole(value / _DAY)
    if isinstance(value, time):
        return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / _DAY
    raise TypeError(f"a cell cannot hold {type(value).__name__}: {value!r}")


def _whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value
