"""Carried: shipments that a system counts too early or too late, by a habit of that system.

A system that counts units at Amazon from the day on which they leave the warehouse agrees with Amazon only while
nothing is under way. Of such a system a gap is looked at without what it carries: agreement is equality after units
under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sheets.engine.diagnosis.effects import Effect, summed
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.moves import Moves, receipts_known
from sheets.engine.diagnosis.parts import TRANSACTION, Part
from sheets.engine.diagnosis.points import Points
from sheets.engine.tally import DAY

FEWEST_DAYS: Final = 3
FEWEST_LEVELS: Final = 2  # one number on all days is any constant difference
FEWEST_SKUS: Final = 4  # that show a habit of the whole system
SHARE: Final = 0.6  # of the days on which something is under way
FEWEST_TELL: Final = 6  # days on which a gap moved as a habit of the system says
SHARE_TELL: Final = 0.65  # of the days that tell anything
AHEAD: Final = 7 * DAY  # that a shipment may be taken off before it leaves
NEAR: Final = 2  # units that late orders may move a gap by besides, or
NEAR_SHARE: Final = 0.1  # so much of what moved


@dataclass(frozen=True)
class Habit:
    """What a system does with shipments to a place (coming), or from it.

    Between two times of a shipment it counts the units that the authority does not have; or, late, it lacks those
    that the authority has received already; or, ahead, it takes them off some days before they leave.
    """

    coming: bool
    since: str
    until: str
    late: bool = False
    ahead: bool = False

    def legs(self, legs: Mapping[str, Leg], no: int) -> list[Leg]:
        """The shipments that it concerns, of those that have a beginning."""
        mine = (leg for leg in legs.values() if (leg.destination if self.coming else leg.origin) == no)
        begun = (leg for leg in mine if leg.shipped and (self.ahead or getattr(leg, self.since) is not None))
        return [leg for leg in begun if not self.ahead or leg.status == "PLANNED" or leg.shipped_at is not None]


HABITS: Final = (
    Habit(True, "shipped_at", "closed_at"),
    Habit(True, "arrived_at", "closed_at"),
    Habit(True, "shipped_at", "closed_at", late=True),
    Habit(False, "shipped_at", "arrived_at"),
    Habit(False, "shipped_at", "closed_at"),
    Habit(False, "shipped_at", "shipped_at", ahead=True),
)


@dataclass(frozen=True)
class Told:
    """What one row has for it: the secondary's days and their ends, the gap on each, movements and shipments.

    no: the location. ours: the authority's movements.
    """

    no: int
    points: Points
    ends: np.ndarray
    gaps: np.ndarray
    ours: Moves
    legs: Mapping[str, Leg]


def carried(told: Told, no: int, at: int, habit: Habit | None) -> list[Effect]:
    """What is carried by the system's habit; of a system without one, by the habit that fits this SKU's days.

    no: the location; at: the moment of the gap.
    """
    if habit is not None:
        others = [one for other in HABITS if other != habit for one in _by(other, told, no, at, usual=False)]
        every = [_fits_better(one, others, told.gaps) for one in _by(habit, told, no, at, usual=True)]
        every = [_until_taken_back(one, told.gaps) for one in every]
        return [one for one in every if np.subtract(*one.tells(told.gaps)) >= 0]
    found = [_by(one, told, no, at, usual=False) for one in HABITS]
    share, best = max((_share([(told.gaps, one)]), -number) for number, one in enumerate(found))
    return found[-best] if share >= SHARE else []


def _fits_better(one: Effect, others: Sequence[Effect], gaps: np.ndarray) -> Effect:
    """The effect, or that of another habit on the same shipment where the gap moved more as that one says."""
    mine = np.subtract(*one.tells(gaps))
    same = [other for other in others if other.names == one.names]
    best = max(same, key=lambda other: np.subtract(*other.tells(gaps)), default=one)
    return best if np.subtract(*best.tells(gaps)) > mine else one


def _until_taken_back(one: Effect, gaps: np.ndarray) -> Effect:
    """The effect no longer than until the gap moved by all of it the other way, whatever the shipment's times say."""
    steps = np.flatnonzero(np.diff(one.units, prepend=0.0))
    if not len(steps) or not one.units[-1]:
        return one
    moved = np.diff(gaps, prepend=gaps[0])
    near = max(NEAR, NEAR_SHARE * abs(one.units[-1]))
    with np.errstate(invalid="ignore"):
        back = np.flatnonzero(np.abs(moved + one.units[-1]) <= near)
    back = back[back > steps[-1]]
    if not len(back):
        return one
    units = np.where(np.arange(len(one.units)) >= back[0], 0.0, one.units)
    return replace(one, units=units, part=replace(one.part, units=0))


