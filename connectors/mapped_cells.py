"""What reading counts and reading rows by a column map share: locations, required cells, frames from columns."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.base import Dropped
from connectors.cells import days_ahead, said_latest
from connectors.chosen_columns import Chosen
from connectors.column_map import ColumnMap
from connectors.frames import SHAPES


def one_name(name: str, rows: int) -> pd.Series:
    """The same text on every row."""
    return pd.Series(pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), categories=[name]))


def framed(shape: str, **columns: pd.Series) -> pd.DataFrame:
    """A frame of that shape from its columns, without copying them."""
    return pd.DataFrame({name: columns[name] for name in SHAPES[shape]}, copy=False)


def places(mapped: ColumnMap, column: str, dropped: Dropped) -> pd.Categorical:
    """The system's location of each row, by the map's names for them. Raises BadCell for a row without one."""
    if not column:
        rows = len(dropped.rows.lines)
        return pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), categories=[mapped.location_name])
    codes, texts = pd.factorize(dropped.cells.keys(column))
    ours = [mapped.locations.get(text, text) for text in texts]
    categories = list(dict.fromkeys(ours))
    number = {name: place for place, name in enumerate(categories)}
    return pd.Categorical.from_codes(np.array([number[name] for name in ours])[codes], categories=categories)


def found_units(column: str, dropped: Dropped) -> np.ndarray:
    """Units of a column that no row may be without. Raises BadCell."""
    units = dropped.cells.units(column)
    _all_there(units, column, dropped, "a whole number of units")
    return units.to_numpy(dtype=np.int64)  # type: ignore[no-any-return]


def moments(mapped: ColumnMap, column: str, dropped: Dropped) -> pd.Series:
    """Times of a column that no row may be without, in UTC. Raises BadCell."""
    times = maybe_moments(mapped, column, dropped)
    _all_there(times, column, dropped, "a date such as 2026-10-05")
    return times


def maybe_moments(mapped: ColumnMap, column: str, dropped: Dropped) -> pd.Series:
    """Times of a column, in UTC; a blank is missing. Raises BadCell."""
    zone = ZoneInfo(mapped.time_zone) if mapped.time_zone else dropped.time_zone
    return dropped.cells.times(column, zone, mapped.date_format)


def not_to_come(times: pd.Series, column: str, dropped: Dropped) -> None:
    """Raises BadCell for a time more than a day ahead: no system can know it."""
    if days_ahead(times.max(), dropped.now, dropped.time_zone):
        row = int((times - dropped.now > pd.Timedelta(days=1)).to_numpy().argmax())
        said = dropped.rows.column(column).iloc[row]
        latest = said_latest(dropped.now, dropped.time_zone)
        dropped.cells.bad(column, row, f"'{said}' is still to come", latest)


def packs(mapped: ColumnMap, columns: Chosen, dropped: Dropped) -> np.ndarray | int:
    """Units in what a row counts: one number, or one for each row. Raises BadCell."""
    if not columns.pack:
        return mapped.pack
    each = found_units(columns.pack, dropped)
    wrong = np.flatnonzero(each < 1)
    if len(wrong):
        said = dropped.rows.column(columns.pack).iloc[int(wrong[0])]
        dropped.cells.bad(columns.pack, int(wrong[0]), f"'{said}' is no pack", "units per pack, 1 or more")
    return each


def _all_there(values: pd.Series, column: str, dropped: Dropped, wanted: str) -> None:
    gone = np.flatnonzero(values.isna().to_numpy())
    if len(gone):
        dropped.cells.bad(column, int(gone[0]), "is empty", wanted)
