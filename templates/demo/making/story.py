"""Every fault that was planted, with the gap it leaves on the last day and the references that explain it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from making.catalogue import BY_SKU, CASE_OF_12, FBA_US, KIT, LAST, NJ, SEGMENT, TORONTO, TRANSIT, closing, day
from making.other_systems import CASE_SKU
from making.setup import MAX_COVER, OVERSTOCKED
from making.shipments import DOUBLE, HEADLAMPS, PALLET, SHORT, in_transit
from making.truth import LOST, events, on_hand
from making.views import FILTERED_SINCE, FLIEBER, NEWEST, RENAMED, SKUBANA, UNPLANNED, believed
from making.writing import write_bytes

Part = tuple[str, int, list[str]]  # cause, units, references
_WORDS: Final = ("timing", "in transit", "receiving", "mapping", "transaction")


@dataclass(frozen=True)
class Fault:
    """One planted fault; `parts` are what the gap is made of besides what the day-old file explains."""

    id: str
    sku: str | None
    location: str | None
    system: str | None
    what: str
    parts: tuple[Part, ...] = ()
    missing: bool = False  # the system does not list the SKU there


def _references(sku: str, place: str, channel: str, since: int = 0) -> list[str]:
    return [
        one.reference
        for one in events()
        if (one.sku, one.place, one.channel) == (sku, place, channel) and one.day >= since
    ]


def _units(sku: str, place: str, channel: str, since: int = 0) -> int:
    return -sum(
        one.units for one in events() if (one.sku, one.place, one.channel) == (sku, place, channel) and one.day >= since
    )


def _channel(sku: str, place: str, channel: str, since: int = 0) -> tuple[Part, ...]:
    return (("mapping", _units(sku, place, channel, since), _references(sku, place, channel, since)),)


def faults() -> list[Fault]:
    """The story, in the order in which it is told."""
    bottle, lantern, tarp, lamps = "FH-BTL-32-STL", "FH-LNTRN-USB", "FH-TARP-3X3", "FH-HDLMP-400"
    return [
        Fault(
            "a-skubana", lamps, FBA_US, SKUBANA,
            "24 units were received on 2026-10-05 and Skubana has not booked them; one sale of that day is not in yet.",
            (("receiving", -24, [HEADLAMPS]), ("timing", 1, [])),
        ),
        Fault("a-flieber", lamps, FBA_US, FLIEBER, "Flieber's file is a day old: 24 received and 14 sold since then."),
        Fault("b", OVERSTOCKED, None, None, _overstock()),
        Fault(
            "c", "FH-STOVE-BKPK", NJ, FLIEBER,
            "60 units left for FBA US on 2026-10-02; Flieber counts them at 3PL NJ still, and in its inbound too.",
            (("in transit", 60, [DOUBLE]),),
        ),
        Fault(
            "d", "FH-CHAIR-CAMP", FBA_US, SKUBANA,
            "A pallet of 80 landed on 2026-10-02 and 40 are received; Skubana counts all 80 at FBA US.",
            (("receiving", 40, [PALLET]),),
        ),
        Fault(
            "e", bottle, NJ, FLIEBER,
            "Flieber filters wholesale orders out since 2026-09-29: three orders never came off its count.",
            _channel(bottle, NJ, "Wholesale", FILTERED_SINCE),
        ),
        Fault(
            "f-nj", lantern, NJ, SKUBANA,
            "Shopify sends its orders to the 3PL since 2026-09-21; none of them reaches Skubana.",
            _channel(lantern, NJ, "Shopify"),
        ),
        Fault(
            "f-toronto", tarp, TORONTO, SKUBANA,
            "Shopify sends its orders to the 3PL since 2026-09-21; none of them reaches Skubana.",
            _channel(tarp, TORONTO, "Shopify"),
        ),
        Fault("g-nj", UNPLANNED, NJ, FLIEBER, "Flieber lists this SKU nowhere.", missing=True),
        Fault("g-fba-us", UNPLANNED, FBA_US, FLIEBER, "Flieber lists this SKU nowhere.", missing=True),
        Fault(
            "h", RENAMED[0], NJ, SKUBANA,
            f"Skubana keeps these units under {RENAMED[1]}, which Identifiers does not name.",
            (("mapping", -on_hand(NJ, RENAMED[0], LAST), [RENAMED[1]]),), missing=True,
        ),
        Fault(
            "i", "FH-FILTR-SQZ", FBA_US, SKUBANA,
            "Amazon misplaced 24 units on 2026-10-01 (reason M); Skubana never booked the adjustment.",
            (("transaction", 24, [LOST]),),
        ),
        Fault(
            "j", "FH-PAD-INFL", FBA_US, SKUBANA,
            "A shipment of 60 was closed at 57 on 2026-09-27; Skubana booked 60, a gap within the threshold.",
            (("receiving", 3, [SHORT]),),
        ),
        Fault("k", None, None, FLIEBER, "Flieber's newest file is of 2026-10-04; none came on 2026-10-05."),
        Fault(
            "k-transit", lamps, TRANSIT[FBA_US], FLIEBER,
            "Flieber's file is a day old: 24 units on the way then were received on 2026-10-05.",
        ),
        Fault(
            "case", CASE_OF_12, NJ, SKUBANA,
            f"Works: {CASE_SKU} counts cases of 12, and Identifiers says so.",
            _channel(CASE_OF_12, NJ, "Shopify"),
        ),
        Fault("kit", "FH-KIT-COOK", None, None, f"Works: a kit of {' and '.join(KIT)}, kept as stock of its own."),
    ]  # fmt: skip


def _overstock() -> str:
    units, cover = standing("Canada", OVERSTOCKED), 2 * MAX_COVER
    return (
        f"{units:,} units in Canada sell 2 a day: {units - cover:,} more than {MAX_COVER} days need, "
        f"${(units - cover) * BY_SKU[OVERSTOCKED].cost:,.0f}, hidden by the total."
    )


def standing(segment: str, sku: str) -> int:
    """Units of a SKU in a segment at the end, on the way included."""
    places = [place for place in BY_SKU[sku].places if SEGMENT[place] == segment]
    on_the_way = sum(in_transit(place, sku, LAST) for place in places if place in TRANSIT)
    return sum(closing(place, BY_SKU[sku]) for place in places) + on_the_way


def _authority(fault: Fault, at: int) -> int:
    """The authority's units at the end of a day."""
    assert fault.sku
    assert fault.location
    for place, transit in TRANSIT.items():
        if fault.location == transit:
            return in_transit(place, fault.sku, at)
    return on_hand(fault.location, fault.sku, at)


