"""Filters: orders of one type or channel that a system leaves out since one day, as all its SKUs show together.

An order that a system did not book is a transaction as far as one SKU tells. A filter begins on one day for all of
them: from then on the gap moves on exactly the days, by exactly the units, of one order type or channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.diagnosis.effects import Effect
from sheets.engine.diagnosis.moves import Moves
from sheets.engine.diagnosis.parts import MAPPING, Part
from sheets.engine.diagnosis.points import Points

NAMES: Final = ("order_type", "channel")
FEWEST: Final = 5  # days of SKUs on which the gap moved by exactly such orders
FEWEST_ROWS: Final = 3
FEWEST_DAYS: Final = 3
MANY: Final = 20  # days of SKUs from which chance, and orders that are late, weigh little
SHARE: Final = 0.85  # of the days that tell anything
SHARE_OF_MANY: Final = 0.65
MORE: Final = 0.35  # by so much more than before it began
LATE_DAYS: Final = 4
DOUBT: Final = 4  # days of SKUs by which another beginning fits as well
MOST: Final = 3  # filters of one system


@dataclass(frozen=True)
class Filter:
    """Orders of one word that a system leaves out since the local day `first`.

    doubtful: the earliest and the latest day on which it may have begun as well.
    """

    name: str
    word: str
    first: int
    doubtful: tuple[int, int]

    @property
    def kind(self) -> str:
        return f"filter:{self.name}:{self.word}"

    def orders(self, moves: Moves) -> np.ndarray:
        """Which movements are such orders, whenever they were."""
        found: np.ndarray = (getattr(moves, self.name) == self.word) & (moves.kind == "sale")
        return found


# What one row has for it: the secondary's days, what is left of the gap on each, the authority's movements.
Told = tuple[Points, np.ndarray, Moves]


def filters_of(rows: Sequence[Told], late_days: int) -> list[Filter]:
    """The filters that a system's SKUs show, the clearest first.

    late_days: how late the system usually books, since orders of the last days may only be late.
    """
    found: list[Filter] = []
    left = list(rows)
    while len(found) < MOST:
        best = _clearest(left, late_days, {one.kind for one in found})
        if best is None:
            break
        found.append(best)
        left = [(points, rest - level_of(best, points, moves), moves) for points, rest, moves in left]
    return found


def level_of(one: Filter, points: Points, moves: Moves) -> np.ndarray:
    """Units of the gap that a filter makes on each day."""
    mine = moves.part(np.flatnonzero(one.orders(moves) & (moves.day >= one.first)))
    sums = np.concatenate([[0], np.cumsum(-mine.units)])
    found: np.ndarray = sums[np.searchsorted(mine.at, points.at, side="right")].astype(float)
    return found


def filtered(filters: Sequence[Filter], told: Told) -> list[Effect]:
    """What a system's filters leave out of one row; a row whose gap does not move with them has none."""
    points, rest, moves = told
    found = []
    for one in filters:
        units = level_of(one, points, moves)
        steps = np.flatnonzero(np.diff(units, prepend=0.0))
        if not len(steps):
            continue
        mine = moves.part(np.flatnonzero(one.orders(moves) & (moves.at <= points.at[-1])))
        lost = mine.part(np.flatnonzero(mine.day >= one.first))
        before = mine.day[mine.day < one.first]
        sure = not ((mine.day >= one.doubtful[0]) & (mine.day < one.doubtful[1])).any()
        sure = sure and not _taken_back(rest - units, steps[0], units[steps[0]])
        names = tuple(dict.fromkeys(str(name) for name in lost.reference if name is not None))
        part = Part(
            MAPPING, int(units[-1]), names, kind=one.kind, since=int(lost.day[0]),
            before=int(before[-1]) if len(before) else None,
        )  # fmt: skip
        effect = Effect(units, part, frozenset(names), sure)
        yes, none = effect.tells(rest)
        if none <= yes or _moved(rest - units) < _moved(rest):
            found.append(effect)
            rest = rest - units
    return found


def _taken_back(rest: np.ndarray, first: int, units: float) -> bool:
    """Whether the gap falls again by the first order's units: it was only late, and the filter began after it."""
    with np.errstate(invalid="ignore"):
        return bool((np.diff(rest)[first : first + LATE_DAYS] == -units).any())


