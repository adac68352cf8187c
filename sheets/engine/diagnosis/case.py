"""A case: one gap with both sides brought to the same moment, day by day, and since when they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sheets.engine.diagnosis.carried import Carried, Habit, carried
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.moves import Moves, Span
from sheets.engine.diagnosis.points import Points
from sheets.engine.diagnosis.sides import Sides, gaps_by_day, moment
from sheets.engine.diagnosis.transit_moves import transit_moves
from sheets.engine.tally import Feed


@dataclass(frozen=True)
class Case:
    """One gap to explain.

    gap: the secondary's units less the authority's. at: the moment that both counts are brought to, the older of
    both; day: its local day. base: the gap at that moment. timing: what moved since, at one side only: moved.
    points: the secondary's days up to that moment; points_now: when it counted last. gaps: the gap on each of those
    days, NaN where the authority's units of that moment are not known. carried: see carried.py; rest: the gaps
    without it. since: the place among points of the last agreement, else of the smallest gap; None without any day to
    compare. opening: the rest there. to: of a transit location, the location that its units go to.
    """

    sku: int
    no: int
    authority: Feed
    secondary: Feed
    gap: int
    at: int
    day: int
    base: int
    timing: int
    moved: Moves
    ours: Moves
    theirs: Moves
    our_span: Span | None
    their_span: Span | None
    our_points: Points
    points: Points
    points_now: int
    gaps: np.ndarray
    since: int | None
    opening: int
    legs: Mapping[str, Leg]
    our_feed: int
    their_feed: int
    carried: Carried
    to: int | None

    @property
    def rest(self) -> np.ndarray:
        """The gap on each day without what is carried."""
        return self.gaps - self.carried.summed

    @property
    def agreed(self) -> int | None:
        """The local day of the last agreement."""
        return None if self.since is None or self.opening else int(self.points.day[self.since])

    @property
    def began(self) -> int | None:
        """The moment from which the movements are looked at."""
        return None if self.since is None else int(self.points.at[self.since])


def case_of(
    sides: Sides,
    feeds: list[Feed],
    ours_at: int,
    theirs_at: int,
    sku: int,
    gap: int,
    legs: Mapping[str, Leg],
    to: tuple[int, int] | None,
    habit: Habit | None,
) -> Case:
    """The case of one gap between two feeds that both count the SKU today.

    to: of a transit location, where its units go: the location, and the feed of its authority. habit: of the
    secondary at this location, see carried.py.
    """
    our_points, points = sides.points(ours_at, sku), sides.points(theirs_at, sku)
    ours, theirs = sides.moves(ours_at, sku), sides.moves(theirs_at, sku)
    if to is not None:
        ours = transit_moves(legs, to[0], sides.moves(to[1], sku), sides)
    our_span, their_span = sides.span(ours_at), sides.span(theirs_at)
    a_now, s_now = our_points.units[-1], points.units[-1]
    t_a, t_s = int(our_points.at[-1]), int(points.at[-1])
    at, day = min((t_a, int(our_points.day[-1])), (t_s, int(points.day[-1])))
    a_then = moment(our_points, ours, our_span, at, day)
    s_then = moment(points, theirs, their_span, at, day)
    moved = ours.part(slice(0, 0))
    if np.isnan(a_then) or np.isnan(s_then):
        at, day, a_then, s_then = max(t_a, t_s), int(max(our_points.day[-1], points.day[-1])), a_now, s_now
    elif t_s < t_a:
        moved = ours.between(at, t_a)
    elif t_a < t_s:
        moved = theirs.between(at, t_s)
    timing = int((s_now - s_then) - (a_now - a_then))
    kept = np.flatnonzero(points.at <= at)
    known = Points(points.at[kept], points.day[kept], points.units[kept])
    if not len(known) or known.at[-1] != at:
        known = Points(np.append(known.at, at), np.append(known.day, day), np.append(known.units, s_then))
    known.units[-1] = s_then
    gaps = gaps_by_day(known, our_points, ours, our_span)
    gaps[-1] = s_then - a_then
    since, opening = _last_agreement(gaps)
    under_way = Carried()
    if habit is not None or opening:
        under_way = carried(known, gaps, ours, legs, feeds[ours_at].no, habit)
        since, opening = _last_agreement(gaps - under_way.summed)
    return Case(
        sku,
        feeds[ours_at].no,
        feeds[ours_at],
        feeds[theirs_at],
        gap,
        at,
        day,
        int(s_then - a_then),
        timing,
        moved,
        ours,
        theirs,
        our_span,
        their_span,
        our_points,
        known,
        t_s,
        gaps,
        since,
        opening,
        legs,
        ours_at,
        theirs_at,
        under_way,
        None if to is None else to[0],
    )


def _last_agreement(gaps: np.ndarray) -> tuple[int | None, int]:
    """The last place of no gap, else the latest of the smallest gaps, and the gap there."""
    known = np.flatnonzero(~np.isnan(gaps))
    if not len(known):
        return None, 0
    sizes = np.abs(gaps[known])
    place = int(known[np.flatnonzero(sizes == sizes.min())[-1]])
    return place, int(gaps[place])
