"""Mapping: a SKU missing at a system, its units under another name, cases taken for units, a place counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.guesses import ALIAS
from sheets.engine.diagnosis.parts import LIKELY, MAPPING, PROVEN, Part

UNLIKE_EXACT: Final = 0.3  # of the days on which they count the same
UNLIKE: Final = 0.6  # of the days on which two names count about the same, below which they are two things
MOSTLY_EXACT: Final = 0.7  # of the days on which it is just so many cases
LEAST: Final = 3  # units
MUCH_BETTER: Final = 0.5
ABOUT: Final = 0.8  # of the days on which a name's units are about the SKU's
EXACT: Final = 0.5  # of the days on which they are the SKU's, where nothing but numbers tells
FEWEST_NUMBERS_ALIKE: Final = 6
FEWEST_NUMBERS: Final = 2
ENOUGH_DAYS: Final = 4  # different units on as many days are no chance
USUAL_PACKS: Final = (2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 96, 100, 144)

# What a system counts at a place under names that nothing maps: name -> local day -> units.
Strangers = Mapping[str, Mapping[int, float]]


def missing(
    authority_units: int, units_by_day: Mapping[int, float], strangers: Strangers, sku: str, ever: bool
) -> Part:
    """The part of a SKU that a system does not count at a place: under another name there, or not at all.

    units_by_day: the authority's. ever: whether the system counted it there before. A name that contains the SKU is
    likelier than one that only counts about the same.
    """
    fits = [_fit(name, units_by_day, days) for name, days in strangers.items()]
    good = sorted(
        (one for one in fits if sku in one.name or (one.close and one.share >= ABOUT)),
        key=lambda one: (sku not in one.name, -one.share, -one.exact, one.name),
    )
    if good:
        best = good[0]
        named = sku in best.name and best.share >= ABOUT
        alone = len(good) == 1 and best.numbers >= FEWEST_NUMBERS_ALIKE and best.exact >= EXACT
        sure = best.days >= ENOUGH_DAYS and (named or alone)
        return Part(MAPPING, -authority_units, (best.name,), PROVEN if sure else LIKELY, len(good) - 1, ALIAS)
    sure = all(one.share < UNLIKE and one.exact < UNLIKE_EXACT for one in fits)
    return Part(
        MAPPING, -authority_units, (), PROVEN if sure else LIKELY, len(strangers), "gone" if ever else "missing"
    )


@dataclass(frozen=True)
class _Fit:
    """How alike a name's units are to the authority's on the days that both know.

    share: of those days on which they are about the same, within 10 % or 3 units, since a day's sales may be late;
    exact: on which they are the same. numbers: how many different numbers are the same. close: whether today's are.
    """

    name: str
    share: float = 0.0
    exact: float = 0.0
    days: int = 0
    numbers: int = 0
    close: bool = False


def _fit(name: str, ours: Mapping[int, float], theirs: Mapping[int, float]) -> _Fit:
    days = sorted(set(ours) & set(theirs))
    if not days:
        return _Fit(name)
    off = np.array([abs(ours[day] - theirs[day]) for day in days])
    about = off <= np.maximum(3, 0.1 * np.abs(np.array([ours[day] for day in days])))
    same = {ours[day] for day, away in zip(days, off.tolist(), strict=True) if not away}
    return _Fit(name, float(about.mean()), float((off == 0).mean()), len(days), len(same), bool(about[-1]))


def mapped_wrongly(case: Case, others: Sequence[tuple[str, Mapping[int, float]]]) -> Part | None:
    """A part for cases taken for units, or for a place that is counted too, always or since some day.

    others: the authority's units by day at other locations. Only what holds on all days since, with differing
    numbers, is told: on one day alone anything fits.
    """
    known = ~np.isnan(case.rest)
    days, left, theirs = case.points.day[known], case.rest[known], case.points.units[known]
    expected = theirs - left
    if len(days) < ENOUGH_DAYS or abs(case.left) < LEAST:
        return None
    pack = _pack(expected, theirs)
    if pack is not None:
        return Part(
            MAPPING, pack.units, (), PROVEN if pack.sure else LIKELY, 0, f"pack:{pack.word}", int(days[pack.since])
        )
    fits = []
    for name, by_day in others:
        predicted = np.array([by_day.get(day, np.nan) for day in days.tolist()])
        near = np.abs(left - predicted) <= np.maximum(3, 0.1 * np.abs(predicted))
        since = _since(near, ~np.isnan(predicted))
        if since is not None and abs(predicted[-1]) >= LEAST:
            numbers = len(np.unique(predicted[since:]))
            if numbers >= FEWEST_NUMBERS and _better(left[since:], predicted[since:], np.zeros(len(left) - since)):
                exact = float((np.abs(left - predicted)[since:] <= 1).mean())
                fits.append((exact, numbers, name, int(predicted[-1]), since))
    if not fits:
        return None
    share, numbers, name, units, since = max(fits)
    sure = len(fits) == 1 and numbers >= ENOUGH_DAYS and share >= MOSTLY_EXACT and abs(case.left - units) <= 1
    return Part(MAPPING, units, (), PROVEN if sure else LIKELY, len(fits) - 1, f"also:{name}", int(days[since]))


def _since(near: np.ndarray, told: np.ndarray) -> int | None:
    """The first day from which on nine of ten days that tell are near, up to the last; None where none is."""
    if not (near[-1] and told[-1]):
        return None
    fits = np.cumsum((near & told)[::-1])[::-1]
    days = np.cumsum(told[::-1])[::-1]
    good = np.flatnonzero(near & told & (days >= ENOUGH_DAYS) & (fits >= 0.9 * days))
    return int(good[0]) if len(good) else None


def _better(counted: np.ndarray, should: np.ndarray, else_: np.ndarray) -> bool:
    """Whether what a system should count tells its days much better than the other count and one constant gap do."""
    rest = counted - else_
    steady = np.nanmean(np.abs(rest - np.nanmedian(rest)))
    return bool(np.nanmean(np.abs(counted - should)) <= MUCH_BETTER * steady)


@dataclass(frozen=True)
class _Pack:
    """word: cases or times, and of how many. units: of the gap. since: the place of its first day."""

    word: str
    units: int
    since: int
    sure: bool


def _pack(ours: np.ndarray, theirs: np.ndarray) -> _Pack | None:
    """The number of units that one system takes for one of the other's, and since when; None where none fits.

    ours: what the other system should count.
    """
    some = (ours > 0) & (theirs >= 0)
    a, s = ours.astype(float), theirs.astype(float)
    for more, less, word in ((a, s, "cases"), (s, a, "times")):
        fits = []
        for pack in USUAL_PACKS:
            should = np.floor(a / pack) if word == "cases" else a * pack
            off = np.abs(more / pack - less - (0.5 - 0.5 / pack if word == "cases" else 0.0))
            # Half a case either way, and what else is wrong there: a lost order, some late ones.
            since = _since((off <= np.maximum(1.0, 0.1 * less)) & (more > less), some)
            if since is None or len(np.unique(a[since:][some[since:]])) < ENOUGH_DAYS:
                continue
            if _better(s[since:], should[since:], a[since:]):
                exact = float((s == should)[since:][some[since:]].mean())
                fits.append((-since, exact, -float(off[since:][some[since:]].mean()), pack))
        if fits:
            first, exact, _, pack = max(fits)
            should = np.floor(a / pack) if word == "cases" else a * pack
            numbers = len(np.unique(less[-first:][(s == should)[-first:]]))
            # Cases are likely at most: what is late, or lost, hides in a broken one.
            sure = word == "times" and exact >= MOSTLY_EXACT and numbers >= ENOUGH_DAYS and s[-1] == should[-1]
            return _Pack(f"{word}:{pack}", int(should[-1] - a[-1]), -first, sure)
    return None
