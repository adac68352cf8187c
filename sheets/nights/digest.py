"""The digest of a night: what is flagged and what to do, what changed, what was set aside. A good night is one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from sheets.money import money
from sheets.nights.night import Aside, Flag, Night, Stale
from sheets.nights.since import Changes, Moved
from sheets.nights.written import Digest, Line, Link, Name, Part, Piece

MOST: Final = 20

# The address of a tab's row, where the workbook has one.
Linked = Callable[[str, int], str | None]


def unlinked(tab: str, row: int) -> str | None:
    """A workbook file has a path, and no address of a row."""
    return None


def digest_of(
    brand: str,
    night: Night,
    changes: Changes | None,
    *,
    workbook: str,
    tab: str = "Daily Check",
    first_row: int = 5,
    link: Linked = unlinked,
) -> Digest:
    """The digest of a night that went well. changes: None before anything was told.

    workbook: its path or address. tab, first_row: where the first row of the daily check stands, counted from 1.
    """
    parts = [
        _flagged(night, tab, first_row, link),
        *_changed(changes, night),
        *_listed("Set aside", [_aside(one) for one in night.set_aside]),
        *_listed("Too old", [_stale(one) for one in night.stale if _of_its_own(one, night)]),
    ]
    if night.missed is None and not night.flags and not night.set_aside and not any(parts[1:]) and not old_by(night):
        line = f"{brand}: refresh {night.number} at {night.local:%H:%M}, nothing flagged, set aside or changed"
        return Digest(f"{brand}: nothing to do", (Part((line,)),), good=True)
    said = [f"Refresh {night.number} at {night.local:%H:%M}", *beside(night)]
    return Digest(f"{brand}: {in_short(night)}", (Part(("; ".join(said),)), Part((f"Workbook: {workbook}",)), *parts))


def failed_digest(brand: str, line: str, last: Night | None, *, partly: bool = False) -> Digest:
    """The digest of a night without a refresh. line: what went wrong; last: the last good one.

    partly: the workbook may be written in part.
    """
    parts = [Part((line,))]
    if partly:
        parts.append(Part(("The workbook may be written in part: do not go by it before the next good refresh",)))
    if last is not None and partly:
        parts.append(
            Part((f"The last good refresh was {last.number} of {last.local:%Y-%m-%d %H:%M}: {in_short(last)}",))
        )
    elif last is not None:
        good = f"The workbook is as refresh {last.number} of {last.local:%Y-%m-%d %H:%M} left it: {in_short(last)}"
        parts.append(Part((good,)))
    return Digest(f"{brand}: the refresh FAILED", tuple(parts))


def in_short(night: Night) -> str:
    """`4 flags, $12,300 at cost`."""
    count = len(night.flags)
    if not count:
        return "no flags"
    flags = f"{count:,} flag{'' if count == 1 else 's'}"
    priceless = sum(one.at_cost is None for one in night.flags)
    worth = [] if night.at_cost is None else [f"{money(night.at_cost, night.currency)} at cost"]
    worth += [f"{priceless:,} without a cost"] if priceless else []
    return ", ".join([flags, *worth])


def beside(night: Night) -> list[str]:
    """What a night says beside its flags: that nights were missed, and that all counts are old."""
    said = []
    if night.missed is not None:
        nights = "1 night" if night.missed.nights == 1 else f"{night.missed.nights:,} nights"
        said.append(f"first refresh since {night.missed.since}: {nights} missed")
    if (days := old_by(night)) and night.newest is not None:
        said.append(f"the newest count of all is of {night.newest}, {days:,} days before")
    return said


def old_by(night: Night) -> int:
    """The days that the newest count of all is behind the night, 0 for one: exports stopped coming."""
    days = 0 if night.newest is None else (night.local.date() - night.newest).days
    return days if days > 1 else 0


def _flagged(night: Night, tab: str, first_row: int, link: Linked) -> Part:
    if not night.flags:
        return Part(("Nothing is flagged",))
    items = [_flag(one, night, tab, first_row + at, link) for at, one in enumerate(night.flags[:MOST])]
    heading = f"Flagged, the most money at risk first: {in_short(night)}"
    if len(night.flags) > MOST:
        heading += f"; the first {MOST}, {len(night.flags) - MOST:,} more on the tab {tab}"
    return Part((heading,), tuple(items), numbered=True)


def _flag(one: Flag, night: Night, tab: str, row: int, link: Linked) -> tuple[Line, ...]:
    cost = "no cost known" if one.at_cost is None else f"{money(one.at_cost, night.currency)} at cost"
    gap = "" if one.gap is None else f", gap {one.gap:+,.0f}"
    units = f"{one.authority or 'Authority'} {_units(one.authority_units)}, {one.system} {_units(one.system_units)}"
    cause = "" if one.cause.upper() == one.flag else one.cause
    why = ", ".join(part for part in (one.flag, cause, one.verdict) if part)
    address, place = link(tab, row), f"{tab}, row {row}"
    title = f" {one.title}," if one.title else ""
    return (
        (Name(one.sku), f"{title} {one.location}"),
        (f"{units}{gap}, {cost}",),
        (f"{why}: {one.todo}" if one.todo else why,),
        (place if address is None else Link(place, address),),
    )


def _changed(changes: Changes | None, night: Night) -> list[Part]:
    if changes is None or not changes.some:
        return []
    items: list[tuple[Line, ...]] = []
    items += _some("New", [_gap_of(one) for one in changes.new])
    items += _some("Closed", [_place_of(one) for one in changes.closed])
    items += _some("Not known now, a count is STALE", [_place_of(one) for one in changes.silent])
    items += _some("Moved", [_moved(one) for one in changes.moved])
    items += _some("On HOLD now", [(Name(sku),) for sku in changes.holds])
    items += _some("No longer on HOLD", [(Name(sku),) for sku in changes.freed])
    return [Part((f"Changed since refresh {changes.number} of {changes.day}",), tuple(items))]


def _some(word: str, lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Items that begin with a word, the first of many."""
    found: list[tuple[Line, ...]] = [((f"{word}: ", *line),) for line in lines[:MOST]]
    return found + ([((f"{word}: {len(lines) - MOST:,} more",),)] if len(lines) > MOST else [])


