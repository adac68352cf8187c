"""Under way: open shipments that fit what is left, where neither movements nor days tell which."""

from __future__ import annotations

from itertools import combinations
from typing import Final

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.parts import LIKELY, Part

MOST: Final = 12  # shipments looked at; more sets than these make are no explanation


def under_way(case: Case, left: int, used: frozenset[str], threshold: float) -> list[Part]:
    """One or two open shipments whose units are what is left, by sums alone: never proven.

    used: shipments that are parts already. The set nearest to what is left, within the larger of 2 units and a
    tenth, is told with how many other sets are as near.
    """
    if not left:
        return []
    options: list[tuple[int, str, str]] = []
    for leg in case.legs.values():
        cause = leg.cause(case.at)
        if cause is None or leg.shipment in used or not leg.shipped:
            continue
        if case.to is not None:
            options += _at_transit(leg, cause) if leg.destination == case.to else []
        elif leg.destination == case.no:
            options.append((leg.open_units, cause, leg.shipment))  # counted there before it is
            if leg.received:
                options.append((-leg.received, cause, leg.shipment))  # received here and not there
        elif leg.origin == case.no and leg.status != "PLANNED":
            options.append((leg.shipped, cause, leg.shipment))  # not taken off there
        elif leg.origin == case.no:
            options.append((-leg.shipped, cause, leg.shipment))  # taken off there before it left
    options = [one for one in options if one[0] * left > 0][:MOST]
    sets = [(some, sum(units for units, _, _ in some)) for size in (1, 2) for some in combinations(options, size)]
    near = [(abs(left - total), len(some), some) for some, total in sets if abs(left - total) <= max(2, abs(left) / 10)]
    if not near:
        return []
    off, size, best = min(near, key=lambda one: (one[0], one[1], one[2]))
    again = sum((away, count) == (off, size) for away, count, _ in near) - 1
    return [Part(cause, units, (shipment,), LIKELY, again, "sum") for units, cause, shipment in best]


def _at_transit(leg: Leg, cause: str) -> list[tuple[int, str, str]]:
    """Counted before it left; not counted though it is on its way; counted still though received."""
    if leg.status == "PLANNED":
        return [(leg.shipped or 0, cause, leg.shipment)]
    received = [(leg.received, cause, leg.shipment)] if leg.received else []
    return [(-leg.open_units, cause, leg.shipment), *received]
