"""Thirty days of what physically happened, as one list of events, and what therefore stood where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from making.catalogue import (
    BY_SKU,
    FBA_CA,
    FBA_US,
    LAST,
    NJ,
    PRODUCTS,
    TORONTO,
    Product,
    about,
    below,
    closing,
    dice,
)  # fmt: skip
from making.shipments import CONTAINERS, SHIPMENTS

CENTERS: Final = {FBA_US: ("EWR4", "ABE2", "ONT8", "LGB8"), FBA_CA: ("YYZ4", "YVR3")}
SELLABLE: Final = "SELLABLE"
SHOPIFY_SINCE: Final = 15  # the store sends its orders to the 3PLs from 2026-09-21
LOST: Final = "4817250936"  # the misplaced units that one system never booked
UNBOOKED: Final = "ADJ-3309"  # a cycle count of two units that one system never booked


@dataclass(frozen=True)
class Event:
    """One change of units of one SKU at one place; `kind` is the trade's word for it."""

    day: int
    sku: str
    place: str
    kind: str
    units: int
    reference: str = ""
    order_type: str = ""
    channel: str = ""
    disposition: str = SELLABLE
    reason: str = ""
    center: str = ""


def amazon_order(country: str, *topic: object) -> str:
    """An Amazon order id."""
    roll = dice("order", country, *topic)
    head = "702" if country == "CA" else f"{111 + below(roll, 4)}"
    return f"{head}-{1000000 + below(roll, 8999999)}-{1000000 + below(roll, 8999999)}"


# Days whose sales the story fixes.
_EXACT: Final = {
    ("FH-HDLMP-400", FBA_US, LAST): 14,
    ("FH-TENT-4P-TAN", FBA_US, LAST): 19,
    ("FH-STOVE-BKPK", NJ, LAST): 0,
    ("FH-BTL-32-STL", NJ, LAST): 0,
}


def _amazon_sales() -> Iterator[Event]:
    for product in PRODUCTS:
        for place in product.places:
            channel = "Amazon US" if place in (NJ, FBA_US) else "Amazon CA"
            order_type = "fba" if place in CENTERS else "dtc"
            for day in range(LAST + 1):
                for number, units in enumerate(_orders(product, place, day)):
                    reference = amazon_order(channel[-2:], product.sku, place, day, number)
                    center = _center(place, reference) if place in CENTERS else ""
                    yield Event(day, product.sku, place, "sale", -units, reference, order_type, channel, center=center)


def _orders(product: Product, place: str, day: int) -> list[int]:
    """One day's sales of one SKU at one place as orders of one to three units."""
    roll = dice("sales", product.sku, place, day)
    left = _EXACT.get((product.sku, place, day), about(roll, product.rate(place)))
    if product.sku == "FH-FRSTR-FERRO" and place == NJ and day > 22:
        left = 0  # sold out there
    found = []
    while left:
        units = min(left, (1, 1, 1, 2, 2, 3)[below(roll, 6)])
        found.append(units)
        left -= units
    return found


def _center(place: str, topic: str) -> str:
    return CENTERS[place][below(dice("center", topic), len(CENTERS[place]))]


# Wholesale orders from New Jersey: day, SKU, units. Those of the steel bottle after day 23 are in the story.
_WHOLESALE: Final = (
    (1, "FH-TENT-4P-TAN", 96), (5, "FH-TENT-4P-TAN", 84), (9, "FH-TENT-4P-TAN", 96), (14, "FH-TENT-4P-TAN", 84),
    (18, "FH-TENT-4P-TAN", 96), (22, "FH-TENT-4P-TAN", 99), (3, "FH-MUG-ENML-BLU", 24), (8, "FH-SKLLT-10", 12),
    (11, "FH-BTL-32-STL", 24), (16, "FH-CHAIR-CAMP", 16), (19, "FH-POT-TI-900", 12), (21, "FH-MUG-CAFE-12", 24),
    (24, "FH-BTL-32-STL", 14), (25, "FH-BTL-32-STL", 18), (26, "FH-SKLLT-10", 6), (27, "FH-BTL-32-STL", 10),
)  # fmt: skip
# Shopify orders of SKUs that sell little there: SKU, place, days.
_SHOPIFY_FEW: Final = (
    ("FH-MUG-ENML-BLU", NJ, (16, 20, 24, 27)),
    ("FH-KNIFE-FLD", NJ, (17, 19, 23, 26, 28)),
    ("007", NJ, (18, 25)),
    ("FH-SPORK-TI", TORONTO, (17, 22, 27)),
)
# ... and of the two that sell well: SKU, place, units on each day from 2026-09-21 on.
_SHOPIFY_MANY: Final = (
    ("FH-LNTRN-USB", NJ, (1, 2, 2, 3, 1, 2, 2, 4, 1, 2, 3, 2, 1, 2, 2)),
    ("FH-TARP-3X3", TORONTO, (1, 0, 2, 1, 1, 0, 2, 1, 2, 1, 0, 2, 1, 2, 1)),
)


