"""Guesses: what may have happened at a system that tells no movements, each with what the gap would get of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.matched import ADDED, LOST, TWICE
from sheets.engine.diagnosis.moves import Moves
from sheets.engine.diagnosis.parts import MAPPING
from sheets.engine.tally import DAY

MOST_LATER: Final = 3  # days until something is booked once more
ALIAS: Final = "alias"
WHOLE: Final = "whole"  # a shipment counted whole when it left, arrived, or was first received


@dataclass(frozen=True)
class Guess:
    """steps: (time, units) of the gap. what: one word; word: the order type or channel of a filter.

    before: the local day of the last order of that word before a filter begins. linked: whether references prove it.
    alternatives: other movements that it may be as well. cause: where it is known already. told: whether a ledger
    tells it, and not only the gap's own jump.
    """

    what: str
    steps: tuple[tuple[int, int], ...]
    references: tuple[str, ...]
    kind: str
    leg: Leg | None = None
    word: str = ""
    order_type: str | None = None
    channel: str | None = None
    before: int | None = None
    linked: bool = False
    alternatives: int = 0
    cause: str | None = None
    told: bool = True

    @property
    def units(self) -> int:
        return sum(units for _, units in self.steps)

    @property
    def last(self) -> int:
        return max(at for at, _ in self.steps)

    @property
    def first(self) -> int:
        return min(at for at, _ in self.steps)


def guesses(case: Case, least: int) -> list[Guess]:
    """Everything that may have moved the gap since the last agreement, by movement, order type, and shipment.

    least: single movements of fewer units are not told from noise.
    """
    began = case.began
    assert began is not None
    every = case.ours.between(began, case.at)
    told = np.array([name in case.names for name in every.reference], dtype=bool)
    moves = every.part(np.flatnonzero(~told)) if told.any() else every
    single = _without_pairs(moves)
    return [*_filters(moves, case.ours), *_shipments(case, moves, began), *_single(case, single, least)]


def under_other_names(case: Case, strangers: Mapping[str, Mapping[int, float]], least: int) -> list[Guess]:
    """Units that the other system counts at the place under a name that nothing maps, since some day or always.

    strangers: name -> local day -> units. Only a name that would leave less of the gap is a guess.
    """
    found = []
    for name, by_day in strangers.items():
        units = np.array([by_day.get(day, 0.0) for day in case.points.day.tolist()])
        with_it = case.rest + units
        less = np.nansum(np.abs(with_it)) < np.nansum(np.abs(case.rest))
        calmer = np.nansum(np.abs(np.diff(with_it))) < np.nansum(np.abs(np.diff(case.rest)))
        if units[-1] < least or not (less or calmer):
            continue
        moved = np.diff(units, prepend=0.0)
        steps = tuple((int(case.points.at[n]), -int(moved[n])) for n in np.flatnonzero(moved).tolist())
        found.append(Guess(ALIAS, steps, (name,), ALIAS, cause=MAPPING))
    return found


def _without_pairs(moves: Moves) -> Moves:
    """Without what cancels under one number on one day: between Amazon's own centres, or from sellable to damaged.

    A sale and its return are two things, of which another system may miss one.
    """
    sums: dict[tuple[str, int], int] = defaultdict(int)
    keys = list(zip(moves.reference, moves.day.tolist(), strict=True))
    for key, units in zip(keys, moves.units.tolist(), strict=True):
        sums[key] += units
    traded = {key for key, kind in zip(keys, moves.kind, strict=True) if kind in ("sale", "return")}
    cancels = [key[0] is not None and sums[key] == 0 and key not in traded for key in keys]
    return moves.part(np.flatnonzero(~np.array(cancels, dtype=bool)))


def _single(case: Case, moves: Moves, least: int) -> list[Guess]:
    found = []
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in range(len(moves)):
        reference = moves.reference[number]
        if reference is not None:
            groups[reference, moves.kind[number]].append(number)
        if abs(int(moves.units[number])) >= least:
            found += _both_ways(case, moves, [number])
    for numbers in groups.values():
        if len(numbers) > 1 and abs(int(moves.units[numbers].sum())) >= least:
            found += _both_ways(case, moves, numbers)
    return found


def _both_ways(case: Case, moves: Moves, numbers: list[int]) -> list[Guess]:
    """Lost at the other side, or booked twice there, at once or some days later once more."""
    steps = [(int(moves.at[n]), int(moves.units[n])) for n in numbers]
    first = numbers[0]
    reference = moves.reference[first]
    references = () if reference is None else (str(reference),)
    leg = case.legs.get(reference) if reference is not None else None
    kind, order_type, channel = moves.kind[first], moves.order_type[first], moves.channel[first]
    lost = tuple((at, -units) for at, units in steps)
    again = (tuple((at + days * DAY, units) for at, units in steps) for days in range(MOST_LATER + 1))
    return [
        Guess(LOST, lost, references, kind, leg, "", order_type, channel),
        *(Guess(TWICE, some, references, kind, leg, "", order_type, channel) for some in again),
    ]


def _filters(moves: Moves, every: Moves) -> list[Guess]:
    """Each order type and channel left out since each of its orders but the last."""
    sales = (moves.kind == "sale") | (moves.kind == "return")
    found = []
    taken: set[tuple[int, ...]] = set()
    for name in ("order_type", "channel"):
        column = getattr(moves, name)
        words = sorted({word for word in column[sales] if word is not None})
        for word in words:
            mine = np.flatnonzero(sales & (column == word)).tolist()
            sold = moves.kind == "sale"
            if (column[sold] == word).all():
                continue  # every sale is of it: a system that books none has stopped, it does not filter
            for start in range(len(mine) - 1):
                numbers = tuple(mine[start:])
                if numbers in taken:
                    continue
                taken.add(numbers)
                earlier = every.day[
                    (getattr(every, name) == word) & (every.kind == "sale") & (every.at < moves.at[numbers[0]])
                ]
                before = int(earlier[-1]) if len(earlier) else None
                steps = tuple((int(moves.at[n]), -int(moves.units[n])) for n in numbers)
                references = tuple(dict.fromkeys(str(moves.reference[n]) for n in numbers if moves.reference[n]))
                found.append(Guess(f"filter:{name}", steps, references, "sale", None, str(word), before=before))
    return found


def _shipments(case: Case, moves: Moves, began: int) -> list[Guess]:
    """A shipment counted whole when it left, arrived, was first received or closed; or kept on when it had left."""
    found = []
    for leg in case.legs.values():
        if not leg.shipped or leg.shipment in case.names:
            continue
        if leg.destination == case.no:
            mine = np.flatnonzero(moves.reference == leg.shipment)
            steps = [(int(moves.at[n]), -int(moves.units[n])) for n in mine]
            received = sum(units for _, units in steps)
            times = [leg.shipped_at, leg.arrived_at, int(moves.at[mine[0]]) if len(mine) else None, leg.closed_at]
            if leg.shipped + received <= 0 and not steps:
                continue
            seen = dict.fromkeys(time for time in times if time is not None and began < time <= case.at)
            found += [Guess(WHOLE, ((at, leg.shipped), *steps), (leg.shipment,), "receipt", leg) for at in seen]
        elif leg.origin == case.no and leg.shipped_at is not None and began < leg.shipped_at <= case.at:
            told = (moves.reference == leg.shipment).any()
            steps = [(leg.shipped_at, -leg.shipped)]
            found += [] if told else [Guess(ADDED, tuple(steps), (leg.shipment,), "transfer_out", leg)]
    return found
