"""Sides: for each feed and SKU its counts and movements in order of time, found by bisection.

All rows are placed and sorted once, on whole arrays; a gap's diagnosis then only looks at slices.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, Batch
from sheets.engine.diagnosis.between_centres import uncounted
from sheets.engine.diagnosis.moves import Ledger, Moves, Span, moves_of
from sheets.engine.diagnosis.points import Points, points_of
from sheets.engine.setup import Setup
from sheets.engine.standing import Standing, local_days
from sheets.engine.tally import DAY, Feed


class Sides:
    """All feeds' counts and movements."""

    def __init__(self, batch: Batch, standing: Standing, feeds: Sequence[Feed], setup: Setup) -> None:
        self._skus = len(setup.skus)
        self.placed = standing.past, standing.today  # the rows of both frames of counts
        self._zone = setup.settings.time_zone
        # unsynced: for each system the local days on which no sync of it ran.
        self._counts, self.unsynced = points_of(batch, standing, feeds, setup)
        moved = moves_of(batch, feeds, setup)
        key, at, _, units = self._counts
        holds = np.array([bool({ON_HAND, "reserved_transfer"} & set(feed.states)) for feed in feeds], dtype=bool)
        told = moved.key, moved.moves.at, moved.moves.units
        gone = uncounted((key, at, units), told, moved.crossing, self._skus, holds)
        kept = moved.without(gone) if gone.any() else moved
        self._moves, self.spans = (kept.key, kept.moves), moved.spans
        # uncounted: the rows of the batch's movements that change no count.
        self.uncounted: np.ndarray = np.sort(moved.row[gone])

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

    def at_end_of_day(self, points: Points) -> Points:
        """The same counts at the end of their days: where movements have days and no times, a count holds its day's."""
        after = pd.DatetimeIndex((points.day + 1) * DAY * 1000).tz_localize(
            self._zone, ambiguous=True, nonexistent="shift_forward"
        )
        ends: np.ndarray = after.tz_convert("UTC").as_unit("us").asi8 - 1
        return Points(np.maximum(points.at, ends), points.day, points.units)

    def all_moves(self, feed: int) -> Ledger:
        """All movements of a feed, with the SKU of each."""
        key, moves = self._moves
        lo, hi = np.searchsorted(key, [feed * self._skus, (feed + 1) * self._skus])
        return Ledger(key[lo:hi] - feed * self._skus, moves.part(slice(int(lo), int(hi))))

    def span(self, feed: int) -> Span | None:
        """What this feed's movements cover; None where the system gives none of this place."""
        return self.spans.get(feed)


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
