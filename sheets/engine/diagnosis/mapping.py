"""Mapping: a SKU missing at a system, its units under another name, cases taken for units, a place counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.parts import LIKELY, MAPPING, PROVEN, Part

UNLIKE: Final = 0.3  # of the days on which two names count about the same, below which they are two things
FEWEST_CASES: Final = 3
ENOUGH_DAYS: Final = 4  # different units on as many days are no chance
USUAL_PACKS: Final = (2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 96, 100, 144)

# What a system counts at a place under names that nothing maps: name -> local day -> units.
Strangers = Mapping[str, Mapping[int, float]]


def missing(authority_units: int, units_by_day: Mapping[int, float], strangers: Strangers, ever: bool) -> Part:
    """The part of a SKU that a system does not count at a place: under another name there, or not at all.

    units_by_day: the authority's. ever: whether the system counted it there before.
    """
    fits = [(*_fit(units_by_day, days), name) for name, days in strangers.items()]
    good = sorted((one for one in fits if one[0] >= 0.8 or one[2]), key=lambda one: (-one[0], -one[1], one[3]))
    close = [one for one in good if one[2]]
    if close:
        share, days, _, name = close[0]
        sure = len(close) == 1 and share >= 0.8 and days >= ENOUGH_DAYS
        return Part(MAPPING, -authority_units, (name,), PROVEN if sure else LIKELY, len(close) - 1, "alias")
    sure = not ever and all(share < UNLIKE for share, _, _, _ in fits)
    return Part(
        MAPPING, -authority_units, (), PROVEN if sure else LIKELY, len(strangers), "gone" if ever else "missing"
    )


def _fit(ours: Mapping[int, float], theirs: Mapping[int, float]) -> tuple[float, int, bool]:
    """The share of common days on which both are about the same, how many differing numbers, and whether today's are.

    About: within 10 % or 3 units, since a day's sales may be late.
    """
    days = sorted(set(ours) & set(theirs))
    if not days:
        return 0.0, 0, False
    same = [abs(ours[day] - theirs[day]) <= max(3, 0.1 * abs(ours[day])) for day in days]
    return sum(same) / len(days), len({ours[day] for day in days}), same[-1]


def mapped_wrongly(case: Case, others: Sequence[tuple[str, Mapping[int, float]]], strangers: Strangers) -> Part | None:
    """A part for units under an unmapped name beside the SKU's own, cases taken for units, or a place counted too.

    others: the authority's units by day at other locations. Only what holds on all days known, with
    differing numbers, is told: on one day alone anything fits.
    """
    known = ~np.isnan(case.gaps)
    days, gaps, theirs = case.points.day[known], case.rest[known], case.points.units[known]
    ours = theirs - gaps
    if len(days) < ENOUGH_DAYS or abs(case.rest[-1]) < 3:
        return None
    pack = _pack(ours, theirs)
    if pack is not None:
        # Likely at most: what is late, or lost, hides in a broken case.
        return Part(MAPPING, int(case.rest[-1]), (), LIKELY, 0, f"pack:{pack}")
    for what, sign, sources in (
        ("alias", -1, [(name, by_day) for name, by_day in strangers.items()]),
        ("also", 1, list(others)),
    ):
        fits = []
        for name, by_day in sources:
            both = np.array([day in by_day for day in days.tolist()])
            if both.sum() < ENOUGH_DAYS or not both[-1]:
                continue
            predicted = np.array([sign * by_day.get(day, np.nan) for day in days.tolist()])[both]
            off = np.abs(gaps[both] - predicted)
            near = off <= np.maximum(2, 0.05 * np.abs(predicted))
            if near[-1] and near.mean() >= 0.8 and abs(predicted[-1]) >= 3:
                fits.append((float(near.mean()), len(np.unique(predicted)), name, int(predicted[-1])))
        if fits:
            share, numbers, name, units = max(fits)
            sure = len(fits) == 1 and numbers >= ENOUGH_DAYS and share >= 0.9
            references = (name,) if what == "alias" else ()
            kind = "alias" if what == "alias" else f"also:{name}"
            return Part(MAPPING, units, references, PROVEN if sure else LIKELY, len(fits) - 1, kind)
    return None


def _pack(ours: np.ndarray, theirs: np.ndarray) -> str | None:
    """The number of units that one system takes for one of the other's; None where none fits."""
    some = (ours > 0) & (theirs > 0)
    if some.mean() < 0.8 or not some[-1]:
        return None
    a, s = ours[some].astype(np.int64), theirs[some].astype(np.int64)
    for more, less, word in ((a, s, "cases"), (s, a, "times")):
        if len(np.unique(less)) < FEWEST_CASES:
            continue
        off = {pack: np.abs(more / pack - less - 0.5) for pack in USUAL_PACKS}
        pack = min(off, key=lambda one: float(off[one].mean()))
        # Half a case either way, and what else is wrong there: a filter, a lost order.
        near = off[pack] <= np.maximum(1.0, 0.1 * less)
        if near.mean() >= 0.9 and near[-1]:
            return f"{word}:{pack}"
    return None
