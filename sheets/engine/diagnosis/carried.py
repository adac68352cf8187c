"""Carried: shipments that a system counts where they are not yet, or not any more, so that both never agree.

A system that counts units at Amazon from the day on which they leave the warehouse agrees with Amazon only while
nothing is under way. Where something always is, the last agreement is the last day on which the gap was just that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.parts import LIKELY, TRANSACTION, Part
from sheets.engine.diagnosis.sides import Moves, Points

FEWEST_DAYS: Final = 3
FEWEST_LEVELS: Final = 2  # one number on all days is any constant difference
SHARE: Final = 0.6  # of the days on which something is under way


@dataclass(frozen=True)
class Carried:
    """Shipments of which the secondary counts more than the authority; units: of the gap, by shipment and day."""

    legs: tuple[Leg, ...] = ()
    units: np.ndarray | None = None

    @property
    def summed(self) -> np.ndarray | float:
        """The gap that they make on each day."""
        return 0.0 if self.units is None else self.units.sum(axis=0)

    def parts(self, at: int) -> list[Part]:
        """What is carried now; likely, since sums tell it."""
        now = [] if self.units is None else self.units[:, -1].tolist()
        return [
            Part(leg.cause(at) or TRANSACTION, int(units), (leg.shipment,), LIKELY, 0, "sum")
            for leg, units in zip(self.legs, now, strict=True)
            if units
        ]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(leg.shipment for leg in self.legs)


# From when until when a shipment is counted too much, as times of the shipment; None where nobody says.
_Habit = Callable[[Leg], tuple[int | None, int | None]]
_AT_DESTINATION: Final[tuple[_Habit, ...]] = (
    lambda leg: (leg.shipped_at, leg.closed_at),
    lambda leg: (leg.arrived_at, leg.closed_at),
)
_AT_ORIGIN: Final[tuple[_Habit, ...]] = (
    lambda leg: (leg.shipped_at, leg.arrived_at),
    lambda leg: (leg.shipped_at, leg.closed_at),
)


def carried(points: Points, gaps: np.ndarray, ours: Moves, legs: Mapping[str, Leg], no: int) -> Carried:
    """The shipments of one habit under which the gap was nothing else on most days; none where no habit fits.

    points, gaps: the secondary's days and the gap on each, NaN unknown. ours: the authority's movements. no: the
    location.
    """
    coming = [leg for leg in legs.values() if leg.destination == no and leg.shipped]
    going = [leg for leg in legs.values() if leg.origin == no and leg.shipped]
    best, most = Carried(), 0.0
    for some, habits in ((coming, _AT_DESTINATION), (going, _AT_ORIGIN)):
        for habit in habits:
            mine = [leg for leg in some if habit(leg)[0] is not None]
            if not mine:
                continue
            units = np.array([_level(leg, habit, points, ours, coming=some is coming) for leg in mine])
            share = _share(gaps, units.sum(axis=0))
            if share > most:
                best, most = Carried(tuple(mine), units), share
    return best if most >= SHARE else Carried()


def _level(leg: Leg, habit: _Habit, points: Points, ours: Moves, *, coming: bool) -> np.ndarray:
    """Units of one shipment that are counted too much on each day."""
    first, last = habit(leg)
    assert first is not None
    assert leg.shipped is not None
    there = (points.at >= first) & (points.at < last if last is not None else True)
    received = np.zeros(len(points))
    if coming:
        mine = ours.part(np.flatnonzero(ours.reference == leg.shipment))
        for at, units in zip(mine.at.tolist(), mine.units.tolist(), strict=True):
            received[points.at >= at] += units
    return np.where(there, np.maximum(leg.shipped - received, 0), 0.0)


def _share(gaps: np.ndarray, under_way: np.ndarray) -> float:
    """On how many of the days with something under way the gap was that, 0 where too few days tell."""
    told = ~np.isnan(gaps) & (under_way != 0)
    same = told & (gaps == under_way)
    if same.sum() < FEWEST_DAYS or len(np.unique(under_way[same])) < FEWEST_LEVELS:
        return 0.0
    return float(same.sum() / told.sum())
