"""Traced: a system without movements, by its daily counts: the days on which the gap moved, and what moved then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.guesses import Guess, guesses
from sheets.engine.diagnosis.matched import ADDED, LOST
from sheets.engine.diagnosis.named import CARRIED
from sheets.engine.diagnosis.parts import LIKELY, MAPPING, PROVEN, RECEIVING, TIMING, TRANSACTION, Part
from sheets.engine.diagnosis.sides import DAY

MOST_PARTS: Final = 5
LEAST: Final = 4  # units of a single movement that are told from the noise of late orders
FEWEST_ORDERS: Final = 3  # of a filter that the daily counts alone prove
SURE: Final = 0.85
SHARE_EXACT: Final = 0.6  # of the days since: so many must show nothing left for a proof


def traced(case: Case, lag_days: Mapping[str, int], shipments_told: bool) -> list[Part]:
    """The parts that the daily gap shows since the last agreement."""
    if case.since is None or case.began is None or case.rest[-1] == case.opening:
        return []
    rows = [n for n in range(case.since + 1, len(case.points)) if not np.isnan(case.gaps[n])]
    if not rows:
        return []
    times = case.points.at[rows]
    left = case.rest[rows] - case.opening
    every = [*guesses(case, LEAST), *_jumps(case, left, times)]
    table = np.array([_levels(guess, times) for guess in every]).reshape(len(every), len(rows))
    chosen: list[int] = []
    while len(chosen) < MOST_PARTS and len(every) and np.abs(left).sum() > 0:
        costs = np.abs(left - table).sum(axis=1) + np.array([_price(guess) for guess in every])
        costs[chosen] = np.inf
        best = int(costs.argmin())
        if costs[best] >= np.abs(left).sum() or abs(left[-1] - table[best][-1]) > abs(left[-1]) + 2:
            break
        chosen.append(best)
        left = left - table[best]
    parts = [_part(case, every, table, number, left, times, lag_days, shipments_told) for number in chosen]
    some = [every[number] for number in chosen]
    pairs = zip(parts, some, strict=True)
    parts = [replace(part, verdict=LIKELY) if _taken_back(guess, some, lag_days) else part for part, guess in pairs]
    return [*parts, *_unseen(case, left, times, rows, lag_days)]


def _taken_back(guess: Guess, chosen: Sequence[Guess], lag_days: Mapping[str, int]) -> bool:
    """Whether a jump that nothing names, soon after and the other way, may hold its end: then it was only late."""
    soon = (max(lag_days.get(guess.kind, 0), 1) + 1) * DAY
    return any(
        other.what == ADDED
        and other is not guess
        and guess.last < other.first <= guess.last + soon
        and other.units * guess.units < 0
        and abs(other.units) >= abs(guess.units)
        for other in chosen
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
    if guess.what == ADDED and guess.leg is None:
        return 3.0
    if guess.leg is not None:
        return 0.6 if guess.what in (LOST, "whole") else 1.4
    known = 0.0 if guess.references else 1.0
    return known + (1.0 if guess.what == LOST else 1.5)


def _part(
    case: Case,
    every: Sequence[Guess],
    table: np.ndarray,
    number: int,
    left: np.ndarray,
    times: np.ndarray,
    lag_days: Mapping[str, int],
    shipments_told: bool,
) -> Part:
    guess, levels = every[number], table[number]
    others = [n for n in range(len(every)) if n != number and every[n].references != guess.references]
    alike = [n for n in others if np.abs(table[n] - levels).sum() <= 1]
    since = times >= guess.first
    after = times >= guess.last
    exact = float((left[since] == 0).mean())
    jumps = _jumps_exactly(levels, left)
    unseen = 0 if guess.what.startswith("filter") else _sums(case, guess)
    alternatives = len({every[n].references for n in alike}) + unseen
    named = bool(guess.references) and guess.what != ADDED and (shipments_told or guess.kind not in CARRIED)
    long_enough = int(after.sum()) >= 2 or guess.what.startswith("filter")
    proof = exact >= SHARE_EXACT and jumps and not alternatives and long_enough and named
    if guess.what.startswith("filter"):
        began = int(np.flatnonzero(since)[0]) if since.any() else 0
        proof = proof and len(guess.steps) >= FEWEST_ORDERS and bool((left[max(began - 3, 0) :] == 0).mean() >= SURE)
    day = int(case.points.day[np.searchsorted(case.points.at, guess.first)])
    cause, late = _cause(case, guess, lag_days)
    verdict = PROVEN if proof and not late else LIKELY
    what = f"{guess.what}:{guess.word}" if guess.word else guess.what
    return Part(cause, guess.units, guess.references, verdict, alternatives, what, day, guess.order_type, guess.channel)


def _cause(case: Case, guess: Guess, lag_days: Mapping[str, int]) -> tuple[str, bool]:
    if guess.what.startswith("filter"):
        return MAPPING, False
    cause = guess.leg.cause(case.at) if guess.leg is not None else None
    within = lag_days.get(guess.kind, 0) * DAY
    if guess.what == LOST and within and guess.last > case.at - within and cause != RECEIVING:
        return TIMING, True
    return cause or TRANSACTION, False


def _jumps_exactly(levels: np.ndarray, left: np.ndarray) -> bool:
    """Whether nothing is left of the gap's move on the days on which the guess moves it."""
    steps = np.flatnonzero(np.diff(levels, prepend=0.0))
    moves = np.diff(left, prepend=0.0)
    quiet = moves[steps] == 0
    return bool(quiet.mean() >= 0.8) if len(steps) > 2 else bool(quiet.all())


