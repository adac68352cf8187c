"""What the 3PL's portal, Skubana, Flieber and Shopify saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from making.catalogue import CASE_OF_12, FBA_CA, FBA_US, LAST, NJ, PRODUCTS, TORONTO, day
from making.seller_central import COUNTRIES
from making.shipments import CONTAINERS, SHIPMENTS, in_transit
from making.truth import Event, allocated, events, on_hand, pending
from making.views import FILTERED_SINCE, FLIEBER, NEWEST, RENAMED, SKUBANA, UNPLANNED, believed, listed
from making.writing import Row, write_table

SKUBANA_NAMES: Final = {NJ: "NJ-01", TORONTO: "TOR-01", FBA_US: "Amazon FBA US", FBA_CA: "Amazon FBA CA"}
FLIEBER_NAMES: Final = {NJ: "New Jersey 3PL", TORONTO: "Toronto 3PL", FBA_US: "Amazon US", FBA_CA: "Amazon Canada"}
CASE_SKU: Final = f"{CASE_OF_12}-CS12"
_COUNTS: Final = ("sku", "location", "state", "units", "as_of")
_MOVEMENTS: Final = ("sku", "location", "event", "units", "at", "reference", "order_type", "channel")
_SHIPMENTS: Final = (
    "shipment", "sku", "from_location", "to_location", "status", "shipped_units", "received_units", "shipped_at",
    "arrived_at", "closed_at",
)  # fmt: skip
_ORDERS: Final = ("channel", "order_type", "day", "sku", "orders", "units")
_SKUBANA: Final = (
    "masterSku", "warehouseName", "onHandQuantity", "availableQuantity", "allocatedQuantity", "lockedQuantity",
    "inTransitQuantity",
)  # fmt: skip
_FLIEBER: Final = ("sku", "location_name", "onHandInventoryUnits", "inbound_quantity")
_PORTAL_STATUS: Final = {
    "WORKING": "PLANNED", "SHIPPED": "SHIPPED", "IN_TRANSIT": "IN_TRANSIT", "DELIVERED": "DELIVERED",
    "RECEIVING": "DELIVERED", "CLOSED": "CLOSED",
}  # fmt: skip


def write_portal(folder: Path) -> None:
    """The 3PL's own counts, movements and shipments, in tables anyone can drop."""
    counts = [row for at in range(LAST + 1) for product in PRODUCTS for row in _portal_counts(product.sku, at)]
    write_table(folder / "counts.csv", _COUNTS, counts)
    movements = [
        (one.sku, one.place, one.kind, one.units, day(one.day), one.reference, one.order_type, one.channel)
        for one in events()
        if one.place in (NJ, TORONTO)
    ]
    write_table(folder / "movements.csv", _MOVEMENTS, movements)
    write_table(folder / "shipments.csv", _SHIPMENTS, _portal_shipments())


def _portal_counts(sku: str, at: int) -> list[Row]:
    """The portal lists what it has, and leaves out what it has none of."""
    rows: list[Row] = []
    for place in (NJ, TORONTO):
        units = on_hand(place, sku, at)
        if units:
            held = allocated(place, sku, at)
            for state, number in (("on_hand", units), ("available", units - held), ("allocated", held)):
                rows.append((sku, place, state, number, day(at)))
    return rows


def _portal_shipments() -> list[Row]:
    """What left the 3PL, without Amazon's received units; and suppliers' containers that came in."""
    rows: list[Row] = []
    for one in SHIPMENTS:
        for sku, units in one.lines.items():
            dates = [day(at) if at is not None else "" for at in (one.shipped, one.arrived, one.closed)]
            rows.append((one.shipment, sku, one.origin, one.place, _PORTAL_STATUS[one.status()], units, "", *dates))
    for reference, place, at, lines in CONTAINERS:
        for sku, units in lines.items():
            rows.append((reference, sku, "", place, "CLOSED", units, units, day(at - 31), day(at - 1), day(at)))
    return rows


def write_skubana(folder: Path) -> None:
    """One file of counts a day, and the orders that reached it: none of Shopify's."""
    for at in range(NEWEST[SKUBANA] + 1):
        rows = [row for place, sku in listed(SKUBANA) for row in _skubana_counts(place, sku, at)]
        write_table(folder / f"inventory-{day(at)}.csv", _SKUBANA, rows)
    orders = [one for one in _all_orders() if one.channel != "Shopify"]
    _write_orders(folder, orders, lambda one: RENAMED[1] if (one.sku, one.place) == (RENAMED[0], NJ) else one.sku)


def _skubana_counts(place: str, sku: str, at: int) -> list[Row]:
    units, name = believed(SKUBANA)[at][place, sku], SKUBANA_NAMES[place]
    held = min(units, allocated(place, sku, at)) if place in (NJ, TORONTO) else 0
    coming = in_transit(place, sku, at) if place in (FBA_US, FBA_CA) else 0
    if (sku, place) == (CASE_OF_12, NJ):
        cases, loose = (units - held) // 12, (units - held) % 12 + held
        return [(CASE_SKU, name, cases, cases, 0, 0, 0), (sku, name, loose, loose - held, held, 0, coming)]
    shown = RENAMED[1] if (sku, place) == (RENAMED[0], NJ) else sku
    return [(shown, name, units, units - held, held, 0, coming)]


def write_flieber(folder: Path) -> None:
    """One file of counts a day up to the day before the last, and sales without the wholesale it filters out."""
    for at in range(NEWEST[FLIEBER] + 1):
        rows = [
            (
                sku,
                FLIEBER_NAMES[place],
                believed(FLIEBER)[at][place, sku],
                in_transit(place, sku, at) if place in (FBA_US, FBA_CA) else 0,
            )
            for place, sku in listed(FLIEBER)
        ]
        write_table(folder / f"inventory-levels-{day(at)}.csv", _FLIEBER, rows)
    orders = [
        one
        for one in _all_orders()
        if one.day <= NEWEST[FLIEBER]
        and one.sku != UNPLANNED
        and not (one.order_type == "wholesale" and one.day >= FILTERED_SINCE)
    ]
    _write_orders(folder, orders, lambda one: one.sku)


def write_shopify(folder: Path) -> None:
    """The store's own orders."""
    _write_orders(folder, [one for one in events() if one.channel == "Shopify"], lambda one: one.sku)


def _all_orders() -> list[Event]:
    """Every order of the thirty days, those not yet shipped too."""
    waiting = [
        Event(LAST, product.sku, country.place, "sale", -1, "", "fba", f"Amazon {country.code}")
        for country in COUNTRIES
        for product in country.products
        for _ in range(pending(country.place, product.sku))
    ]
    return [one for one in events() if one.kind == "sale"] + waiting


def _write_orders(folder: Path, orders: list[Event], name: Callable[[Event], str]) -> None:
    found: dict[tuple[str, str, int, str], list[int]] = defaultdict(list)
    for one in orders:
        found[one.channel, one.order_type, one.day, name(one)].append(-one.units)
    rows = [
        (channel, order_type, day(at), sku, len(units), sum(units))
        for (channel, order_type, at, sku), units in sorted(found.items())
    ]
    write_table(folder / "orders.csv", _ORDERS, rows)
