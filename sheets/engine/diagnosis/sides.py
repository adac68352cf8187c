"""Sides: for each feed and SKU its counts and movements in order of time, found by bisection.

All rows are placed and sorted once, on whole arrays; a gap's diagnosis then only looks at slices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, ON_HAND_PARTS, Batch
from sheets.engine.identifiers import meant
from sheets.engine.setup import UNDER_WAY, Setup
from sheets.engine.standing import Standing, local_days, states_given
from sheets.engine.tally import Feed, codes_of, microseconds, place

SEVERAL: Final = 5  # from so many SKUs on a day tells of a system's sync, not of a quiet SKU
DAY: Final = 24 * 3_600_000_000
# What an event is to the other system: names differ, the direction of the units does not.
CLASS_OF: Final = {
    "receipt": "receipt",
    "transfer_in": "receipt",
    "transfer_out": "transfer_out",
    "sale": "sale",
    "return": "return",
    "adjustment": "adjustment",
    "other": "adjustment",
    "removal": "removal",
    "disposal": "removal",
}


@dataclass(frozen=True)
class Moves:
    """Movements of one SKU at one place, oldest first: time, local day, units (signed) and texts (None missing)."""

    at: np.ndarray
    day: np.ndarray
    units: np.ndarray
    kind: np.ndarray  # a class of CLASS_OF
    reference: np.ndarray
    order_type: np.ndarray
    channel: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def between(self, first: int, last: int) -> Moves:
        """Those after `first` and up to `last`."""
        lo, hi = np.searchsorted(self.at, [first, last], side="right")
        return self.part(slice(int(lo), int(hi)))

    def part(self, rows: slice | np.ndarray) -> Moves:
        return Moves(*(getattr(self, name)[rows] for name in _COLUMNS))


_COLUMNS: Final = ("at", "day", "units", "kind", "reference", "order_type", "channel")


@dataclass(frozen=True)
class Ledger:
    """Movements of many SKUs."""

    sku: np.ndarray
    moves: Moves

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True)
class Points:
    """Counts of one SKU by one feed, oldest first, one for a local day: time, local day, units."""

    at: np.ndarray
    day: np.ndarray
    units: np.ndarray

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Span:
    """The time that a system's movements of one place cover."""

    first: int
    last: int


class Sides:
    """All feeds' counts and movements."""

    def __init__(self, batch: Batch, standing: Standing, feeds: Sequence[Feed], setup: Setup) -> None:
        self._skus = len(setup.skus)
        self._zone = setup.settings.time_zone
        # unsynced: for each system the local days on which no sync of it ran.
        self._counts, self.unsynced = _points(batch, standing, feeds, setup)
        self._moves, self.spans = _moves(batch, feeds, setup)

    def more_than_today(self, feed: np.ndarray, sku: np.ndarray) -> np.ndarray:
        """Whether there is a count of another day, or a movement, of each pair of feed and SKU."""
        keys = feed.astype(np.int64) * self._skus + sku
        found = np.zeros(len(keys), dtype=bool)
        for sorted_keys, least in ((self._counts[0], 2), (self._moves[0], 1)):
            lo, hi = (np.searchsorted(sorted_keys, keys, side=side) for side in ("left", "right"))
            found |= hi - lo >= least
        return found

    def points(self, feed: int, sku: int) -> Points:
        key, at, day, units = self._counts
        lo, hi = np.searchsorted(key, [feed * self._skus + sku, feed * self._skus + sku + 1])
        return Points(at[lo:hi], day[lo:hi], units[lo:hi])

    def moves(self, feed: int, sku: int) -> Moves:
        key, all_moves = self._moves
        lo, hi = np.searchsorted(key, [feed * self._skus + sku, feed * self._skus + sku + 1])
        return all_moves.part(slice(int(lo), int(hi)))

    def local_days(self, at: np.ndarray) -> np.ndarray:
        """The brand's own days of times."""
        return local_days(at, self._zone)

    def all_moves(self, feed: int) -> Ledger:
        """All movements of a feed, with the SKU of each."""
        key, moves = self._moves
        lo, hi = np.searchsorted(key, [feed * self._skus, (feed + 1) * self._skus])
        return Ledger(key[lo:hi] - feed * self._skus, moves.part(slice(int(lo), int(hi))))

    def span(self, feed: int) -> Span | None:
        """What this feed's movements cover; None where the system gives none of this place."""
        return self.spans.get(feed)


def _points(
    batch: Batch, standing: Standing, feeds: Sequence[Feed], setup: Setup
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], dict[str, frozenset[int]]]:
    """Key (feed and SKU), time, day and units of every day's counts, today's last, sorted; and days without a sync.

    Counts of a day without a sync are those of the day before, and left out.
    """
    given = states_given(batch)
    zone, skus = setup.settings.time_zone, len(setup.skus)
    past = place(batch.past, feeds, setup, given)
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
    both = pd.concat([summed[["key", "day", "at", "units"]], now], ignore_index=True)
    both = both.drop_duplicates(["key", "day"], keep="last").sort_values(["key", "at"], kind="stable")
    unsynced = _not_synced(both, feeds, skus)
    both = both[~_again(both, unsynced, feeds, skus)]
    key, at, day, units = (both[name].to_numpy() for name in ("key", "at", "day", "units"))
    return (key, at, day, units), unsynced