def _other_sales() -> Iterator[Event]:
    for number, (day, sku, units) in enumerate(_WHOLESALE):
        yield Event(day, sku, NJ, "sale", -units, f"WH-{2027 + number}", "wholesale", "Wholesale")
    shopify = [(day, sku, place, 1) for sku, place, days in _SHOPIFY_FEW for day in days]
    shopify += [
        (SHOPIFY_SINCE + number, sku, place, units)
        for sku, place, days in _SHOPIFY_MANY
        for number, units in enumerate(days)
        if units
    ]
    for number, (day, sku, place, units) in enumerate(sorted(shopify)):
        yield Event(day, sku, place, "sale", -units, f"SH-{1041 + number}", "dtc", "Shopify")


def _transfers() -> Iterator[Event]:
    for one in SHIPMENTS:
        if one.shipped is not None and one.shipped >= 0:
            for sku, units in one.lines.items():
                yield Event(one.shipped, sku, one.origin, "transfer_out", -units, one.shipment)
        for day, sku, units in one.receipts:
            yield Event(day, sku, one.place, "receipt", units, one.shipment, center=one.fc)
    for reference, place, day, lines in CONTAINERS:
        for sku, units in lines.items():
            yield Event(day, sku, place, "receipt", units, reference)


def _returns() -> Iterator[Event]:
    """Three in a hundred come back, a third of them damaged; none on the last day."""
    for product in PRODUCTS:
        for place in (FBA_US, FBA_CA):
            for day in range(LAST):
                roll = dice("returns", product.sku, place, day)
                if roll.random() < 0.03 * product.rate(place):
                    disposition = SELLABLE if roll.random() < 0.67 else "CUSTOMER_DAMAGED"
                    center = _center(place, f"{product.sku}{day}")
                    yield Event(day, product.sku, place, "return", 1, disposition=disposition, center=center)


# Adjustments at FBA: day, SKU, place, units, reason code, reference.
_FBA_ADJUSTMENTS: Final = (
    (25, "FH-FILTR-SQZ", FBA_US, -24, "M", LOST),
    (8, "FH-POT-TI-900", FBA_US, -2, "M", "4817093352"),
    (13, "FH-POT-TI-900", FBA_US, 2, "F", "4817131879"),
    (11, "FH-DRYBAG-20", FBA_CA, -1, "M", "4817118045"),
    (20, "FH-SAW-FLD", FBA_US, 1, "F", "4817204418"),
)
# Units that changed from sellable to damaged in a warehouse: a Q out and a P in.
_CHANGED: Final = (
    (6, "FH-COOLER-25", FBA_US, 2, "4817071660"),
    (15, "FH-HDLMP-400", FBA_US, 3, "4817150227"),
    (21, "FH-SKLLT-10", FBA_US, 1, "4817219903"),
    (17, "FH-BAG-20F", FBA_CA, 1, "4817168831"),
)
_COUNTED: Final = (  # cycle counts at the 3PLs
    (10, "FH-ROPE-PARA", NJ, -2, UNBOOKED),
    (16, "FH-SAW-FLD", NJ, 3, "ADJ-3314"),
    (23, "FH-MUG-CAFE-12", TORONTO, -1, "ADJ-3321"),
)
_REMOVED: Final = (20, "FH-HDLMP-400", FBA_US, 4, "RMV-58C2107")