def habit_of(rows: Iterable[Told], no: int) -> Habit | None:
    """The habit that several SKUs of a system show at a place; None where they show none.

    Told by the days on which shipments leave, arrive, are received and closed: whether the gap moved as the habit
    says, or not at all.
    """
    some = list(rows)
    found: list[tuple[int, Habit]] = []
    for habit in HABITS:
        moved = [
            np.sum([one.tells(told.gaps) for one in effects], axis=0)
            for told in some
            if (effects := _by(habit, told, no, 0, usual=True))
        ]
        yes, none = np.sum(moved, axis=0) if moved else (0, 0)
        none += sum(_not_ahead(told, no) for told in some) if habit.ahead else 0
        rows_told = sum(bool(row[0] > row[1]) for row in moved)
        if yes >= FEWEST_TELL and rows_told >= FEWEST_SKUS and yes >= SHARE_TELL * (yes + none):
            # By how much it tells, not by its share: a move the other way speaks neither for a habit nor against it.
            found.append((int(yes - none), habit))
    return max(found, key=lambda one: one[0])[1] if found else None


def _by(habit: Habit, told: Told, no: int, at: int, *, usual: bool) -> list[Effect]:
    if not len(told.points):
        return []
    found = []
    for leg in habit.legs(told.legs, no):
        units = _taken_ahead(leg, told) if habit.ahead else _level(leg, habit, told)
        part = Part(leg.cause(at) or TRANSACTION, int(units[-1]), (leg.shipment,), kind="sum")
        # Which planned shipment was taken off is told by its units alone.
        sure = usual and not habit.ahead and receipts_known(leg, told.ours, told.no)
        found.append(Effect(units, part, frozenset((leg.shipment,)), sure, NEAR, NEAR_SHARE, under_way=True))
    return found


def _level(leg: Leg, habit: Habit, told: Told) -> np.ndarray:
    """Units of one shipment that are counted too much, or too little, on each day. Its times are mostly bare days."""
    first, last = getattr(leg, habit.since), getattr(leg, habit.until)
    there = (told.ends >= first) & (told.ends < last if last is not None else True)
    received = np.zeros(len(told.points))
    if habit.coming:
        mine = told.ours.part(np.flatnonzero(told.ours.reference == leg.shipment))
        for at, units in zip(mine.at.tolist(), mine.units.tolist(), strict=True):
            received[told.points.at >= at] += units
    level = -received if habit.late else np.maximum((leg.shipped or 0) - received, 0)
    return np.where(there, level, 0.0)


def _not_ahead(told: Told, no: int) -> int:
    """How many shipments left that were not taken off before."""
    gone = [leg for leg in HABITS[-1].legs(told.legs, no) if leg.shipped_at is not None]
    inside = [leg for leg in gone if told.ends[0] + AHEAD <= (leg.shipped_at or 0) <= told.ends[-1]]
    return sum(not _taken_ahead(leg, told).any() for leg in inside)


def _taken_ahead(leg: Leg, told: Told) -> np.ndarray:
    """Units taken off before a shipment left, from the day on which the gap moved by all of them."""
    units = leg.shipped or 0
    left = leg.shipped_at if leg.shipped_at is not None else int(told.ends[-1]) + 1
    before = (told.ends < left) & (told.ends >= left - AHEAD)
    near = max(NEAR, NEAR_SHARE * units)
    with np.errstate(invalid="ignore"):
        taken = np.flatnonzero(before & (np.abs(np.diff(told.gaps, prepend=told.gaps[0]) + units) <= near))
    if not len(taken):
        return np.zeros(len(told.ends))
    return np.where((told.ends >= told.ends[taken[-1]]) & (told.ends < left), -float(units), 0.0)


def _share(tried: Iterable[tuple[np.ndarray, Sequence[Effect]]]) -> float:
    """On how many of the days with something under way the gap was that, 0 where too few days tell."""
    told = same = 0
    levels: set[float] = set()
    for gaps, effects in tried:
        if not effects:
            continue
        under_way = summed(effects, len(gaps))
        there = ~np.isnan(gaps) & (under_way != 0)
        equal = there & (gaps == under_way)
        told, same = told + int(there.sum()), same + int(equal.sum())
        levels |= set(under_way[equal].tolist())
    return same / told if same >= FEWEST_DAYS and len(levels) >= FEWEST_LEVELS else 0.0
