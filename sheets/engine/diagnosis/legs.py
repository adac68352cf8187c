"""Legs: the shipments of a SKU that leave or reach a location, one for each shipment, whoever tells of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import STATUSES
from sheets.engine.diagnosis.parts import IN_TRANSIT, RECEIVING
from sheets.engine.tally import DAY, Feed, microseconds

LATELY: Final = 21 * DAY  # how long after its closing a shipment may still be corrected
NOT_ARRIVED: Final = ("PLANNED", "SHIPPED", "IN_TRANSIT")
ARRIVED: Final = ("DELIVERED", "RECEIVING")


@dataclass(frozen=True)
class Leg:
    """One shipment of one SKU; units are the SKU's own. Times in microseconds, None where nobody says."""

    shipment: str
    origin: int
    destination: int
    status: str
    shipped: int | None
    received: int | None
    shipped_at: int | None
    arrived_at: int | None
    closed_at: int | None

    @property
    def open_units(self) -> int:
        """Units that left and are not received."""
        return max((self.shipped or 0) - (self.received or 0), 0)

    @property
    def short(self) -> bool:
        return self.status == "CLOSED" and self.received is not None and self.open_units > 0

    def doubtful(self, at: int) -> bool:
        """Whether it was closed short neither just now nor long ago: its units may still come, or be lost for good."""
        return self.short and self.closed_at is not None and at - 30 * DAY <= self.closed_at <= at - 10 * DAY

    def cause(self, at: int) -> str | None:
        """In transit, or receiving, at that time; None where it is closed and whole, or cancelled."""
        if self.status in NOT_ARRIVED:
            return IN_TRANSIT
        if self.status in ARRIVED:
            return RECEIVING
        lately = self.closed_at is not None and self.closed_at > at - LATELY
        return RECEIVING if self.short and (lately or self.closed_at is None) else None


def legs_of(shipments: pd.DataFrame, feeds: Sequence[Feed]) -> dict[int, dict[str, Leg]]:
    """SKU -> shipment -> leg. shipments: as resolved. At its destination the authority's word on it goes first."""
    authority = {feed.no: feed.system for feed in feeds if feed.role == "authority"}
    frame = shipments[shipments["sku"].to_numpy() >= 0]
    times = {name: _times(frame[name]) for name in ("shipped_at", "arrived_at", "closed_at")}
    units = {name: frame[name].to_numpy("float64", na_value=np.nan) for name in ("shipped_units", "received_units")}
    lines: dict[tuple[int, str], list[tuple[bool, Leg]]] = defaultdict(list)
    texts = (frame[name].astype("str") for name in ("system", "shipment", "status"))
    for at, (system, shipment, status) in enumerate(zip(*texts, strict=True)):
        destination = int(frame["destination"].iat[at])
        leg = Leg(
            shipment,
            int(frame["origin"].iat[at]),
            destination,
            status,
            _whole(units["shipped_units"][at]),
            _whole(units["received_units"][at]),
            times["shipped_at"][at],
            times["arrived_at"][at],
            times["closed_at"][at],
        )
        right = authority.get(destination) == system
        lines[int(frame["sku"].iat[at]), shipment].append((right, leg))
    found: dict[int, dict[str, Leg]] = defaultdict(dict)
    for (sku, shipment), told in lines.items():
        found[sku][shipment] = _as_one(told)
    return found


def _as_one(told: list[tuple[bool, Leg]]) -> Leg:
    right = [leg for at_home, leg in told if at_home]
    lines = right or [leg for _, leg in told]
    every = [*lines, *(leg for at_home, leg in told if not at_home and right)]
    # The line that is least far tells of what is open; a list of shipments may have no statuses at all.
    status = min((leg.status for leg in lines if leg.status in STATUSES), key=STATUSES.index, default="")

    def first(name: str) -> int | None:
        return next((getattr(leg, name) for leg in every if getattr(leg, name) is not None), None)

    def summed(name: str) -> int | None:
        known = [getattr(leg, name) for leg in lines if getattr(leg, name) is not None]
        return sum(known) if known else first(name)

    places = {name: max(getattr(leg, name) for leg in every) for name in ("origin", "destination")}
    return Leg(
        lines[0].shipment,
        places["origin"],
        places["destination"],
        status,
        summed("shipped"),
        summed("received"),
        first("shipped_at"),
        first("arrived_at"),
        first("closed_at"),
    )


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else int(number)


def _times(column: pd.Series) -> list[int | None]:
    known = column.notna().to_numpy()
    whole = microseconds(column.fillna(pd.Timestamp(0, tz="UTC")))
    return [int(at) if there else None for at, there in zip(whole, known, strict=True)]
