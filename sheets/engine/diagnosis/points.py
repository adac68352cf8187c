"""Points: each feed's counts of each SKU, one for a local day, and the days on which a system's sync did not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.setup import Setup
from sheets.engine.standing import Standing, local_days
from sheets.engine.tally import Feed, microseconds

FEW: Final = 0.1  # of the usual number of counts that change in a day
HALF: Final = 0.5
SEVERAL: Final = 5  # from so many SKUs on a day tells of a system's sync, not of a quiet SKU


@dataclass(frozen=True)
class Points:
    """Counts of one SKU by one feed, oldest first, one for a local day: time, local day, units."""

    at: np.ndarray
    day: np.ndarray
    units: np.ndarray

    def __len__(self) -> int:
        return len(self.at)


def points_of(
    batch: Batch, standing: Standing, feeds: Sequence[Feed], setup: Setup
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], dict[str, frozenset[int]]]:
    """Key (feed and SKU), time, day and units of every day's counts, today's last, sorted; and days without a sync.

    Counts of a day without a sync are those of the day before, and left out.
    """
    zone, skus = setup.settings.time_zone, len(setup.skus)
    past = standing.past
    rows = np.flatnonzero((past.feed >= 0) & (past.sku >= 0))
    times = microseconds(batch.past["as_of"])[rows]
    frame = pd.DataFrame(
        {
            "key": past.feed[rows].astype(np.int64) * skus + past.sku[rows],
            "day": local_days(times, zone),
            "at": times,
            "units": past.units[rows].astype(float),
            "state": np.left_shift(1, past.state[rows].astype(np.int64)),
        }
    )
    frame = frame[frame["at"].to_numpy() == frame.groupby(["key", "day"])["at"].transform("max").to_numpy()]
    summed = frame.groupby(["key", "day"], as_index=False).agg(at=("at", "max"), units=("units", "sum"))
    summed = summed[_whole_days(frame, summed, feeds, skus)]
    summed = _with_zeros(summed, frame, feeds, skus)
    tally = standing.compared
    feed_at, sku_at = np.nonzero(tally.said)
    now = pd.DataFrame(
        {
            "key": feed_at.astype(np.int64) * skus + sku_at,
            "day": local_days(tally.as_of[feed_at, sku_at], zone),
            "at": tally.as_of[feed_at, sku_at],
            "units": tally.units[feed_at, sku_at],
        }
    )
    if summed.empty:  # no day but today's, which are sorted as they are
        return (*(now[name].to_numpy() for name in ("key", "at", "day", "units")),), {}
    both = pd.concat([summed[["key", "day", "at", "units"]], now], ignore_index=True)
    both = both.drop_duplicates(["key", "day"], keep="last").sort_values(["key", "at"], kind="stable")
    unsynced = _not_synced(both, feeds, skus)
    both = both[~_again(both, unsynced, feeds, skus)]
    key, at, day, units = (both[name].to_numpy() for name in ("key", "at", "day", "units"))
    return (key, at, day, units), unsynced


def _not_synced(both: pd.DataFrame, feeds: Sequence[Feed], skus: int) -> dict[str, frozenset[int]]:
    """Days on which a system's sync did not run, so that the day before's counts stand there once more.

    Told by all SKUs together: hardly a count of the system changed, on a day on which as many of the authorities'
    did as usual, while on most days several of its own do.
    """
    key, day, units = (both[name].to_numpy() for name in ("key", "day", "units"))
    if not len(both):
        return {}
    follows = np.zeros(len(both), dtype=bool)
    follows[1:] = (key[1:] == key[:-1]) & (day[1:] == day[:-1] + 1)
    changed = np.zeros(len(both), dtype=bool)
    changed[1:] = follows[1:] & (units[1:] != units[:-1])
    feed = key // max(skus, 1)
    systems, names = pd.factorize(np.array([one.system for one in feeds], dtype=object)[feed])
    right = np.array([one.role == "authority" for one in feeds], dtype=bool)[feed]
    number, days = pd.factorize(day)
    at, size = systems.astype(np.int64) * len(days) + number, len(names) * len(days)
    moved = np.bincount(number[changed & right], minlength=len(days))
    own = np.bincount(at[changed], minlength=size).reshape(len(names), len(days))
    seen = np.bincount(at[follows], minlength=size).reshape(len(names), len(days))
    found = {}
    for name, mine, there in zip(names, own, seen, strict=True):
        usual = np.median(mine[there > 0]) if (there > 0).any() else 0
        still = (mine <= FEW * usual) & (there >= SEVERAL) & (usual >= SEVERAL)
        still &= (moved >= SEVERAL) & (moved >= HALF * np.median(moved[moved > 0]) if (moved > 0).any() else False)
        found[str(name)] = frozenset(days[still].tolist())
    return found


def _again(both: pd.DataFrame, unsynced: Mapping[str, frozenset[int]], feeds: Sequence[Feed], skus: int) -> np.ndarray:
    """Rows that only say again what was counted the day before; what is newest stands all the same."""
    key, day = both["key"].to_numpy(), both["day"].to_numpy()
    newest = np.append(key[1:] != key[:-1], True) if len(key) else np.zeros(0, dtype=bool)
    again = np.zeros(len(both), dtype=bool)
    for number, feed in enumerate(feeds):
        if days := unsynced.get(feed.system):
            again |= (key // skus == number) & np.isin(day, list(days))
    found: np.ndarray = again & ~newest
    return found


def _whole_days(frame: pd.DataFrame, summed: pd.DataFrame, feeds: Sequence[Feed], skus: int) -> np.ndarray:
    """Days on which a feed that adds up states gave all the states it gives on its fullest days."""
    if frame.empty:
        return np.zeros(0, dtype=bool)
    several = np.array([len(feed.states) > 1 for feed in feeds], dtype=bool)[summed["key"].to_numpy() // skus]
    if not several.any():
        return np.ones(len(summed), dtype=bool)
    state, one = frame["state"].to_numpy(), frame.groupby(["key", "day"]).ngroup().to_numpy()
    bits = np.zeros(len(summed), dtype=np.int64)
    np.bitwise_or.at(bits, one, state)
    number = pd.factorize(summed["key"])[0]
    most = np.zeros(int(number.max()) + 1, dtype=np.int64)
    np.bitwise_or.at(most, number, bits)
    whole: np.ndarray = (bits == most[number]) | ~several
    return whole


def _with_zeros(summed: pd.DataFrame, frame: pd.DataFrame, feeds: Sequence[Feed], skus: int) -> pd.DataFrame:
    """With 0 for SKUs that a file of an earlier day does not list, where the map says that absent is zero."""
    zero = [number for number, feed in enumerate(feeds) if feed.absent_zero]
    parts = [summed]
    for number in zero:
        mine = summed[(summed["key"] // skus) == number]
        if mine.empty:
            continue
        days = mine.groupby("day", as_index=False)["at"].max()
        grid = pd.MultiIndex.from_product([mine["key"].unique(), days["day"]], names=["key", "day"]).to_frame(False)
        grid = grid.merge(days, on="day")
        there = pd.MultiIndex.from_frame(mine[["key", "day"]])
        absent = grid[~pd.MultiIndex.from_frame(grid[["key", "day"]]).isin(there)]
        parts.append(absent.assign(units=0.0))
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else summed