def _sums(case: Case, guess: Guess) -> int:
    """How many other sets of up to three movements of the same days add up to the guess's units."""
    lo, hi = guess.first - DAY, guess.last + 1
    moves = case.ours.between(lo, hi)
    units = [
        int(moves.units[n]) for n in range(len(moves))
        if not (moves.reference[n] is not None and str(moves.reference[n]) in guess.references)
        and abs(int(moves.units[n])) >= LEAST
    ][:40]  # fmt: skip
    wanted = abs(guess.units)
    return sum(abs(sum(some)) == wanted for size in (2, 3) for some in combinations(units, size))


def _unseen(
    case: Case, left: np.ndarray, times: np.ndarray, rows: Sequence[int], lag_days: Mapping[str, int]
) -> list[Part]:
    """What is left: late orders of the last days, and one-sided jumps that no movement of the authority explains."""
    parts: list[Part] = []
    rest = left.copy()
    if len(rest):
        within = lag_days.get("sale", 0) * DAY
        moved = int(rest[-1] - (rest[-2] if len(rest) > 1 else 0))
        recent = case.ours.between(case.at - within, case.at) if within else case.ours.part(slice(0, 0))
        sold = -int(recent.units[recent.kind == "sale"].sum())
        if moved and 0 < moved <= sold:
            parts.append(Part(TIMING, moved, (), LIKELY, 0, "late", int(case.points.day[rows[-1]])))
            rest[-1] -= moved
    return parts


def _jumps(case: Case, left: np.ndarray, times: np.ndarray) -> list[Guess]:
    """The gap's own jumps: a booking of the other system's that the authority does not know, or of other units.

    Where the authority has one larger movement only of that time, it may be that one with other units.
    """
    found = []
    starts = np.concatenate([[case.began or 0], times[:-1]])
    for jump, first, last in zip(np.diff(left, prepend=0.0).tolist(), starts.tolist(), times.tolist(), strict=True):
        if abs(jump) < 2 * LEAST:
            continue
        moves = case.ours.between(int(first), int(last))
        big = [n for n in range(len(moves)) if abs(int(moves.units[n])) >= LEAST and moves.reference[n] is not None]
        references = (str(moves.reference[big[0]]),) if len(big) == 1 else ()
        found.append(Guess(ADDED, ((int(last), int(jump)),), references, "adjustment"))
    return found
