"""A case: one gap with both sides brought to the same moment, day by day, and since when they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sheets.engine.diagnosis.effects import Effect, summed
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.moves import Moves, Span
from sheets.engine.diagnosis.points import Points
from sheets.engine.diagnosis.sides import Sides, gaps_by_day, moment
from sheets.engine.diagnosis.transit_moves import transit_moves
from sheets.engine.tally import Feed

FEW_DAYS: Final = 3  # in which a gap that nobody counted is taken to have stood still


@dataclass(frozen=True)
class Case:
    """One gap to explain.

    gap: the secondary's units less the authority's. at: the moment that both counts are brought to, the older of
    both; day: its local day. timing: what moved since, at one side only: moved; our_count_older: whether at the
    secondary. again: whether a count of today only says again what the day before did, for want of a sync.
    assumed: whether the secondary's count at that moment is only taken from the days before, where it did not sync.
    points: the secondary's days up to that moment; ends: the ends of those days. gaps: the gap on each of those
    days, NaN where the authority's units of that moment are not known. habit: whether the secondary has one with
    shipments of this place. effects: what habits of the whole system do to
    it; rest: the gaps without them. since: the place among points of the last agreement, else of the smallest rest;
    None without any day to compare. opening: the rest there. to: of a transit location, where its units go.
    """

    sku: int
    no: int
    authority: Feed
    secondary: Feed
    our_feed: int
    their_feed: int
    gap: int
    at: int
    day: int
    timing: int
    moved: Moves
    our_count_older: bool
    again: bool
    assumed: bool
    ours: Moves
    theirs: Moves
    our_span: Span | None
    their_span: Span | None
    points: Points
    ends: np.ndarray
    gaps: np.ndarray
    legs: Mapping[str, Leg]
    to: int | None
    habit: bool
    effects: tuple[Effect, ...]
    rest: np.ndarray
    since: int | None
    opening: int

    @property
    def agreed(self) -> int | None:
        """The local day of the last agreement: on which both counted the same, else but for units under way."""
        for rest in (self.gaps, self.gaps - summed([one for one in self.effects if one.under_way], len(self.gaps))):
            same = np.flatnonzero((rest[:-1] if self.assumed else rest) == 0)
            if len(same):
                return int(self.points.day[same[-1]])
        return None

    @property
    def began(self) -> int | None:
        """The moment from which the movements are looked at."""
        return None if self.since is None else int(self.points.at[self.since])

    @property
    def left(self) -> int:
        """What is left at that moment, without all effects."""
        return int(self.rest[-1])

    @property
    def names(self) -> frozenset[str]:
        """References that effects account for."""
        return frozenset(name for one in self.effects for name in one.names)

    def with_effects(self, effects: Sequence[Effect]) -> Case:
        """The same with these effects, too."""
        every = (*self.effects, *effects)
        rest = self.gaps - summed(every, len(self.gaps))
        since, opening = _last_agreement(rest)
        return replace(self, effects=every, rest=rest, since=since, opening=opening)


def case_of(
    sides: Sides,
    feeds: Sequence[Feed],
    ours_at: int,
    theirs_at: int,
    sku: int,
    gap: int,
    legs: Mapping[str, Leg],
    to: tuple[int, int] | None = None,
) -> Case:
    """The case of one gap between two feeds that both count the SKU today.

    to: of a transit location, where its units go: the location, and the feed of its authority.
    """
    (our_points, our_again), (points, their_again) = (_as_synced(sides, feeds, n, sku) for n in (ours_at, theirs_at))
    ours, theirs = sides.moves(ours_at, sku), sides.moves(theirs_at, sku)
    if to is not None:
        ours = transit_moves(legs, to[0], sides.moves(to[1], sku), sides)
    our_span, their_span = sides.span(ours_at), sides.span(theirs_at)
    if our_span is not None and our_span.dated:
        our_points, points = sides.at_end_of_day(our_points), sides.at_end_of_day(points)
    if their_span is not None and their_span.dated:
        theirs = _inside_their_day(theirs, points)
    a_now, s_now = our_points.units[-1], points.units[-1]
    t_a, t_s = int(our_points.at[-1]), int(points.at[-1])
    at, day = min((t_a, int(our_points.day[-1])), (t_s, int(points.day[-1])))
    a_then = moment(our_points, ours, our_span, at, day)
    s_then = moment(points, theirs, their_span, at, day)
    assumed = bool(np.isnan(s_then)) and t_a < t_s
    if assumed:
        s_then = a_then + _gap_before(points, our_points, ours, our_span, at, day)
        assumed = not np.isnan(s_then)
    moved = ours.part(slice(0, 0))
    if np.isnan(a_then) or np.isnan(s_then):
        at, day, a_then, s_then = max(t_a, t_s), int(max(our_points.day[-1], points.day[-1])), a_now, s_now
    elif t_s < t_a:
        moved = ours.between(at, t_a)
    elif t_a < t_s:
        moved = theirs.between(at, t_s)
    kept = np.flatnonzero(points.at <= at)
    known = Points(points.at[kept], points.day[kept], points.units[kept])
    if not len(known) or known.at[-1] != at:
        known = Points(np.append(known.at, at), np.append(known.day, day), np.append(known.units, s_then))
    known.units[-1] = s_then
    gaps = gaps_by_day(known, our_points, ours, our_span)
    gaps[-1] = s_then - a_then
    since, opening = _last_agreement(gaps)
    return Case(
        sku=sku,
        no=feeds[ours_at].no,
        authority=feeds[ours_at],
        secondary=feeds[theirs_at],
        our_feed=ours_at,
        their_feed=theirs_at,
        gap=gap,
        at=at,
        day=day,
        timing=int((s_now - s_then) - (a_now - a_then)),
        moved=moved,
        our_count_older=t_a < t_s,
        again=our_again or their_again,
        assumed=assumed,
        ours=ours,
        theirs=theirs,
        our_span=our_span,
        their_span=their_span,
        points=known,
        ends=sides.at_end_of_day(known).at,
        gaps=gaps,
        legs=legs,
        to=None if to is None else to[0],
        habit=False,
        effects=(),
        rest=gaps,
        since=since,
        opening=opening,
    )


def _gap_before(points: Points, our_points: Points, ours: Moves, our_span: Span | None, at: int, day: int) -> float:
    """The gap of the secondary's last count before a moment, NaN where there is none of the days before.

    Of a day on which it did not sync nobody knows more than that: what it counts later moved since then.
    """
    before = np.flatnonzero((points.at < at) & (points.day >= day - FEW_DAYS))[-1:]
    some = Points(points.at[before], points.day[before], points.units[before])
    gap = gaps_by_day(some, our_points, ours, our_span)
    return float(gap[0]) if len(gap) else np.nan


def _inside_their_day(moves: Moves, points: Points) -> Moves:
    """Movements that have a day and no time, within the count of that day, whatever its hour."""
    if not len(points):
        return moves
    place = np.minimum(np.searchsorted(points.day, moves.day), len(points) - 1)
    at = np.where(points.day[place] == moves.day, np.minimum(moves.at, points.at[place]), moves.at)
    return replace(moves, at=at)


def _as_synced(sides: Sides, feeds: Sequence[Feed], feed: int, sku: int) -> tuple[Points, bool]:
    """A feed's days, without a newest one on which its system did not sync: that one is the day before's count."""
    points = sides.points(feed, sku)
    if len(points) < 2 or int(points.day[-1]) not in sides.unsynced.get(feeds[feed].system, frozenset()):
        return points, False
    return Points(points.at[:-1], points.day[:-1], points.units[:-1]), True


def _last_agreement(gaps: np.ndarray) -> tuple[int | None, int]:
    """The last place of no gap, else the latest of the smallest gaps, and the gap there."""
    known = np.flatnonzero(~np.isnan(gaps))
    if not len(known):
        return None, 0
    sizes = np.abs(gaps[known])
    place = int(known[np.flatnonzero(sizes == sizes.min())[-1]])
    return place, int(gaps[place])