def _place_of(one: Flag) -> Line:
    return Name(one.sku), f" at {one.location} in {one.system}"


def _gap_of(one: Flag) -> Line:
    said: Piece = f", {one.system} {_units(one.system_units)}" if one.gap is None else f", gap {one.gap:+,.0f}"
    return *_place_of(one), said


def _moved(one: Moved) -> Line:
    then, now = (_signed(gap) for gap in (one.gap, one.flag.gap))
    return *_place_of(one.flag), f", gap from {then} to {now}"


def _listed(heading: str, lines: Sequence[str]) -> list[Part]:
    if not lines:
        return []
    more = [f"{len(lines) - MOST:,} more, all in the Log"] if len(lines) > MOST else []
    return [Part((heading,), tuple(((line,),) for line in [*lines[:MOST], *more]))]


def _aside(one: Aside) -> str:
    kept = "no count stands in its place" if one.kept is None else f"the count of {one.kept} stands in its place"
    return f"{one.system}: {one.reason.rstrip('.')}. {kept[0].upper()}{kept[1:]}{_since(one.since)}"


def _since(day: date | None) -> str:
    return "" if day is None else f"; so since {day}"


def _stale(one: Stale) -> str:
    return f"{one.system}: " + ("no count" if one.newest is None else f"the newest count is of {one.newest}")


def _of_its_own(one: Stale, night: Night) -> bool:
    return one.system not in {aside.system for aside in night.set_aside}


def _units(number: float | None) -> str:
    return "none" if number is None else f"{number:,.0f}"


def _signed(number: float | None) -> str:
    return "none" if number is None else f"{number:+,.0f}"