def _adjustments() -> Iterator[Event]:
    for day, sku, place, units, reason, reference in _FBA_ADJUSTMENTS:
        yield Event(day, sku, place, "adjustment", units, reference, reason=reason, center=_center(place, reference))
    for day, sku, place, units, reference in _CHANGED:
        out = Event(day, sku, place, "adjustment", -units, reference, reason="Q", center=_center(place, reference))
        yield out
        yield replace(out, units=units, reason="P", disposition="WAREHOUSE_DAMAGED")
    for day, sku, place, units, reference in _COUNTED:
        yield Event(day, sku, place, "adjustment", units, reference)
    day, sku, place, units, reference = _REMOVED
    yield Event(day, sku, place, "removal", -units, reference, disposition="CUSTOMER_DAMAGED", center="ABE2")


def _moved_between_centers() -> Iterator[Event]:
    """Pairs that leave one fulfilment center and reach another on the same day."""
    for place, every in ((FBA_US, 1), (FBA_CA, 3)):
        sold = [product for product in PRODUCTS if product.rate(place) >= 0.5]
        for day in range(0, LAST, every):
            roll = dice("moved", place, day)
            out, into = CENTERS[place][0], CENTERS[place][1 + below(roll, len(CENTERS[place]) - 1)]
            sku, units = sold[below(roll, len(sold))].sku, 1 + below(roll, 4)
            yield Event(day, sku, place, "transfer", -units, center=out)
            yield Event(day, sku, place, "transfer", units, center=into)


@cache
def events() -> tuple[Event, ...]:
    """Everything that happened on the thirty days, oldest first."""
    sources: tuple[Iterable[Event], ...] = (
        _amazon_sales(), _other_sales(), _transfers(), _returns(), _adjustments(), _moved_between_centers(),
    )  # fmt: skip
    return tuple(sorted((one for source in sources for one in source), key=lambda one: one.day))


@cache
def opening() -> dict[tuple[str, str, str], int]:
    """Units per place, SKU and disposition before the first day: what the closing numbers ask for."""
    net: dict[tuple[str, str], int] = defaultdict(int)
    for one in events():
        net[one.place, one.sku] += one.units
    found = {}
    for product in PRODUCTS:
        for place in product.places:
            damaged = _damaged_before(place, product)
            found[place, product.sku, "CUSTOMER_DAMAGED"] = damaged
            found[place, product.sku, SELLABLE] = closing(place, product) - net[place, product.sku] - damaged
    return found


def _damaged_before(place: str, product: Product) -> int:
    if place not in CENTERS or not product.rate(place):
        return 0
    if (product.sku, place) == (_REMOVED[1], _REMOVED[2]):
        return 7
    return below(dice("damaged", place, product.sku), 4) // 2


@cache
def balances() -> tuple[dict[tuple[str, str, str], int], ...]:
    """Units per place, SKU and disposition at the end of each day."""
    standing = defaultdict(int, opening())
    found = []
    for day in range(LAST + 1):
        for one in events():
            if one.day == day:
                standing[one.place, one.sku, one.disposition] += one.units
        assert min(standing.values()) >= 0, (day, min(standing, key=lambda key: standing[key]))
        found.append(dict(standing))
    return tuple(found)


def on_hand(place: str, sku: str, day: int) -> int:
    """Units at a place at the end of a day, whatever their condition."""
    return sum(units for (where, what, _), units in balances()[day].items() if (where, what) == (place, sku))


def allocated(place: str, sku: str, day: int) -> int:
    """Units at a 3PL that belong to orders not yet shipped."""
    if not BY_SKU[sku].rate(place):
        return 0
    return min(on_hand(place, sku, day), below(dice("allocated", place, sku, day), 4))


def pending(place: str, sku: str) -> int:
    """Units ordered from FBA on the last day and not yet shipped."""
    if place not in CENTERS:
        return 0
    return min(on_hand(place, sku, LAST), about(dice("pending", place, sku), 0.4 * BY_SKU[sku].rate(place)))
