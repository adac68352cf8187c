"""Matched: two systems' movements of one SKU at one place laid against each other; what differs is a difference.

First by reference, since a shipment's or a purchase order's number is the same everywhere. Where two systems
number the same thing each in its own way, by event, units and day, a day or two of late posting allowed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sheets.engine.diagnosis.moves import Moves
from sheets.engine.tally import DAY

POSTED_LATE: Final = 2 * DAY

LOST: Final = "lost"  # here and not there
ADDED: Final = "added"  # there and not here
TWICE: Final = "twice"
OTHER_UNITS: Final = "other units"


@dataclass(frozen=True)
class Difference:
    """Movements on which two systems do not agree; units are what the gap got from it.

    linked: a reference that both know proves it. alternatives: other movements that it may be as well.
    ours: places of the authority's movements; theirs: of the secondary's.
    """

    what: str
    units: int
    kind: str
    at: int
    day: int
    references: tuple[str, ...]
    order_type: str | None
    channel: str | None
    linked: bool
    ours: tuple[int, ...] = ()
    theirs: tuple[int, ...] = ()
    alternatives: int = 0


@dataclass(frozen=True)
class Match:
    """differences; paired: which of the authority's movements were found at the other side."""

    differences: tuple[Difference, ...]
    paired: np.ndarray


def matched(
    ours: Moves,
    theirs: Moves,
    shares_numbers: Callable[[str], bool],
    lag_days: Mapping[str, int],
    words: tuple[str, ...] = ("order_type",),
) -> Match:
    """What of both ledgers does not agree.

    lag_days: for each kind, how late the other side books it. shares_numbers: whether both systems use one number
    for that kind. words: of order type and channel, those for
    which both use the same words: movements that differ in one are not the same.
    """
    left, right = _Side(ours), _Side(theirs)
    found = _by_reference(ours, theirs, left, right)
    _by_units(ours, theirs, left, right, words, lag_days)
    _by_day(ours, theirs, left, right)
    found += _twice(ours, theirs, left, right, words)
    found += _other_units(ours, theirs, left, right, shares_numbers)
    for number in left.rest():
        linked = ours.reference[number] is not None and shares_numbers(ours.kind[number])
        alike = [
            n for n in range(len(ours))
            if n != number and ours.kind[n] == ours.kind[number] and ours.units[n] == ours.units[number]
            and abs(int(ours.at[n]) - int(ours.at[number])) <= POSTED_LATE
        ]  # fmt: skip
        found.append(replace(_one(ours, number, LOST, -int(ours.units[number]), linked),
                             ours=(number,), alternatives=0 if linked else len(alike)))  # fmt: skip
    for number in right.rest():
        linked = theirs.reference[number] is not None and shares_numbers(theirs.kind[number])
        found.append(replace(_one(theirs, number, ADDED, int(theirs.units[number]), linked), theirs=(number,)))
    found = [_or_of_other_units(one, found, ours, theirs, words) for one in found]
    return Match(tuple(sorted(found, key=lambda one: (one.at, one.references))), left.used)


def _or_of_other_units(
    one: Difference, found: Sequence[Difference], ours: Moves, theirs: Moves, words: tuple[str, ...]
) -> Difference:
    """What is lost may be what the other side booked too much about that day, with other units."""
    if one.what != LOST or one.linked:
        return one
    [a] = one.ours
    others = sum(
        other.what in (TWICE, ADDED)
        and not other.linked
        and any(
            _alike(ours, theirs, a, b)
            and _same_words(ours, theirs, a, b, words)
            and ours.units[a] * theirs.units[b] > 0
            for b in other.theirs
        )
        for other in found
    )
    return replace(one, alternatives=one.alternatives + others)


class _Side:
    """Which movements of a side have been used."""

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self.used = np.zeros(len(moves), dtype=bool)

    def rest(self) -> list[int]:
        return np.flatnonzero(~self.used).tolist()

    def use(self, numbers: list[int]) -> None:
        self.used[numbers] = True


def _one(moves: Moves, number: int, what: str, units: int, linked: bool) -> Difference:
    reference = moves.reference[number]
    return Difference(
        what,
        units,
        moves.kind[number],
        int(moves.at[number]),
        int(moves.day[number]),
        () if reference is None else (str(reference),),
        moves.order_type[number],
        moves.channel[number],
        linked,
    )


def _by_reference(ours: Moves, theirs: Moves, left: _Side, right: _Side) -> list[Difference]:
    groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, moves in enumerate((ours, theirs)):
        for number, reference in enumerate(moves.reference):
            if reference is not None:
                groups[reference][side].append(number)
    found = []
    for mine, other in groups.values():
        if mine and not other and int(ours.units[mine].sum()) == 0:
            left.use(mine)  # a pair that nets to nothing: damage out and in again
        if not mine or not other:
            continue
        left.use(mine)
        right.use(other)
        a, b = int(ours.units[mine].sum()), int(theirs.units[other].sum())
        if a != b:
            what = TWICE if b == 2 * a else OTHER_UNITS
            base = _one(ours, mine[-1], what, b - a, linked=True)
            found.append(replace(base, ours=tuple(mine), theirs=tuple(other)))
    return found


