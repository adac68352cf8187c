"""The physical truth, day by day: every unit that was sold, sent, received, lost or found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np

NJ, TORONTO, FBA_US, FBA_CA = "3PL NJ", "3PL Toronto", "FBA US", "FBA CA"
TO_US, TO_CA = "In Transit To FBA US", "In Transit To FBA CA"
PORTAL, SELLER_CENTRAL, SKUBANA, FLIEBER = "3PL Portal", "Seller Central", "Skubana", "Flieber"
AUTHORITY: Final = {NJ: PORTAL, TORONTO: PORTAL, FBA_US: SELLER_CENTRAL, FBA_CA: SELLER_CENTRAL}
WAYS: Final = {NJ: FBA_US, TORONTO: FBA_CA}
TRANSIT: Final = {FBA_US: TO_US, FBA_CA: TO_CA}


@dataclass(frozen=True)
class Event:
    """One change of units that happened. reference: as the authority has it, empty where it has none."""

    no: int
    day: int
    sku: str
    place: str
    kind: str
    units: int
    reference: str = ""
    order_type: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Shipment:
    """One shipment; received: day -> SKU -> units. Days may lie after the world's last day."""

    number: str
    origin: str
    destination: str
    lines: dict[str, int]
    shipped: int
    arrived: int
    received: dict[int, dict[str, int]]
    closed: int

    def status(self, day: int) -> str:
        if day < self.shipped:
            return "PLANNED"
        if day < self.arrived:
            return "IN_TRANSIT" if day > self.shipped else "SHIPPED"
        if day >= self.closed:
            return "CLOSED"
        return "RECEIVING" if any(when <= day for when in self.received) else "DELIVERED"

    def got(self, sku: str, day: int) -> int:
        return sum(units.get(sku, 0) for when, units in self.received.items() if when <= day)