def _moved(rest: np.ndarray) -> float:
    """How much a gap moves from day to day."""
    return float(np.abs(np.diff(rest[~np.isnan(rest)])).sum())


def by_word(rows: Sequence[Told]) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each name and word: local days, on how many SKUs all its orders of the day were left out, or all booked."""
    parts = [one for row, told in enumerate(rows) for one in _days(row, told)]
    if not parts:
        return {}
    every = pd.concat(parts, ignore_index=True)
    found = {}
    for (name, word), table in every.groupby(["name", "word"]):
        by_day = table.groupby("day").agg(out=("all", "sum"), booked=("none", "sum"))
        found[str(name), str(word)] = (by_day.index.to_numpy(), by_day["out"].to_numpy(), by_day["booked"].to_numpy())
    return found


def _clearest(rows: Sequence[Told], late_days: int, taken: set[str]) -> Filter | None:
    parts = [one for row, told in enumerate(rows) for one in _days(row, told)]
    if not parts:
        return None
    every = pd.concat(parts, ignore_index=True)
    last = int(every["day"].max())
    found = []
    for (name, word), table in every.groupby(["name", "word"]):
        one = _since(str(name), str(word), table, last - late_days)
        if one is not None and one[1].kind not in taken:
            found.append(one)
    # Order types go before channels where both say the same.
    return max(found, key=lambda one: (one[0], one[1].name == NAMES[0]), default=(0.0, None))[1]


def _since(name: str, word: str, table: pd.DataFrame, latest: int) -> tuple[float, Filter] | None:
    """The day since which orders of a word are left out, with how clear that is; None where they are not."""
    told = table[table["all"] | table["none"]]
    by_day = told.groupby("day").agg(out=("all", "sum"), booked=("none", "sum"))
    out, booked, days = by_day["out"].to_numpy(), by_day["booked"].to_numpy(), by_day.index.to_numpy()
    if not len(days):
        return None
    fit = np.cumsum((out - booked)[::-1])[::-1] - np.concatenate([[0], np.cumsum(out - booked)[:-1]])
    at = int(np.argmax(fit))
    lost, kept = int(out[at:].sum()), int(booked[at:].sum())
    before = out[:at].sum() / max(out[:at].sum() + booked[:at].sum(), 1)
    share = lost / max(lost + kept, 1)
    mine = told[(told["day"] >= days[at]) & told["all"]]
    clear = lost >= FEWEST and days[at] <= latest and share >= (SHARE if lost + kept < MANY else SHARE_OF_MANY)
    if not clear or share < before + MORE or mine["row"].nunique() < FEWEST_ROWS or mine["day"].nunique() < FEWEST_DAYS:
        return None
    near = days[fit > fit[at] - DOUBT]
    earliest = int(days[:at].max()) + 1 if at and len(near) == 1 else int(near.min())
    return float(lost - kept), Filter(name, word, int(days[at]), (earliest, int(near.max())))


def _days(row: int, told: Told) -> Iterator[pd.DataFrame]:
    """For each day of a row with orders of a word: whether the gap moved by all of them, or not at all."""
    points, rest, moves = told
    if len(points) < 2:
        return
    moved = np.diff(rest)
    whole = (np.diff(points.day) == 1) & ~np.isnan(moved)
    sales = moves.part(np.flatnonzero(moves.kind == "sale"))
    step = np.searchsorted(points.at, sales.at, side="left") - 1
    known = (step >= 0) & (step < len(moved))
    known[known] &= whole[step[known]]
    for name in NAMES:
        words = getattr(sales, name)
        for word in {one for one in words[known] if one is not None}:
            mine = known & (words == word)
            units = np.bincount(step[mine], weights=-sales.units[mine], minlength=len(moved))
            day = np.full(len(moved), -1)
            day[step[mine]] = sales.day[mine]
            # Counts in the middle of a day part its orders: only those of one day tell of that day.
            several = np.zeros(len(moved), dtype=bool)
            several[step[mine][sales.day[mine] != day[step[mine]]]] = True
            steps = np.flatnonzero((units > 0) & ~several)
            table = {
                "row": row,
                "name": name,
                "word": word,
                "day": day[steps],
                "all": moved[steps] == units[steps],
                "none": moved[steps] == 0,
            }
            yield pd.DataFrame(table)
