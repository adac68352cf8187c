"""What changed between two nights: flags that are new, closed or moved, and SKUs put on HOLD or freed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sheets.nights.night import Flag, Frozen, Key, Night


class Told(Frozen):
    """What a night before said, as far as another is compared to it. day: the brand's own."""

    number: int
    day: date
    flags: tuple[Flag, ...] = ()
    holds: tuple[str, ...] = ()


class Moved(Frozen):
    """A flag that is open on both nights, and the gap that it had."""

    flag: Flag
    gap: float | None


class Changes(Frozen):
    """What changed since a night. silent: flagged then, and not to be told now since a count is stale."""

    number: int
    day: date
    new: tuple[Flag, ...] = ()
    closed: tuple[Flag, ...] = ()
    silent: tuple[Flag, ...] = ()
    moved: tuple[Moved, ...] = ()
    holds: tuple[str, ...] = ()
    freed: tuple[str, ...] = ()

    @property
    def some(self) -> bool:
        """Whether anything changed."""
        return any((self.new, self.closed, self.silent, self.moved, self.holds, self.freed))


def told_of(night: Night) -> Told:
    """What a night says, to compare the next one to."""
    return Told(number=night.number, day=night.local.date(), flags=night.flags, holds=night.holds)


def told_from(number: int, at: datetime, zone: str, flags: Collection[Flag], holds: Collection[str]) -> Told:
    """The same of a refresh that was worked out again from history."""
    return Told(number=number, day=at.astimezone(ZoneInfo(zone)).date(), flags=tuple(flags), holds=tuple(holds))


def changes_since(then: Told, now: Night, stale: Collection[Key] = ()) -> Changes:
    """What changed from one night to another. stale: gaps of which nothing new is known now.

    What a buyer accepted as KNOWN in between is no change; a gap has moved when it differs by more than is tolerated.
    """
    before, open_now = {one.key: one for one in then.flags}, {one.key: one for one in now.flags}
    gone = [one for one in then.flags if one.key not in open_now and one.key not in set(now.known)]
    both = [(before[key], one) for key, one in open_now.items() if key in before]
    return Changes(
        number=then.number,
        day=then.day,
        new=tuple(one for key, one in open_now.items() if key not in before),
        closed=tuple(one for one in gone if one.key not in stale),
        silent=tuple(one for one in gone if one.key in stale),
        moved=tuple(Moved(flag=new, gap=old.gap) for old, new in both if _moved(old, new)),
        holds=tuple(sku for sku in now.holds if sku not in set(then.holds)),
        freed=tuple(sku for sku in then.holds if sku not in set(now.holds)),
    )


def _moved(old: Flag, new: Flag) -> bool:
    if old.gap is None or new.gap is None:
        return old.gap is not new.gap
    tolerated = new.threshold if new.threshold is not None else old.threshold
    return abs(new.gap - old.gap) > (tolerated or 0)
