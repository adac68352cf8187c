"""Proof: whether the daily levels of a gap show that a part happened, and what else may have moved it as much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.guesses import ALIAS, Guess
from sheets.engine.diagnosis.matched import TWICE
from sheets.engine.tally import DAY

SMALL: Final = 2  # units that nobody can explain: parts without a link are larger
LEAST: Final = 4  # units of a single movement that are told from the noise of late orders
PROVABLE: Final = 10  # units of a single movement that levels can prove: fewer may be late orders that add up
FEWEST_ORDERS: Final = 3  # of a filter that the daily levels of one SKU prove
WINDOW: Final = 7  # days before and after a step whose levels are compared
SHARE_LEVEL: Final = 0.34  # of those days on which the gap must lie at its level
QUIET: Final = 0.6  # of all days on which no more than late orders may be left
NOISE: Final = 0.15  # of the units that are to be proven


@dataclass(frozen=True)
class Fit:
    """Guesses that were chosen, and what they leave: left holds the day of the last agreement first."""

    case: Case
    guesses: Sequence[Guess]
    table: np.ndarray
    times: np.ndarray
    left: np.ndarray
    chosen: list[int]
    lag_days: Mapping[str, int]


def shown(fit: Fit, number: int) -> bool:
    """Whether the levels show it: nothing is left of the gap's move where it moves it, and the move was that day's."""
    guess, levels, left = fit.guesses[number], fit.table[number], fit.left
    if fit.case.opening or abs(guess.units) < PROVABLE or (guess.leg is not None and fit.case.habit):
        return False
    steps = np.flatnonzero(np.diff(levels)) + 1
    # What looks booked twice may as well be a booking of its own of as many units.
    if not len(steps) or guess.what == TWICE:
        return False
    many = guess.what.startswith("filter") or (guess.what == ALIAS and len(steps) >= FEWEST_ORDERS)
    if many:
        moves, should = np.diff(left)[steps - 1], np.diff(levels)[steps - 1]
        yes, none = int((moves == 0).sum()), int((moves == -should).sum())
        if (
            len(steps) < FEWEST_ORDERS
            or yes < 2
            or (yes < 0.8 * len(steps) and (guess.what != ALIAS or yes <= 2 * none))
        ):
            return False
    noise = max(SMALL, NOISE * abs(guess.units))
    if (np.abs(left - _most(left)) <= noise).mean() < QUIET:
        return False
    before, after = level_of(left[max(0, steps[0] - WINDOW) : steps[0]]), level_of(left[steps[-1] : steps[-1] + WINDOW])
    if before is None or after is None or before != after:
        return False
    if many:
        return True
    within = max(1, fit.lag_days.get(guess.kind, fit.lag_days.get("sale", 0))) + 1
    # What is late may come yet; a shipment that is under way is, late or not.
    under_way = guess.leg is not None and guess.leg.cause(fit.case.at) is not None
    if not under_way and fit.case.at - guess.last < within * DAY:
        return False
    if len(left) - steps[-1] < 2 + fit.case.assumed:
        return False
    half = np.abs(np.diff(levels)[steps - 1]) / 2
    near = np.abs(left[steps] - before) < half
    near &= np.abs(left[steps - 1] - before) < half
    return bool(near.all())


def _most(days: np.ndarray) -> float:
    numbers, counts = np.unique(days, return_counts=True)
    return float(numbers[int(counts.argmax())])


def level_of(days: np.ndarray) -> float | None:
    """The number at which a gap lies on most of some days; None where there is none."""
    numbers, counts = np.unique(days, return_counts=True)
    most = int(counts.argmax())
    # A second day must say it too, where there is one, and no other number as often.
    if (
        counts[most] < SHARE_LEVEL * len(days)
        or (len(days) > 1 and counts[most] < 2)
        or (counts == counts[most]).sum() > 1
    ):
        return None
    return float(numbers[most])


def alike(fit: Fit, number: int) -> int:
    """How many other movements, or sets of them, of about the same day would leave the same levels."""
    guess, levels = fit.guesses[number], fit.table[number]
    if guess.what == ALIAS:  # what was booked under another name may well be one movement of the authority's
        same = {g.references for g in fit.guesses if g.what == ALIAS and g.units == guess.units}
        return max(guess.alternatives, len(same) - 1)
    others = {
        other.references
        for n, other in enumerate(fit.guesses)
        if n not in fit.chosen
        and other.references
        and other.references != guess.references
        and np.abs(fit.table[n] - levels).sum() <= max(1.0, abs(guess.units))
        and other.units == guess.units
    }
    # What is booked late may be followed by its like that is late, too: together they look like one that is lost.
    soon = (fit.lag_days.get(guess.kind, 1) + 1) * DAY
    others |= {
        other.references
        for other in fit.guesses
        if (other.what, other.kind, other.units) == (guess.what, guess.kind, guess.units)
        and other.references != guess.references
        and (guess.leg is not None or 0 <= other.first - guess.first <= soon)
    }
    return len(others) + (0 if guess.what.startswith("filter") else _sums(fit.case, guess))


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
