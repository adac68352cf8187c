"""Frames in pages and back: which rows of a batch belong together, and what a new page takes the place of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.frames import SHAPES, Batch
from sheets.history.encoded import Payloads, encode

# Pages of one time each, of one local day each; every other shape is one page per system.
BY_TIME: Final = ("counts", "past")
BY_DAY: Final = {"movements": ("system_location", "at"), "orders": ("channel", "day")}
_DAY: Final = 86_400_000_000

Key = tuple[str, str, str, int]  # shape, system, place, at


@dataclass(frozen=True)
class Page:
    """Rows that belong together: what they are of, how many, their columns and the payloads of these."""

    key: Key
    rows: int
    columns: str
    payloads: Payloads


@dataclass(frozen=True)
class Span:
    """What a dropped file says all of: movements (or orders) of a system's place from first to last, both inside."""

    shape: str
    system: str
    place: str
    first: int
    last: int


def pages_of(batch: Batch, zone: ZoneInfo) -> Iterator[Page]:
    """Every page of a batch, in the order of its rows."""
    for shape in SHAPES:
        frame: pd.DataFrame = getattr(batch, shape)
        if len(frame):
            yield from _pages(shape, frame, zone)


def _pages(shape: str, frame: pd.DataFrame, zone: ZoneInfo) -> Iterator[Page]:
    place, at = _place_and_at(shape, frame, zone)
    by = [pd.factorize(frame["system"])[0], pd.factorize(place)[0], at]
    for rows in frame.groupby(by, sort=False).indices.values():
        first = int(rows[0])
        part = frame.iloc[rows]
        key = (shape, str(frame["system"].iat[first]), str(place.iat[first]), int(at[first]))
        columns, payloads = encode(shape, part)
        yield Page(key, len(rows), columns, payloads)


def _place_and_at(shape: str, frame: pd.DataFrame, zone: ZoneInfo) -> tuple[pd.Series, np.ndarray]:
    if shape in BY_TIME:
        return frame["system_location"], micro(frame["as_of"])
    if shape in BY_DAY:
        place, time = BY_DAY[shape]
        return frame[place], local_day(micro(frame[time]), zone)
    return pd.Series("", index=frame.index), np.zeros(len(frame), dtype=np.int64)


def spans_of(batch: Batch) -> list[Span]:
    """What the batch's movements and orders say all of: for each file and place from the file's first time to its last.

    A day in between without a row had none. Orders name no file: theirs are one.
    """
    found = []
    for shape, (place, time) in BY_DAY.items():
        frame: pd.DataFrame = getattr(batch, shape)
        if frame.empty:
            continue
        files = frame["source"].astype("str") if "source" in frame else pd.Series("", index=frame.index)
        rows = pd.DataFrame(
            {"system": frame["system"].astype("str"), "file": files, "place": frame[place].astype("str"),
             "at": micro(frame[time])}
        )  # fmt: skip
        whole = rows.groupby(["system", "file"])["at"].agg(["min", "max"])
        for system, file, where in rows[["system", "file", "place"]].drop_duplicates().itertuples(index=False):
            first, last = whole.loc[(system, file)]
            found.append(Span(shape, system, where, int(first), int(last)))
    return found


def outside(frame: pd.DataFrame, shape: str, spans: Iterable[Span]) -> pd.DataFrame:
    """The rows of movements or orders that no span says all of."""
    if frame.empty:
        return frame
    place, time = BY_DAY[shape]
    at, keep = micro(frame[time]), np.ones(len(frame), dtype=bool)
    systems, places = frame["system"].astype("str"), frame[place].astype("str")
    for span in spans:
        if span.shape == shape:
            mine = ((systems == span.system) & (places == span.place)).to_numpy(bool)
            keep &= ~(mine & (at >= span.first) & (at <= span.last))
    return frame[keep]


def micro(times: pd.Series) -> np.ndarray:
    """Times as microseconds since 1970 in UTC."""
    found: np.ndarray = times.to_numpy("datetime64[us]").astype(np.int64)
    return found


def micro_of(moment: pd.Timestamp) -> int:
    """One time as microseconds since 1970 in UTC."""
    return int(moment.to_datetime64().astype("datetime64[us]").astype(np.int64))


def local_day(times: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """The day of each time in that zone, as its number since 1970."""
    different, codes = np.unique(times, return_inverse=True)
    local = pd.DatetimeIndex(different.astype("datetime64[us]")).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    days: np.ndarray = (local.to_numpy("datetime64[us]").astype(np.int64) // _DAY)[codes]
    return days