def _not_synced(both: pd.DataFrame, feeds: Sequence[Feed], skus: int) -> dict[str, frozenset[int]]:
    """Days on which a system's sync did not run, so that the day before's counts stand there once more.

    Told by all SKUs together: not one count of the system changed, on a day on which several of the authorities'
    did, while on most days several of its own do.
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
        still = (mine == 0) & (there >= SEVERAL) & (moved >= SEVERAL) & (usual >= SEVERAL)
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


def _moves(batch: Batch, feeds: Sequence[Feed], setup: Setup) -> tuple[tuple[np.ndarray, Moves], dict[int, Span]]:
    kinds, skus = setup.locations["kind"].to_list(), len(setup.skus)
    feed_of = {
        row.slot: number
        for number, feed in reversed(list(enumerate(feeds)))
        if kinds[feed.no] not in UNDER_WAY and _stock(feed)
        for row in feed.rows
    }
    frame = batch.movements
    feed = _feeds_at(frame, feed_of)
    sku, per = meant(frame, setup) if len(frame) else (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    at = microseconds(frame["at"]) if len(frame) else np.zeros(0, dtype=np.int64)
    spans = _spans(frame, feed, at)
    rows = np.flatnonzero((feed >= 0) & (sku >= 0))
    key = feed[rows].astype(np.int64) * skus + sku[rows]
    order = np.lexsort((frame["row"].to_numpy(np.int64)[rows], at[rows], key))
    rows, key = rows[order], key[order]
    events, event_at = codes_of(frame["event"])
    classes = np.array([CLASS_OF.get(str(name), "adjustment") for name in events] or [""], dtype=object)
    moves = Moves(
        at=at[rows],
        day=local_days(at[rows], setup.settings.time_zone),
        units=frame["units"].to_numpy(np.int64)[rows] * per[rows],
        kind=classes[event_at[rows]] if len(rows) else np.zeros(0, dtype=object),
        reference=_texts(frame["reference"], rows),
        order_type=_texts(frame["order_type"], rows),
        channel=_texts(frame["channel"], rows),
    )
    return (key, moves), spans


def _spans(frame: pd.DataFrame, feed: np.ndarray, at: np.ndarray) -> dict[int, Span]:
    """What each feed's movements cover: a file speaks for all places in it, one that sold nothing lately too."""
    rows = pd.DataFrame({"feed": feed, "source": codes_of(frame["source"])[1], "at": at})
    ends = rows.groupby("source")["at"].agg(["min", "max"])
    named = rows[rows["feed"] >= 0][["feed", "source"]].drop_duplicates().join(ends, on="source")
    spans = named.groupby("feed").agg(first=("min", "min"), last=("max", "max"))
    return {int(number): Span(int(first), int(last)) for number, first, last in spans.itertuples()}


def _stock(feed: Feed) -> bool:
    """Whether a feed counts units that movements change."""
    return bool({ON_HAND, *ON_HAND_PARTS} & set(feed.states))


def _feeds_at(frame: pd.DataFrame, feed_of: dict[tuple[str, str], int]) -> np.ndarray:
    systems, system_at = codes_of(frame["system"])
    places, place_at = codes_of(frame["system_location"])
    table = np.full((max(len(systems), 1), max(len(places), 1)), -1, dtype=np.int64)
    for (system, where), number in feed_of.items():
        if system in systems and where in places:
            table[systems.get_loc(system), places.get_loc(where)] = number
    found: np.ndarray = table[system_at, place_at]
    return found


def _texts(column: pd.Series, rows: np.ndarray) -> np.ndarray:
    names, codes = codes_of(column)
    texts = np.array([*names, None], dtype=object)
    found: np.ndarray = texts[codes[rows]]
    return found


def moment(points: Points, moves: Moves, span: Span | None, at: int, day: int) -> float:
    """Units at one time: the nearest count brought there by movements; NaN where neither reaches it.

    Without movements that cover the way, the count of the same local day stands as it is.
    """
    if not len(points):
        return np.nan
    before = int(np.searchsorted(points.at, at, side="right")) - 1
    if before >= 0 and int(points.at[before]) == at:
        return float(points.units[before])
    for number in (before, before + 1):
        if not 0 <= number < len(points):
            continue
        there = int(points.at[number])
        lo, hi = min(at, there), max(at, there)
        if span is not None and span.first - DAY <= lo and hi <= span.last + DAY:
            moved = float(moves.between(lo, hi).units.sum())
            return float(points.units[number]) + (moved if there < at else -moved)
    same_day = np.flatnonzero(points.day == day)
    return float(points.units[same_day[-1]]) if len(same_day) else np.nan


def gaps_by_day(points: Points, our_points: Points, ours: Moves, our_span: Span | None) -> np.ndarray:
    """The secondary's units less the authority's at the time of each of the secondary's counts, NaN unknown."""
    times = zip(points.at.tolist(), points.day.tolist(), points.units.tolist(), strict=True)
    return np.array([units - moment(our_points, ours, our_span, at, day) for at, day, units in times], dtype=float)
