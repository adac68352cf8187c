"""Traced: of everything that may have moved the gap since the last agreement, what its daily levels show.

Orders that are booked a day or two late lift a gap for as long and then let it fall again: what counts is the level
to which a gap comes back, not each single day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.guesses import ALIAS, WHOLE, Guess
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.matched import ADDED, LOST, OTHER_UNITS
from sheets.engine.diagnosis.moves import receipts_known
from sheets.engine.diagnosis.parts import LATE, LIKELY, MAPPING, PROVEN, TIMING, TRANSACTION, Part
from sheets.engine.diagnosis.proof import LEAST, SMALL, WINDOW, Fit, alike, level_of, shown
from sheets.engine.tally import DAY

MOST_PARTS: Final = 6
SMALL_FILTER: Final = 5  # units of a filter that one SKU alone does not show
BOOKED_WITHIN: Final = 8 * DAY  # under another name
AHEAD: Final = 7 * DAY  # that a shipment may be counted before it leaves, or after it closes
NEAR_SHARE: Final = 0.1  # of a shipment's units that late orders may hide
MOST_TIMES: Final = 4  # a booking with other units is off by no more than so many times its own
CARRIED: Final = ("receipt", "transfer_out")  # without any shipments told, these may be of one still open


def traced(
    case: Case, guesses: Sequence[Guess], lag_days: Mapping[str, int], *, sku: str, shipments_told: bool
) -> list[Part]:
    """The parts that the daily gap shows since the last agreement.

    guesses: what is linked is taken as it is; the gap's own jumps, which no movement explains, are added.
    """
    if case.since is None or case.began is None:
        return []
    rows = [case.since, *(n for n in range(case.since + 1, len(case.points)) if not np.isnan(case.rest[n]))]
    if len(rows) < 2:
        return []
    times, left = case.points.at[rows], case.rest[rows] - case.opening
    guesses = _under_other_names(guesses, sku)
    linked = [guess for guess in guesses if guess.linked]
    for guess in linked:
        left = left - _levels(guess, times)
    every = [*linked, *(one for one in guesses if not one.linked), *_jumps(case, left, times)]
    table = np.array([_levels(guess, times) for guess in every]).reshape(len(every), len(times))
    prices = np.array([_price(guess) for guess in every])
    chosen = list(range(len(linked)))
    first = left[-1]
    while len(chosen) < MOST_PARTS + len(linked) and len(every) > len(chosen) and np.abs(left).sum() > 0:
        costs = np.abs(left - table).sum(axis=1) + prices
        costs[chosen] = np.inf
        best = int(costs.argmin())
        if costs[best] >= np.abs(left).sum():
            break
        chosen.append(best)
        left = left - table[best]
    while len(chosen) > len(linked) and abs(left[-1]) > abs(first) + SMALL:
        left = left + table[chosen.pop()]
    fit = Fit(case, every, table, times, left, chosen, lag_days)
    parts = [_part(fit, number, shipments_told) for number in chosen]
    for part, number in zip(list(parts), chosen, strict=True):
        against = sum(p.units for p in parts if p.verdict != PROVEN and p.units * part.units < 0)
        if not every[number].linked and abs(against) >= abs(part.units) / 3:
            parts = [replace(p, verdict=LIKELY) if p is part else p for p in parts]
    parts = [
        replace(part, verdict=LIKELY) if _taken_back(every[number], [every[n] for n in chosen]) else part
        for part, number in zip(parts, chosen, strict=True)
    ]
    kept = [
        part for part, number in zip(parts, chosen, strict=True)
        if every[number].linked or abs(part.units) > (SMALL_FILTER if part.kind.startswith("filter") else SMALL)
    ]  # fmt: skip
    return [*_late_as_one(kept), *_late(fit)]


def _under_other_names(guesses: Sequence[Guess], sku: str) -> list[Guess]:
    """The guesses, with what seems lost and soon stands under a name that nothing maps as one: it was booked there."""
    names = [guess for guess in guesses if guess.what == ALIAS]
    found = []
    for guess in guesses:
        same = [
            one for one in names
            if guess.what == LOST and one.units == guess.units and -DAY <= one.first - guess.last <= BOOKED_WITHIN
        ]  # fmt: skip
        if same:
            # Where the name does not tell whose it is, the one that is lost remains another explanation.
            named = any(sku in reference for reference in same[0].references)
            found.append(replace(same[0], steps=guess.steps, alternatives=len(same) - named))
        else:
            found.append(guess)
    return found


def _taken_back(guess: Guess, chosen: Sequence[Guess]) -> bool:
    """Whether another part moves the gap the other way by as much, or a jump that nothing names by more.

    Then both may be the two ends of one thing: what is booked late, or under another number.
    """
    if guess.linked:
        return False
    others = [other for other in chosen if other is not guess and other.units * guess.units < 0]
    return any(
        abs(abs(other.units) - abs(guess.units)) <= SMALL or (not other.told and abs(other.units) > abs(guess.units))
        for other in others
    )


def _levels(guess: Guess, times: np.ndarray) -> np.ndarray:
    levels = np.zeros(len(times))
    for at, units in guess.steps:
        levels[times >= at] += units
    return levels


def _price(guess: Guess) -> float:
    """What is likelier goes first where two explain as much."""
    if guess.what.startswith("filter"):
        return 0.5
    if guess.what == ALIAS:
        return 0.4
    if not guess.told and guess.leg is None:
        return 3.0
    if guess.leg is not None:
        return 0.6 if guess.what in (LOST, WHOLE) else 1.4
    known = 0.0 if guess.references else 1.0
    return known + (1.0 if guess.what == LOST else 1.5)


def _part(fit: Fit, number: int, shipments_told: bool) -> Part:
    guess, case = fit.guesses[number], fit.case
    cause, late = _cause(case, guess, fit.lag_days)
    alternatives = guess.alternatives
    leg = guess.leg
    doubtful = leg is not None and (leg.doubtful(case.at) or not receipts_known(leg, case.ours, case.no, case.to))
    if guess.linked:
        proof = (shipments_told or guess.kind not in CARRIED) and not doubtful
    else:
        alternatives = max(guess.alternatives, alike(fit, number) if guess.told else 0)
        named = bool(guess.references) and guess.told and (shipments_told or guess.kind not in CARRIED)
        proof = named and not alternatives and not doubtful and shown(fit, number)
    day = int(case.points.day[min(int(np.searchsorted(case.points.at, guess.first)), len(case.points) - 1)])
    what = LATE if late else f"{guess.what}:{guess.word}" if guess.word else guess.what
    verdict = PROVEN if proof and not late else LIKELY
    return Part(
        cause, guess.units, guess.references, verdict, alternatives, what, day, guess.order_type, guess.channel,
        guess.before,
    )  # fmt: skip


def _cause(case: Case, guess: Guess, lag_days: Mapping[str, int]) -> tuple[str, bool]:
    if guess.what.startswith("filter"):
        return MAPPING, False
    if guess.cause is not None:
        return guess.cause, False
    leg = guess.leg
    cause = leg.cause(case.at) if leg is not None else None
    if (
        leg is not None
        and leg.status == "CLOSED"
        and guess.what not in (LOST, WHOLE)
        and abs(guess.units) != leg.open_units
    ):
        cause = None
    within = max(1, lag_days.get(guess.kind, lag_days.get("sale", 0))) * DAY
    if not guess.told and leg is None and guess.first > case.at - within and 0 < guess.units <= _sold(case, within):
        return TIMING, True
    # Of an order in two parcels one may be late.
    late = guess.what == LOST or (guess.what == OTHER_UNITS and guess.units > 0 and guess.kind == "sale")
    if late and guess.last > case.at - within and cause is None:
        return TIMING, True
    return cause or TRANSACTION, False


def _late_as_one(parts: Sequence[Part]) -> list[Part]:
    """The parts, with all late orders as one."""
    late = [part for part in parts if part.kind == LATE]
    if not late:
        return list(parts)
    references = tuple(dict.fromkeys(name for part in late for name in part.references))
    units, since = sum(part.units for part in late), min(part.since or 0 for part in late)
    one = Part(TIMING, units, references, LIKELY, 0, LATE, since)
    return [*(part for part in parts if part.kind != LATE), *([one] if abs(units) > SMALL else [])]


def _late(fit: Fit) -> list[Part]:
    """What the last days lift the gap above its level, as far as so much was sold in them: late orders."""
    case, left = fit.case, fit.left
    within = fit.lag_days.get("sale", 0) * DAY
    level = level_of(left[:-1][-WINDOW:])
    if not within or level is None:
        return []
    up = int(left[-1] - level)
    if SMALL < up <= _sold(case, within):
        return [Part(TIMING, up, (), LIKELY, 0, LATE, int(case.points.day[-1]))]
    return []


def _sold(case: Case, within: int) -> int:
    """Units that the authority sold in the last microseconds."""
    recent = case.ours.between(case.at - within, case.at)
    return -int(recent.units[recent.kind == "sale"].sum())


def _jumps(case: Case, left: np.ndarray, times: np.ndarray) -> list[Guess]:
    """The gap's own jumps: a booking of the other system's that the authority does not know, or of other units.

    A jump by about the units of one shipment may be that one, counted too early or too late. One of a time at which
    the authority has one larger movement only, or one that it is a multiple of, may be that one with other units.
    """
    found = []
    for jump, first, last in zip(np.diff(left).tolist(), times[:-1].tolist(), times[1:].tolist(), strict=True):
        if abs(jump) < 2 * LEAST:
            continue
        steps = ((int(last), int(jump)),)
        leg = _leg_of(case, int(jump), int(last))
        if leg is not None:
            found.append(Guess(ADDED, steps, (leg.shipment,), "receipt", leg, told=False))
        else:
            found.append(Guess(ADDED, steps, _meant(case, int(jump), int(first), int(last)), "adjustment", told=False))
    return found


def _leg_of(case: Case, jump: int, at: int) -> Leg | None:
    """The one shipment to or from the location that a jump may be of; None where none or several fit."""
    near = max(SMALL, NEAR_SHARE * abs(jump))
    places = {case.no, *(() if case.to is None else (case.to,))}
    fits = [
        leg
        for leg in case.legs.values()
        if leg.shipped
        and abs(leg.shipped - abs(jump)) <= near
        and {leg.origin, leg.destination} & places
        and (leg.shipped_at is None or leg.shipped_at - AHEAD <= at)
        and (leg.closed_at is None or at <= leg.closed_at + AHEAD)
    ]
    exact = [leg for leg in fits if abs((leg.shipped or 0) - abs(jump)) <= SMALL]
    fits = exact or fits
    return fits[0] if len(fits) == 1 else None


def _meant(case: Case, jump: int, first: int, last: int) -> tuple[str, ...]:
    """The reference of the one larger movement of the authority's that a jump may come from."""
    for lo in (first, first - 2 * DAY):
        moves = case.ours.between(lo, last)
        big = [n for n in range(len(moves)) if abs(int(moves.units[n])) >= LEAST and moves.reference[n] is not None]
        if len(big) > 1:
            big = [n for n in big if jump in _other_units(int(moves.units[n]))]
        big = [n for n in big if _may_be_other_units(jump, int(moves.units[n]))]
        if len(big) == 1:
            return (str(moves.reference[big[0]]),)
    return ()


def _may_be_other_units(jump: int, units: int) -> bool:
    """Whether a movement that moved the gap by a jump was booked in the same direction, or just the other way round.

    Of a few units nobody makes very many by mistake, but for a known factor.
    """
    return ((units + jump) * units >= 0 and abs(jump) <= MOST_TIMES * abs(units)) or jump in _other_units(units)


def _other_units(units: int) -> set[int]:
    """What a gap gets from a movement that is booked twice, by half, the other way round, or by the dozen."""
    return {units, -(units // 2), units // 2 - units, -2 * units, 11 * units}