@dataclass
class World:
    """A brand of some SKUs over some days; the last day is days - 1."""

    seed: int
    skus: int
    days: int
    places_of: dict[str, list[str]] = field(default_factory=dict)
    opening: dict[tuple[str, str], int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        for number in range(self.skus):
            places = [NJ, FBA_US]
            places += [FBA_CA] if self.random.random() < 0.5 else []
            places += [TORONTO] if self.random.random() < 0.4 else []
            self.places_of[f"SKU-{number:03d}"] = places
        self._ship()
        for sku, places in self.places_of.items():
            for place in places:
                self._live(sku, place)
        self.events.sort(key=lambda one: (one.day, one.no))
        self._stock_up()
        self._habits()
        self._between_centres()
        self.by_slot: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for one in self.events:
            self.by_slot[one.sku, one.place].append(one)

    def _add(self, day: int, sku: str, place: str, kind: str, units: int, reference: str = "", order_type: str = "",
             channel: str = "") -> None:  # fmt: skip
        if units and day < self.days:
            self.events.append(Event(len(self.events), day, sku, place, kind, units, reference, order_type, channel))

    def _number(self, low: int = 10**6, high: int = 10**7) -> int:
        return int(self.random.integers(low, high))

    def _ship(self) -> None:
        for origin, destination in WAYS.items():
            day = int(self.random.integers(0, 4))
            some = [sku for sku, places in self.places_of.items() if origin in places and destination in places]
            while day < self.days + 1 and some:
                chosen = self.random.choice(some, min(len(some), int(self.random.integers(4, 12))), replace=False)
                lines = {str(sku): int(self.random.integers(2, 11)) * 12 for sku in chosen}
                self.shipments.append(self._shipment(origin, destination, lines, day))
                day += int(self.random.integers(2, 5))

    def _shipment(self, origin: str, destination: str, lines: dict[str, int], shipped: int) -> Shipment:
        number = f"FBA{self._number():07d}"
        arrived = shipped + int(self.random.integers(3, 7))
        first = arrived + int(self.random.integers(0, 2))
        received: dict[int, dict[str, int]] = defaultdict(dict)
        last = first
        for sku, units in lines.items():
            there = units if self.random.random() > 0.06 else units - int(self.random.integers(1, 1 + units // 4))
            half = there // 2 if self.random.random() < 0.5 else 0
            later = first + int(self.random.integers(1, 4))
            received[first][sku] = there - half
            if half:
                received[later][sku] = half
                last = max(last, later)
            self._add(shipped, sku, origin, "transfer_out", -units, number)
            self._add(first, sku, destination, "receipt", there - half, number)
            self._add(later, sku, destination, "receipt", half, number)
        return Shipment(number, origin, destination, lines, shipped, arrived, dict(received), last + 2)

    def _live(self, sku: str, place: str) -> None:
        random, fba = self.random, place in (FBA_US, FBA_CA)
        rate = float(random.lognormal(1.2, 0.8)) if fba else float(random.lognormal(0.1, 0.7))
        amazon = "Amazon"
        for day in range(self.days):
            for _ in range(int(random.poisson(rate / 1.3))):
                units = -int(random.choice([1, 1, 1, 1, 2, 3]))
                channel = amazon if fba else str(random.choice(["Shopify", "Amazon MFN", "Walmart"]))
                reference = "" if fba else f"{channel[:2].upper()}-{self._number()}"
                self._add(day, sku, place, "sale", units, reference, "" if fba else "dtc", channel)
            if not fba and random.random() < 0.05:
                units = -int(random.integers(6, 40))
                self._add(day, sku, place, "sale", units, f"WH-{self._number()}", "wholesale", "Wholesale")
            if random.random() < 0.04:
                self._add(day, sku, place, "return", 1, f"R-{self._number()}")
            if random.random() < (0.025 if fba else 0.01):
                units = int(random.choice([-1, 1]) * random.integers(3, 30))
                self._add(day, sku, place, "adjustment", units, str(self._number(10**9, 10**10)), "M:SELLABLE")
            if fba and random.random() < 0.02:
                units, reference = int(random.integers(1, 9)), str(self._number(10**9, 10**10))
                self._add(day, sku, place, "adjustment", -units, reference, "Q:SELLABLE")
                self._add(day, sku, place, "adjustment", units, reference, "P:DEFECTIVE")
            if random.random() < 0.006:
                self._add(day, sku, place, "removal", -int(random.integers(3, 20)), f"RM-{self._number()}")
            if not fba and random.random() < 0.05:
                self._add(
                    day, sku, place, "receipt", int(random.integers(4, 20)) * 12, f"PO-{self._number(1000, 99999)}"
                )

    def _stock_up(self) -> None:
        """Enough at the beginning that nothing ever falls below zero."""
        standing: dict[tuple[str, str], int] = defaultdict(int)
        lowest: dict[tuple[str, str], int] = defaultdict(int)
        for one in self.events:
            key = one.sku, one.place
            standing[key] += one.units
            lowest[key] = min(lowest[key], standing[key])
        for sku, places in self.places_of.items():
            for place in places:
                self.opening[sku, place] = -lowest[sku, place] + int(self.random.integers(20, 400))

    def _habits(self) -> None:
        """How this brand's authorities report: their zone, a day late, in parts."""
        random = np.random.default_rng([self.seed, 3])
        self.zone = str(random.choice(["UTC", "America/Los_Angeles"]))
        # The day of each authority's newest file.
        self.newest = {system: self.days - 1 - int(random.random() < 0.15) for system in (PORTAL, SELLER_CENTRAL)}
        self.in_parts = bool(random.random() < 0.5)
        slots = [(sku, place) for sku, places in self.places_of.items() for place in places]
        self.reserved = {slot: int(random.poisson(3)) for slot in slots}
        self.moving = {slot: int(random.poisson(2)) for slot in slots}

    def _between_centres(self) -> None:
        """What Amazon's ledger tells of units between its own centres: out of one, days later into another.

        They are on hand all the while, so that no count moves by it.
        """
        random = np.random.default_rng([self.seed, 4])
        self.crossings: list[Event] = []
        for sku, places in self.places_of.items():
            for place in places:
                if place not in TRANSIT:
                    continue
                for day in np.flatnonzero(random.random(self.days) < 0.03).tolist():
                    units, number = int(random.integers(3, 40)), str(random.integers(10**9, 10**10))
                    for when, signed, kind in (
                        (day, -units, "transfer_out"),
                        (day + int(random.integers(0, 5)), units, "transfer_in"),
                    ):
                        if when < self.days:
                            self.crossings.append(Event(-1, when, sku, place, kind, signed, number))

    def parts_of(self, sku: str, place: str, units: int) -> dict[str, int]:
        """The states that Amazon tells of a SKU's units: on_hand, or its parts."""
        if not self.in_parts or place not in TRANSIT:
            return {"on_hand": units}
        reserved = min(self.reserved[sku, place], units)
        moving = min(self.moving[sku, place], units - reserved)
        return {"available": units - reserved - moving, "reserved_orders": reserved, "reserved_transfer": moving}

    def last_of(self, place: str) -> int:
        """The day of the newest count of a place's authority."""
        return self.newest[AUTHORITY[place]]

    def units(self, sku: str, place: str, day: int) -> int:
        moved = sum(one.units for one in self.by_slot[sku, place] if one.day <= day)
        return self.opening[sku, place] + moved

    def under_way(self, sku: str, destination: str, day: int) -> dict[str, int]:
        """Units shipped and not received, by shipment."""
        return {
            one.number: one.lines[sku] - one.got(sku, day)
            for one in self.shipments
            if one.destination == destination and sku in one.lines and one.shipped <= day < one.closed
        }

    def listed(self, sku: str, destination: str) -> dict[str, int]:
        """Units under way by both authorities' newest lists: what a warehouse shipped after Amazon counted, too."""
        amazon, warehouse = self.newest[SELLER_CENTRAL], self.newest[PORTAL]
        later = {
            one.number: one.lines[sku]
            for one in self.shipments
            if one.destination == destination and sku in one.lines and amazon < one.shipped <= warehouse
        }
        return {**self.under_way(sku, destination, amazon), **later}
