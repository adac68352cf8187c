"""Habits: what a system does to all SKUs: shipments counted early or late, orders left out since one day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from sheets.engine.diagnosis.carried import Habit, Told, carried, habit_of
from sheets.engine.diagnosis.case import Case, case_of
from sheets.engine.diagnosis.effects import Effect
from sheets.engine.diagnosis.filters import Filter, by_word, filtered, filters_of
from sheets.engine.diagnosis.filters import Told as FilterTold
from sheets.engine.diagnosis.known import Known
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.sides import Sides
from sheets.engine.tally import Feed

FEWEST_BOOKED: Final = 3  # days of SKUs that show an order booked
MOST_TRIED: Final = 60  # SKUs that are asked for a habit of one system at one place


@dataclass(frozen=True)
class Asked:
    """One row of gaps that both sides count: their feeds, the SKU, the gap."""

    ours: int
    theirs: int
    sku: int
    gap: int


class Habits:
    """Cases, and what habits of their systems explain of them; each habit is worked out once."""

    def __init__(
        self,
        sides: Sides,
        feeds: Sequence[Feed],
        known: Known,
        legs: Mapping[int, Mapping[str, Leg]],
        goes_to: Mapping[int, tuple[int, int]],
        rows: Callable[[], Mapping[str, Sequence[Asked]]],
    ) -> None:
        """goes_to: transit location -> the location that its units go to, and its authority's feed.

        rows: of each secondary, those that are asked first come first; made when first asked for.
        """
        self._sides, self._feeds, self._known, self._legs, self._goes_to = sides, feeds, known, legs, goes_to
        self._rows = cache(rows)
        self._habit = cache(self._habit_of)
        self._told = cache(self._told_of)
        self.filters = cache(self._filters)
        self._days = cache(self._days_of)

    def case(self, row: Asked) -> Case:
        """The row's case, with what the secondary's habits explain of it."""
        case = self._with_shipments(row)
        return case.with_effects(self._left_out(case))

    def _left_out(self, case: Case) -> list[Effect]:
        filters = self.filters(case.secondary.system) if case.to is None else []
        return filtered(filters, (case.points, case.rest, case.ours))

    def _with_shipments(self, row: Asked) -> Case:
        no = self._feeds[row.ours].no
        legs = self._legs.get(row.sku, {})
        case = case_of(self._sides, self._feeds, row.ours, row.theirs, row.sku, row.gap, legs, self._goes_to.get(no))
        habit = self._habit(row.ours, row.theirs)
        if case.to is not None or (habit is None and not case.opening):
            return case
        effects = carried(_told(case), no, case.at, habit)
        return replace(case, habit=habit is not None).with_effects(effects)

    def _habit_of(self, ours: int, theirs: int) -> Habit | None:
        no = self._feeds[ours].no
        some: list[Told] = []
        for sku, legs in self._legs.items():
            if len(some) == MOST_TRIED:
                break
            here = any(no in (leg.origin, leg.destination) for leg in legs.values())
            if here and len(self._sides.points(ours, sku)) and len(self._sides.points(theirs, sku)):
                case = case_of(self._sides, self._feeds, ours, theirs, sku, 0, legs)
                some.append(_told(case))
        return habit_of(some, no)

    def _told_of(self, system: str) -> tuple[list[FilterTold], int]:
        """What a system's rows tell of its orders, and how many days late it books them."""
        cases = [self._with_shipments(row) for row in self._rows().get(system, ())]
        told = [
            (case.points, case.rest, case.ours)
            for case in cases
            if case.to is None and len(case.ours) and not np.isnan(case.rest[-1])
        ]
        late = max((self._known.lag_days(case.our_feed, case.their_feed).get("sale", 0) for case in cases), default=0)
        return told, late

    def _filters(self, system: str) -> list[Filter]:
        return filters_of(*self._told(system))

    def _days_of(self, system: str) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray, np.ndarray]]:
        return by_word(self._told(system)[0])

    def books(self, system: str, name: str, word: str, since: int) -> bool:
        """Whether several SKUs show that a system books orders of a word since that local day."""
        days = self._days(system).get((name, word))
        if days is None:
            return False
        day, out, booked = days
        inside = day >= since
        return bool(booked[inside].sum() >= FEWEST_BOOKED and booked[inside].sum() >= out[inside].sum())


def _told(case: Case) -> Told:
    return Told(case.no, case.points, case.ends, case.gaps, case.ours, case.legs)
