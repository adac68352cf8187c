"""Filters of a whole system: an order that one SKU lost, where other SKUs lost every order of its type or channel.

One lost order of a SKU is a transaction as far as that SKU tells. A filter begins on one day for all SKUs, and from
then on nothing of its kind is booked: that is seen from all SKUs together, those without a gap included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from sheets.engine.diagnosis.matched import LOST
from sheets.engine.diagnosis.parts import (
    LATE,
    LIKELY,
    MAPPING,
    PROVEN,
    TIMING,
    TRANSACTION,
    Diagnosis,
    Part,
    largest_first,
)

SMALL: Final = 6  # units of a filter that one SKU alone does not show
FEWEST_ROWS: Final = 3
MOST_OFF: Final = 3  # units that may be left where a filter explains the rest
WHOLE: Final = ("alias", "missing", "gone", "pack", "also")  # a part that takes the whole count
AGAINST: Final = 5  # rows that agree, for each that does not

# System, name ("order_type" or "channel") and word -> every order of that word: row (of gaps), day (local), units
# (signed) and reference (None missing), in order of time.
Orders = Callable[[str, str, str], pd.DataFrame]


@dataclass(frozen=True)
class Filter:
    """A filter that all SKUs of a system show: the days between which it began, and every order of its word."""

    name: str
    word: str
    earliest: int
    latest: int
    orders: pd.DataFrame

    @property
    def kind(self) -> str:
        return f"filter:{self.name}:{self.word}"

    def of(self, row: int, last: int) -> tuple[pd.DataFrame, bool]:
        """The row's orders that it left out, up to a day, and whether other rows make it certain that these are all."""
        mine = self.orders[(self.orders["row"] == row) & (self.orders["day"] <= last)]
        booked = self.orders.loc[(self.orders["row"] != row) & (self.orders["day"] < self.earliest), "day"]
        doubtful = mine["day"].between(booked.max() + 1 if len(booked) else -1, self.latest - 1)
        return mine[mine["day"] >= self.earliest], not doubtful.any()


def system_wide(found: Mapping[int, Diagnosis], system_of: Mapping[int, str], orders: Orders) -> dict[int, Diagnosis]:
    """The diagnoses with what filters of the whole system left out told as such, and late orders as one part."""
    filters, tables = _filters(found, system_of, orders)
    changed = {}
    for row, one in found.items():
        told = one
        for filter_ in filters.get(system_of[row], []):
            told = _filtered(told, row, filter_)
        known = {filter_.kind for filter_ in filters.get(system_of[row], [])}
        parts = [
            _by_itself(part, row, tables[system_of[row], part.kind]) if _alone(part, known) else part
            for part in told.parts
        ]
        changed[row] = replace(told, parts=largest_first(_late_as_one(parts)))
    return changed


def _alone(part: Part, known: set[str]) -> bool:
    """Whether a part is a filter that no other SKU shows."""
    return part.kind.startswith("filter:") and part.kind not in known


def _by_itself(part: Part, row: int, table: pd.DataFrame) -> Part:
    """A filter that one row shows: nothing where it is small, likely where other rows had such orders and kept them."""
    if abs(part.units) < SMALL:
        return replace(part, units=0)
    others = table[(table["row"] != row) & (table["day"] >= (part.since or 0))]
    return part if others.empty else replace(part, verdict=LIKELY)


def _filtered(one: Diagnosis, row: int, filter_: Filter) -> Diagnosis:
    """A row's diagnosis with one part for all orders that the filter left out, where that leaves no more open."""
    if one.day is None or any(part.kind.startswith(WHOLE) for part in one.parts):
        return one
    mine, certain = filter_.of(row, one.day)
    theirs = [part for part in one.parts if (filter_.name, filter_.word) in _words(part)]
    theirs = [part for part in theirs if part.kind == filter_.kind or (part.since or 0) >= filter_.earliest]
    if mine.empty and not theirs:
        return one
    units = -int(mine["units"].sum())
    rest = one.remainder + sum(part.units for part in theirs) - units
    if abs(rest) > abs(one.remainder) + MOST_OFF:
        return replace(one, parts=tuple(replace(p, verdict=LIKELY) if p in theirs else p for p in one.parts))
    references = tuple(dict.fromkeys(str(name) for name in mine["reference"] if name is not None))
    sure = certain and abs(rest) <= MOST_OFF
    since = int(mine["day"].min()) if len(mine) else None
    part = Part(MAPPING, units, references, PROVEN if sure else LIKELY, 0, filter_.kind, since)
    return replace(one, parts=(*(p for p in one.parts if p not in theirs), part))


def _words(part: Part) -> list[tuple[str, str]]:
    if part.kind.startswith("filter:"):
        _, name, word = part.kind.split(":", 2)
        return [(name, word)]
    if part.kind not in (LOST, LATE) or part.cause not in (TRANSACTION, TIMING):
        return []
    return [(name, word) for name in ("order_type", "channel") if (word := getattr(part, name)) is not None]


def _filters(
    found: Mapping[int, Diagnosis], system_of: Mapping[int, str], orders: Orders
) -> tuple[dict[str, list[Filter]], dict[tuple[str, str], pd.DataFrame]]:
    """The filters of each system, and the orders of every word that a row has lost, by system and kind.

    From a filter's first day nearly every row that had such an order has lost it.
    """
    tables: dict[tuple[str, str], pd.DataFrame] = {}
    lost: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for row, one in found.items():
        for part in one.parts:
            if part.since is not None and part.units > 0:
                for name, word in _words(part):
                    lost[system_of[row], name, word].append((part.since, row))
    filters: dict[str, list[Filter]] = defaultdict(list)
    for (system, name, word), days in sorted(lost.items()):
        table = orders(system, name, word)
        last = max(day for day, _ in days)
        fits = {first: _agreeing(days, table, first, last, found) for first in {day for day, _ in days}}
        best = max(fits.values(), default=0)
        tables[system, f"filter:{name}:{word}"] = table
        if best > 0:
            firsts = [first for first, fit in fits.items() if fit == best]
            filters[system].append(Filter(name, word, min(firsts), max(firsts), table))
    return filters, tables


def _agreeing(
    days: Sequence[tuple[int, int]], table: pd.DataFrame, first: int, last: int, found: Mapping[int, Diagnosis]
) -> int:
    """How well one day fits as the beginning, above 0 where it does.

    A row agrees that lost its first order of those days, or of whose gap less stays open without them. Each other row
    has booked them, and weighs against several that agree.
    """
    lost_on: dict[int, int] = {}
    for day, row in days:
        if day >= first:
            lost_on[row] = min(day, lost_on.get(row, day))
    inside = table[(table["day"] >= first) & (table["day"] <= last)]
    summed = inside.groupby("row").agg(day=("day", "min"), units=("units", "sum"))
    agree = against = told = 0
    for row, day, units in summed.itertuples():
        left = found[row].remainder if row in found else 0
        if lost_on.get(row) == day:
            told += 1
        elif row not in lost_on and left and abs(left + units) < abs(left):
            agree += 1
        else:
            against += 1
    return told + agree - AGAINST * against if told >= FEWEST_ROWS else -1


def _late_as_one(parts: Sequence[Part]) -> list[Part]:
    """The parts, with all late orders as one."""
    late = [part for part in parts if part.kind == LATE]
    if len(late) < 2:
        return list(parts)
    references = tuple(dict.fromkeys(name for part in late for name in part.references))
    units, since = sum(part.units for part in late), min(part.since or 0 for part in late)
    return [*(part for part in parts if part.kind != LATE), Part(TIMING, units, references, LIKELY, 0, LATE, since)]
