"""Carried: shipments that a system counts where they are not yet, or no longer, by a habit of that system.

A system that counts units at Amazon from the day on which they leave the warehouse agrees with Amazon only while
nothing is under way. Of such a system a gap is looked at without what it carries: agreement is equality after units
under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.moves import Moves
from sheets.engine.diagnosis.parts import LIKELY, PROVEN, TRANSACTION, Part
from sheets.engine.diagnosis.points import Points

FEWEST_DAYS: Final = 3
FEWEST_LEVELS: Final = 2  # one number on all days is any constant difference
FEWEST_SKUS: Final = 4  # that show a habit of the whole system
SHARE: Final = 0.6  # of the days on which something is under way


@dataclass(frozen=True)
class Habit:
    """Whether shipments to a place or from it are counted there too much, from one of their times until another."""

    coming: bool
    since: str
    until: str

    def legs(self, legs: Mapping[str, Leg], no: int) -> tuple[Leg, ...]:
        """The shipments that it concerns, of those that have a beginning."""
        mine = (leg for leg in legs.values() if (leg.destination if self.coming else leg.origin) == no)
        return tuple(leg for leg in mine if leg.shipped and getattr(leg, self.since) is not None)


HABITS: Final = (
    Habit(True, "shipped_at", "closed_at"),
    Habit(True, "arrived_at", "closed_at"),
    Habit(False, "shipped_at", "arrived_at"),
    Habit(False, "shipped_at", "closed_at"),
)


@dataclass(frozen=True)
class Carried:
    """Shipments of which the secondary counts more than the authority; units: of the gap, by shipment and day.

    usual: whether the whole system has the habit.
    """

    legs: tuple[Leg, ...] = ()
    units: np.ndarray | None = None
    usual: bool = False

    @property
    def summed(self) -> np.ndarray | float:
        """The gap that they make on each day."""
        return 0.0 if self.units is None else self.units.sum(axis=0)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(leg.shipment for leg in self.legs)

    def parts(self, at: int, gaps: np.ndarray) -> list[Part]:
        """What is carried now; proven where it is the system's habit, and the gap moved with it and by nothing else.

        gaps: the whole gap on each day.
        """
        if self.units is None:
            return []
        still = np.diff(gaps - self.summed) == 0
        parts = []
        for leg, units in zip(self.legs, self.units, strict=True):
            moved = np.diff(units) != 0
            sure = self.usual and moved.any() and bool(still[moved].all())
            cause = leg.cause(at) or TRANSACTION
            parts.append(Part(cause, int(units[-1]), (leg.shipment,), PROVEN if sure else LIKELY, 0, "sum"))
        return [part for part in parts if part.units]


def carried(
    points: Points, gaps: np.ndarray, ours: Moves, legs: Mapping[str, Leg], no: int, habit: Habit | None
) -> Carried:
    """What is carried by the system's habit; of a system without one, by the habit that fits this SKU's days.

    points, gaps: the secondary's days and the gap on each, NaN unknown. ours: the authority's movements. no: the
    location.
    """
    if habit is not None:
        return _by(habit, points, ours, legs, no, usual=True)
    found = [_by(one, points, ours, legs, no, usual=False) for one in HABITS]
    share, best = max(((_share([(gaps, one)]), number) for number, one in enumerate(found)), default=(0.0, 0))
    return found[best] if share >= SHARE else Carried()


def habit_of(cases: Iterable[tuple[Points, np.ndarray, Moves, Mapping[str, Leg]]], no: int) -> Habit | None:
    """The habit that several SKUs of a system show at a place; None where they show none."""
    some = list(cases)
    found = []
    for habit in HABITS:
        tried = [(gaps, _by(habit, points, ours, legs, no, usual=True)) for points, gaps, ours, legs in some]
        fits = sum(_share([one]) >= SHARE for one in tried)
        found.append((_share(tried) if fits >= FEWEST_SKUS else 0.0, habit))
    share, best = max(found, key=lambda one: one[0])
    return best if share >= SHARE else None


def _by(habit: Habit, points: Points, ours: Moves, legs: Mapping[str, Leg], no: int, *, usual: bool) -> Carried:
    mine = habit.legs(legs, no)
    if not mine or not len(points):
        return Carried()
    return Carried(mine, np.array([_level(leg, habit, points, ours) for leg in mine]), usual)


def _level(leg: Leg, habit: Habit, points: Points, ours: Moves) -> np.ndarray:
    """Units of one shipment that are counted too much on each day."""
    first, last = getattr(leg, habit.since), getattr(leg, habit.until)
    there = (points.at >= first) & (points.at < last if last is not None else True)
    received = np.zeros(len(points))
    if habit.coming:
        mine = ours.part(np.flatnonzero(ours.reference == leg.shipment))
        for at, units in zip(mine.at.tolist(), mine.units.tolist(), strict=True):
            received[points.at >= at] += units
    return np.where(there, np.maximum((leg.shipped or 0) - received, 0), 0.0)


def _share(tried: Iterable[tuple[np.ndarray, Carried]]) -> float:
    """On how many of the days with something under way the gap was that, 0 where too few days tell."""
    told = same = 0
    levels: set[float] = set()
    for gaps, one in tried:
        if one.units is None:
            continue
        under_way = one.units.sum(axis=0)
        there = ~np.isnan(gaps) & (under_way != 0)
        equal = there & (gaps == under_way)
        told, same = told + int(there.sum()), same + int(equal.sum())
        levels |= set(under_way[equal].tolist())
    return same / told if same >= FEWEST_DAYS and len(levels) >= FEWEST_LEVELS else 0.0
