"""Transit moves: what a transit location gained and lost, by its shipments, since no ledger tells it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sheets.engine.diagnosis.legs import NOT_ARRIVED, Leg
from sheets.engine.diagnosis.moves import Moves
from sheets.engine.diagnosis.sides import Sides

KIND = "receipt"  # one kind for both ways, so that a shipment that a system never counted is one movement


def transit_moves(legs: Mapping[str, Leg], to: int, received: Moves, sides: Sides) -> Moves:
    """Each shipment in when it left, out as the destination received it, what is left of it out when it closed.

    to: the destination. received: its authority's movements, without which nothing goes out before the closing.
    sides: for the brand's days.
    """
    rows: list[tuple[int, int, str]] = []
    for leg in legs.values():
        if leg.destination != to or not leg.shipped or leg.shipped_at is None or leg.status == "PLANNED":
            continue
        rows.append((leg.shipped_at, leg.shipped, leg.shipment))
        mine = np.flatnonzero((received.reference == leg.shipment) & (received.kind == "receipt"))
        rows += [(int(received.at[n]), -int(received.units[n]), leg.shipment) for n in mine.tolist()]
        left = leg.shipped - int(received.units[mine].sum())
        if left > 0 and leg.closed_at is not None and leg.status not in NOT_ARRIVED:
            rows.append((leg.closed_at, -left, leg.shipment))
    rows.sort()
    at, units, names = (np.array([row[place] for row in rows], dtype=kind) for place, kind in
                        ((0, np.int64), (1, np.int64), (2, object)))  # fmt: skip
    none = np.full(len(rows), None, dtype=object)
    return Moves(at, sides.local_days(at), units, np.full(len(rows), KIND, dtype=object), names, none, none)
