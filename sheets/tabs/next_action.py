"""What to do about a gap: one sentence that a buyer can act on, from what the diagnosis found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sheets.engine.diagnosis.legs import ARRIVED, Leg
from sheets.engine.diagnosis.matched import ADDED, LOST, OTHER_UNITS, TWICE
from sheets.engine.diagnosis.parts import (
    IN_TRANSIT,
    LIKELY,
    MAPPING,
    OPEN,
    OUR_COUNT_OLDER,
    PROVEN,
    RECEIVING,
    THEIR_COUNT_OLDER,
    TIMING,
    Diagnosis,
    Part,
)

# The engine's verdicts as buyers read them.
SHOWN: Final = {PROVEN: "Confirmed", LIKELY: "Likely", OPEN: "Not explained"}
_MOST_SHOWN: Final = 3


@dataclass(frozen=True)
class Row:
    """One gap as a sentence needs it. gap: not a number where the authority has no count.

    today: the reconciliation's local day; claim_days: see Settings.
    """

    authority: str
    system: str
    location: str
    gap: float
    today: int
    legs: Mapping[str, Leg]
    claim_days: int = 60


def shown_day(day: int) -> str:
    """`Thu 26 Nov`, for a day counted from 1970."""
    return f"{date(1970, 1, 1) + timedelta(days=day):%a} {_short(day)}"


def _short(day: int) -> str:
    when = date(1970, 1, 1) + timedelta(days=day)
    return f"{when.day} {when:%b}"


def shown_cause(cause: str | None) -> str | None:
    """A cause as tabs show it."""
    return cause.capitalize() if isinstance(cause, str) else None


def referred(part: Part) -> str:
    """The first references of a part, and how many more."""
    more = len(part.references) - _MOST_SHOWN
    return ", ".join(part.references[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def what_to_do(found: Diagnosis | None, row: Row, threshold: float) -> str:
    """The next action for the largest part; where more is open than is tolerated, what is still to be found."""
    if found is None and row.gap != row.gap:
        return f"Ask {row.authority} why it does not list this SKU here; {row.system} does"
    if found is None:
        word = "more" if row.gap > 0 else "fewer"
        return f"Order by {row.authority}; find out why {row.system} has {abs(row.gap):,.0f} {word}"
    if found.unread:
        return f"Order by {row.authority}; nothing was read of {row.system}: Start says why"
    if found.verdict(threshold) == OPEN:
        left = abs(found.remainder)
        word = "more" if found.remainder > 0 else "fewer"
        known = f"; {referred(found.parts[0])} explains {abs(found.parts[0].units):,}" if _refers(found) else ""
        return f"Order by {row.authority}; find out why {row.system} has {left:,} {word}{known}"
    return _said(found.parts[0], found, row)


def _refers(found: Diagnosis) -> bool:
    return bool(found.parts) and bool(found.parts[0].references)


def _said(part: Part, found: Diagnosis, row: Row) -> str:
    if part.cause == TIMING:
        return _timing(part, found, row)
    if part.cause in (IN_TRANSIT, RECEIVING):
        return _under_way(part, found, row)
    return _mapping(part, row) if part.cause == MAPPING else _transaction(part, row)


def _until(found: Diagnosis, row: Row) -> str | None:
    """`Wait until Thu 26 Nov`; None once that day has passed, or where nothing tells the day."""
    if found.closes is None or found.closes < row.today:
        return None
    return f"Wait until {shown_day(max(found.closes, row.today + 1))}"


def _timing(part: Part, found: Diagnosis, row: Row) -> str:
    units = f"{abs(part.units):,} unit{'s' if abs(part.units) != 1 else ''}"
    since = f" of {shown_day(part.since)}" if part.since is not None else ""
    if part.kind == OUR_COUNT_OLDER:
        return f"Export {row.authority} again: its count is{since}, {units} moved since"
    if part.kind == THEIR_COUNT_OLDER:
        return f"Wait for a newer count of {row.system}: this one is{since}, {units} moved since"
    wait = _until(found, row)
    if wait is None:
        return f"Ask {row.system} why {units}{since} are still not in"
    return f"{wait}: {row.system} books late, {units}{since}"


def _under_way(part: Part, found: Diagnosis, row: Row) -> str:
    leg = next((row.legs[reference] for reference in part.references if reference in row.legs), None)
    if leg is None:
        return f"Look at {referred(part)}: {abs(part.units):,} units are under way"
    if leg.short:
        until = ""
        if leg.closed_at is not None:
            until = f" by {shown_day(leg.closed_at // (24 * 3_600_000_000) + row.claim_days)}"
        return (
            f"Claim {leg.open_units:,} units{until}: {leg.shipment} closed with {leg.received:,} of {leg.shipped:,}; "
            f"then correct {row.system}"
        )
    state = f"{leg.shipment} is under way, {leg.shipped or 0:,} units"
    if leg.status in ARRIVED:
        state = f"{leg.shipment} is receiving, {leg.received or 0:,} of {leg.shipped or 0:,} in"
    wait = _until(found, row)
    if wait is not None:
        return f"{wait}: {state}"
    if found.closes is not None:
        return f"Ask about {leg.shipment}: it should have closed by {shown_day(found.closes)}; {state}"
    return f"Wait until it closes: {state}"


def _mapping(part: Part, row: Row) -> str:
    what, _, rest = part.kind.partition(":")
    if what == "filter":
        _, _, word = rest.partition(":")
        many = len(part.references)
        orders = f"{many} orders, " if many else ""
        since = f" since {_short(part.since)}" if part.since is not None else ""
        return f"Ask {row.system} why {word} orders are left out: {orders}{abs(part.units):,} units{since}"
    if what == "alias":
        return f"Name {part.references[0]} in Identifiers: {row.system} keeps {abs(part.units):,} units under it"
    if what == "pack":
        word, _, pack = rest.partition(":")
        if word == "cases":
            return f"Set Units Per to {pack} in Identifiers: {row.system} counts cases of {pack}"
        return f"Look at Units Per in Identifiers: {row.system} counts each unit {pack} times"
    if what == "also":
        return f"Ask {row.system} why it counts {rest} here too"
    if what == "gone":
        return f"Ask {row.system} why it no longer lists this SKU here"
    return f"Ask {row.system} why it does not list this SKU here"


def _transaction(part: Part, row: Row) -> str:
    day = f" of {shown_day(part.since)}" if part.since is not None else ""
    units, name = f"{abs(part.units):,} units", referred(part)
    if part.kind == LOST and name:
        return f"Book {name}{day} in {row.system}: {units} are not in its count"
    if part.kind == LOST:
        return f"Book {units}{day} in {row.system}: {row.authority} has them, it has not"
    if part.kind == TWICE:
        return f"Take {name or 'the movement'}{day} off {row.system} once: {units} are booked twice"
    if part.kind == OTHER_UNITS:
        more = "too many" if part.units > 0 else "too few"
        return f"Correct {name or 'the movement'}{day} in {row.system}: {units} {more}"
    if part.kind == ADDED and name:
        return f"Look at {name}{day} in {row.system}: {units} that {row.authority} does not know"
    return f"Ask {row.system} what it booked on {shown_day(part.since) if part.since else 'that day'}: {units}"
