"""Counts from the columns that a map chose: wide or long, in units, with what the file covers."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from connectors.base import Dropped
from connectors.chosen_columns import Chosen
from connectors.column_map import ColumnMap
from connectors.delimited import plain
from connectors.errors import ListedTwice
from connectors.frames import STATES, empty
from connectors.mapped_cells import framed, moments, not_to_come, one_name, packs, places

_STATES: Final = {plain(state): state for state in STATES}


def counts(mapped: ColumnMap, columns: Chosen, dropped: Dropped) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts of every day in the file, and its coverage.

    A blank cell is no count. Units are cells times the pack. Rows of one SKU, location, state and time add
    where the map says so. Raises BadCell, ListedTwice.
    """
    sku = dropped.cells.keys(columns.sku)
    location = places(mapped, columns.location, dropped)
    times, time_from = _times(mapped, columns, dropped)
    read = _long if mapped.state else _wide
    row, state, units, covers = read(mapped, columns, dropped, location)
    coverage = _coverage(dropped, location, times, time_from, covers)
    if not len(row):
        return empty("counts"), coverage
    row, state, units = _once_each(mapped, columns, dropped, sku, location, times, row, state, units)
    return framed(
        "counts",
        system=one_name(dropped.system, len(row)),
        system_location=pd.Series(location.take(row)),
        system_sku=sku.take(row).reset_index(drop=True),
        state=pd.Series(pd.Categorical.from_codes(state, categories=list(STATES)).remove_unused_categories()),
        units=pd.Series(units),
        as_of=times.take(row).reset_index(drop=True),
        source=one_name(dropped.name, len(row)),
        row=pd.Series(dropped.rows.lines[row].astype(np.int64)),
    ), coverage


def _times(mapped: ColumnMap, columns: Chosen, dropped: Dropped) -> tuple[pd.Series, str]:
    if not columns.as_of:
        moment, time_from = dropped.known_time
        return pd.Series(moment, index=range(len(dropped.rows.lines)), dtype="datetime64[us, UTC]"), time_from
    times = moments(mapped, columns.as_of, dropped)
    not_to_come(times, columns.as_of, dropped)
    return times, "column"


_Read = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""For each count its row, state (number in STATES) and units; and location x state: whether it is covered."""


def _wide(mapped: ColumnMap, columns: Chosen, dropped: Dropped, location: pd.Categorical) -> _Read:
    wanted = [state for state in STATES if state in columns.states]
    units = np.zeros((len(location), len(wanted)), dtype=np.int64)
    said = np.zeros(units.shape, dtype=bool)
    for number, state in enumerate(wanted):
        for column in columns.states[state]:
            read = dropped.cells.units(column)
            units[:, number] += read.to_numpy(dtype=np.int64, na_value=0)
            said[:, number] |= read.notna().to_numpy()
    each = packs(mapped, columns, dropped)
    units *= each if isinstance(each, int) else each[:, None]
    row, place = np.nonzero(said)  # in the order of rows, then of STATES
    numbers = np.array([STATES.index(state) for state in wanted], dtype=np.int8)
    covers = np.zeros((len(location.categories), len(STATES)), dtype=bool)
    covers[:, numbers] = True
    return row, numbers[place], units[row, place], covers


def _long(mapped: ColumnMap, columns: Chosen, dropped: Dropped, location: pd.Categorical) -> _Read:
    words = dropped.cells.keys(columns.state)
    codes, texts = pd.factorize(words)
    ours = _STATES | {plain(word): state for word, state in mapped.state_names.items()}
    for number, text in enumerate(texts):
        if plain(text) not in ours:
            row = int(np.argmax(codes == number))
            valid = [*mapped.state_names, *STATES]
            dropped.cells.bad(columns.state, row, f"'{text}' is no state", f"one of {', '.join(valid)}")
    state = np.array([STATES.index(ours[plain(text)]) for text in texts], dtype=np.int8)[codes]
    read = dropped.cells.units(columns.units)
    units = read.to_numpy(dtype=np.int64, na_value=0) * packs(mapped, columns, dropped)
    covers = np.zeros((len(location.categories), len(STATES)), dtype=bool)
    covers[location.codes, state] = True
    counted: np.ndarray = np.flatnonzero(read.notna().to_numpy())
    return counted, state[counted], units[counted], covers


def _once_each(
    mapped: ColumnMap,
    columns: Chosen,
    dropped: Dropped,
    sku: pd.Series,
    location: pd.Categorical,
    times: pd.Series,
    row: np.ndarray,
    state: np.ndarray,
    units: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One count per SKU, location, state and time: added up, or refused when one stands twice."""
    key, _ = pd.factorize(sku)
    key = key.astype(np.int64) * len(location.categories) + location.codes
    if times.iloc[0] != times.iloc[-1] or times.nunique() > 1:
        moment, moments = pd.factorize(times)
        key = key * len(moments) + moment
    key = key[row] * len(STATES) + state
    again = pd.Series(key).duplicated().to_numpy()
    if not again.any():
        return row, state, units
    if mapped.rows == "once":
        second = int(again.argmax())
        first = int((key == key[second]).argmax())
        lines = dropped.rows.lines
        raise ListedTwice(
            f"SKU '{sku.iloc[row[second]]}' at '{location[row[second]]}' has its {STATES[state[second]]}"
            f" on line {int(lines[row[first]])} already",
            where=dropped.rows.where(dropped.name, int(row[second]), columns.sku),
            expected="one row for each SKU, location, state and time",
            todo='take one out where it comes from, or say rows = "add" in the column map if they add',
        )
    codes, _ = pd.factorize(key)
    kept = np.flatnonzero(~again)
    total = np.zeros(len(kept), dtype=np.int64)
    np.add.at(total, codes, units)
    return row[kept], state[kept], total


def _coverage(
    dropped: Dropped, location: pd.Categorical, times: pd.Series, time_from: str, covers: np.ndarray
) -> pd.DataFrame:
    """Every location of the file with the states it is covered in, as of its latest row."""
    latest = times.groupby(location.codes).max()
    place, state = np.nonzero(covers)
    number = len(place)
    return framed(
        "coverage",
        system=one_name(dropped.system, number),
        system_location=pd.Series(pd.Categorical.from_codes(place, categories=location.categories)),
        state=pd.Series(pd.Categorical.from_codes(state, categories=list(STATES)).remove_unused_categories()),
        as_of=latest.take(place).reset_index(drop=True),
        time_from=one_name(time_from, number),
        source=one_name(dropped.name, number),
    )
