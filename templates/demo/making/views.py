"""What Skubana and Flieber believe: the same events, less or more than what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from making.catalogue import FBA_US, LAST, NJ, PRODUCTS, dice
from making.shipments import DOUBLE, HEADLAMPS, PALLET, SHIPMENTS, SHORT
from making.truth import CENTERS, LOST, UNBOOKED, Event, events, opening

SKUBANA, FLIEBER = "Skubana", "Flieber"
NEWEST: Final = {SKUBANA: LAST, FLIEBER: LAST - 1}  # Flieber's file of the last day never came
FILTERED_SINCE: Final = 23  # Flieber leaves wholesale orders out from 2026-09-29
UNPLANNED: Final = "FH-HMMCK-DBL"  # the SKU Flieber does not know
RENAMED: Final = ("FH-HTCHT-14", "FH-HTCHT-14-FBM")  # the SKU, and Skubana's name for it in New Jersey
STORY_SKUS: Final = {
    "FH-TENT-4P-TAN", "FH-HDLMP-400", "FH-STOVE-BKPK", "FH-CHAIR-CAMP", "FH-BTL-32-STL", "FH-LNTRN-USB",
    "FH-TARP-3X3", UNPLANNED, RENAMED[0], "FH-FILTR-SQZ", "FH-PAD-INFL",
}  # fmt: skip

Change = tuple[int, str, str, int]  # day, place, SKU, units


def _as_seen_by_skubana(one: Event) -> Iterator[Change]:
    if one.channel == "Shopify" or one.reference in (LOST, UNBOOKED):
        return
    if one.place == FBA_US and one.kind == "receipt" and one.reference == PALLET:
        return  # counted whole when it landed
    if (one.reference, one.day) == (HEADLAMPS, LAST):
        yield one.day + 1, one.place, one.sku, one.units
        return
    yield one.day, one.place, one.sku, one.units


def _skubana_alone() -> Iterator[Change]:
    """What Skubana counts that did not happen, or not then."""
    pallet = next(one for one in SHIPMENTS if one.shipment == PALLET)
    short = next(one for one in SHIPMENTS if one.shipment == SHORT)
    assert pallet.arrived is not None
    assert short.closed is not None
    for sku, units in pallet.lines.items():
        yield pallet.arrived, FBA_US, sku, units
    for sku, units in short.lines.items():
        yield short.closed, FBA_US, sku, units - short.received(sku)
    yield LAST, FBA_US, "FH-HDLMP-400", 1  # one of the last day's sales is not in yet


def _as_seen_by_flieber(one: Event) -> Iterator[Change]:
    if one.kind == "transfer_out" and one.reference == DOUBLE:
        return
    if one.place == NJ and one.order_type == "wholesale" and one.day >= FILTERED_SINCE:
        return
    yield one.day, one.place, one.sku, one.units


def _late(system: str) -> Iterator[Change]:
    """Now and then one unit of a day's sales is seen a day late."""
    for one in events():
        if one.kind != "sale" or one.sku in STORY_SKUS or one.channel == "Shopify":
            continue
        share = 0.12 if one.place in CENTERS else 0.05
        if one.order_type != "wholesale" and dice("late", system, one.reference).random() < share:
            yield one.day, one.place, one.sku, 1
            yield one.day + 1, one.place, one.sku, -1


def _changes(system: str) -> Iterator[Change]:
    for one in events():
        yield from _as_seen_by_skubana(one) if system == SKUBANA else _as_seen_by_flieber(one)
    if system == SKUBANA:
        yield from _skubana_alone()
    yield from _late(system)


@cache
def believed(system: str) -> tuple[dict[tuple[str, str], int], ...]:
    """Units per place and SKU at the end of each day, as a system has them."""
    standing: dict[tuple[str, str], int] = defaultdict(int)
    for (place, sku, _), units in opening().items():
        standing[place, sku] += units
    by_day: dict[int, list[Change]] = defaultdict(list)
    for change in _changes(system):
        by_day[change[0]].append(change)
    found = []
    for day in range(LAST + 1):
        for _, place, sku, units in by_day[day]:
            standing[place, sku] += units
        found.append(dict(standing))
    return tuple(found)


def listed(system: str) -> list[tuple[str, str]]:
    """Places and SKUs that a system lists."""
    skus = [product for product in PRODUCTS if system != FLIEBER or product.sku != UNPLANNED]
    return [(place, product.sku) for product in skus for place in product.places]