def _alike(ours: Moves, theirs: Moves, a: int, b: int) -> bool:
    return bool(ours.kind[a] == theirs.kind[b] and abs(int(ours.at[a]) - int(theirs.at[b])) <= POSTED_LATE)


def _soon(ours: Moves, theirs: Moves, a: int, b: int, lag_days: Mapping[str, int]) -> bool:
    """Whether the other side booked it within two days, or as late as it books that kind."""
    late = int(theirs.at[b]) - int(ours.at[a])
    return -POSTED_LATE <= late <= max(POSTED_LATE, (lag_days.get(ours.kind[a], 0) + 1) * DAY)


def _same_words(ours: Moves, theirs: Moves, a: int, b: int, words: tuple[str, ...]) -> bool:
    """Whether neither order type nor channel says that they are two things."""
    said = ((getattr(ours, name)[a], getattr(theirs, name)[b]) for name in words)
    return all(mine is None or other is None or mine == other for mine, other in said)


def _by_units(
    ours: Moves, theirs: Moves, left: _Side, right: _Side, words: tuple[str, ...], lag_days: Mapping[str, int]
) -> None:
    """Pairs of one kind and size, those nearest in time first; of two as near, the one of the same order type."""
    buckets: dict[tuple[str, int], list[int]] = defaultdict(list)
    for b in right.rest():
        buckets[theirs.kind[b], int(theirs.units[b])].append(b)
    pairs = [
        (
            ours.order_type[a] is not None and theirs.order_type[b] is not None
            and ours.order_type[a] != theirs.order_type[b],
            abs(int(ours.day[a]) - int(theirs.day[b])), theirs.at[b] < ours.at[a], a, b,
        )
        for a in left.rest() for b in buckets.get((ours.kind[a], int(ours.units[a])), ())
        if _soon(ours, theirs, a, b, lag_days) and _same_words(ours, theirs, a, b, words)
    ]  # fmt: skip
    for _, _, _, a, b in sorted(pairs):
        if not left.used[a] and not right.used[b]:
            left.use([a])
            right.use([b])


def _by_day(ours: Moves, theirs: Moves, left: _Side, right: _Side) -> None:
    """A day's movements of one kind that the other side books as one sum, that day or up to two later."""
    for one, other, mine, yours in ((ours, theirs, left, right), (theirs, ours, right, left)):
        days: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number in mine.rest():
            days[one.kind[number], int(one.day[number])].append(number)
        for (kind, day), numbers in sorted(days.items()):
            total = int(one.units[numbers].sum())
            fits = [
                n for n in yours.rest()
                if other.kind[n] == kind and other.units[n] == total and abs(int(other.day[n]) - day) <= 2
            ]  # fmt: skip
            if len(numbers) > 1 and fits:
                mine.use(numbers)
                yours.use([min(fits, key=lambda n: abs(int(other.day[n]) - day))])


def _twice(ours: Moves, theirs: Moves, left: _Side, right: _Side, words: tuple[str, ...]) -> list[Difference]:
    """What the other side booked again: one of kind and units as a movement that it has already."""
    found = []
    for b in right.rest():
        near = [
            a for a in np.flatnonzero(left.used).tolist()
            if ours.units[a] == theirs.units[b]
            and _alike(ours, theirs, a, b)
            and _same_words(ours, theirs, a, b, words)
        ]  # fmt: skip
        if near:
            a = min(near, key=lambda n: abs(int(ours.at[n]) - int(theirs.at[b])))
            right.use([b])
            base = _one(ours, a, TWICE, int(theirs.units[b]), linked=False)
            found.append(replace(base, at=int(theirs.at[b]), day=int(theirs.day[b]), ours=(a,), theirs=(b,),
                                 alternatives=len(near) - 1))  # fmt: skip
    return found


def _other_units(
    ours: Moves, theirs: Moves, left: _Side, right: _Side, shares_numbers: Callable[[str], bool]
) -> list[Difference]:
    """Pairs of one kind within two days that differ in units only, where no shared number tells them apart."""
    others = right.rest()
    pairs = [
        (abs(int(ours.day[a]) - int(theirs.day[b])), abs(int(ours.units[a]) - int(theirs.units[b])), a, b)
        for a in left.rest() for b in others
        if _alike(ours, theirs, a, b) and not shares_numbers(ours.kind[a])
        and ours.units[a] * theirs.units[b] > 0
        and (ours.order_type[a] is None or theirs.order_type[b] is None or ours.order_type[a] == theirs.order_type[b])
    ]  # fmt: skip
    found = []
    for _, _, a, b in sorted(pairs):
        if not left.used[a] and not right.used[b]:
            left.use([a])
            right.use([b])
            units = int(theirs.units[b]) - int(ours.units[a])
            found.append(replace(_one(ours, a, OTHER_UNITS, units, linked=False), ours=(a,), theirs=(b,),
                                 alternatives=len(pairs) - 1))  # fmt: skip
    return found
