"""Lags: how long shipments and bookings have taken, and the day by which a gap that is only late should close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from sheets.engine.diagnosis.legs import ARRIVED, NOT_ARRIVED, Leg
from sheets.engine.diagnosis.parts import IN_TRANSIT, RECEIVING, TIMING, Part
from sheets.engine.tally import DAY

SEEN_OFTEN: Final = 3
NEARLY_ALL: Final = 0.9


class Usual:
    """The days that nine of ten closed shipments took, by destination; None before enough were seen."""

    def __init__(self, legs: Mapping[int, Mapping[str, Leg]]) -> None:
        way: dict[int, dict[str, int]] = defaultdict(dict)
        door: dict[int, dict[str, int]] = defaultdict(dict)
        for mine in legs.values():
            for leg in mine.values():
                if leg.shipped_at is not None and leg.arrived_at is not None:
                    way[leg.destination][leg.shipment] = leg.arrived_at - leg.shipped_at
                if leg.arrived_at is not None and leg.closed_at is not None:
                    door[leg.destination][leg.shipment] = leg.closed_at - leg.arrived_at
        self._way, self._door = _days(way), _days(door)

    def arrives(self, leg: Leg) -> int | None:
        """Days from leaving to arriving."""
        return self._way.get(leg.destination)

    def closes(self, leg: Leg) -> int | None:
        """Days from arriving to closing."""
        return self._door.get(leg.destination)

    def expected(self, leg: Leg) -> int | None:
        """The day (in UTC) by which a shipment should close; None where nothing tells how long it takes."""
        door, way = self.closes(leg), self.arrives(leg)
        if leg.status in ARRIVED and leg.arrived_at is not None and door is not None:
            return leg.arrived_at // DAY + door
        if leg.status in NOT_ARRIVED and leg.shipped_at is not None and way is not None:
            return leg.shipped_at // DAY + way + (door or 0)
        return None


def _days(taken: Mapping[int, Mapping[str, int]]) -> dict[int, int]:
    return {
        place: int(np.ceil(np.quantile(list(times.values()), NEARLY_ALL) / DAY))
        for place, times in taken.items()
        if len(times) >= SEEN_OFTEN
    }


def closes_on(
    parts: Sequence[Part], legs: Mapping[str, Leg], today: int, usual: Usual, lag_days: Mapping[str, int]
) -> int | None:
    """The local day by which all parts that are only late should have closed; None where a part does not, or where
    nothing tells how long it takes."""
    days = [_closes(part, legs, today, usual, lag_days) for part in parts]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _closes(part: Part, legs: Mapping[str, Leg], today: int, usual: Usual, lag_days: Mapping[str, int]) -> int | None:
    if part.cause == TIMING:
        began = today if part.since is None else part.since
        return began + max([1, *lag_days.values()])
    leg = next((legs[reference] for reference in part.references if reference in legs), None)
    if part.cause not in (IN_TRANSIT, RECEIVING) or leg is None:
        return None
    return usual.expected(leg)