def _system(fault: Fault) -> int | None:
    """The system's newest units; None where it does not list the SKU."""
    assert fault.system
    at = NEWEST[fault.system]
    if fault.missing:
        return None
    if fault.location in TRANSIT.values():
        return _authority(fault, at)
    return believed(fault.system)[at][str(fault.location), str(fault.sku)]


def _told(fault: Fault) -> dict[str, object]:
    told: dict[str, object] = {
        "id": fault.id, "sku": fault.sku, "location": fault.location, "system": fault.system, "what": fault.what,
    }  # fmt: skip
    if not (fault.sku and fault.location and fault.system):
        return {**told, "gap": None, "references": []}
    authority, system = _authority(fault, LAST), _system(fault)
    gap = (system or 0) - authority
    parts = list(_parts(fault, authority, gap))
    assert sum(units for _, units, _ in parts) == gap, (fault.id, gap, parts)
    return {
        **told,
        "gap": gap,
        "references": [reference for _, _, references in parts for reference in references],
        "authority_units": authority,
        "system_units": system,
        "flagged": abs(gap) > round(max(0.03 * authority, 10), 6),
        "cause": min(parts, key=lambda part: (-abs(part[1]), _WORDS.index(part[0])))[0] if parts else None,
        "explained": [{"cause": cause, "units": units, "references": names} for cause, units, names in parts],
    }


def _parts(fault: Fault, authority: int, gap: int) -> Iterator[Part]:
    yield from fault.parts
    if fault.missing and not fault.parts:
        yield "mapping", -authority, []
    newest = NEWEST[fault.system or FLIEBER]
    since = _authority(fault, newest)
    if since != authority and not fault.missing:
        yield "timing", since - authority, _received_after(newest, str(fault.sku))


def _received_after(at: int, sku: str) -> list[str]:
    """Shipments received after a day; sales have no reference in Amazon's ledger."""
    return [one.reference for one in events() if one.kind == "receipt" and one.sku == sku and one.day > at]


def write_story(folder: Path) -> None:
    """story.json: one entry per fault; gaps are as of the last day."""
    story = {"as_of": str(day(LAST)), "faults": [_told(fault) for fault in faults()]}
    write_bytes(folder / "story.json", (json.dumps(story, indent=1, ensure_ascii=False) + "\n").encode())
