"""Filters of a whole system: an order that one SKU lost, where other SKUs lost every order of its type or channel.

One lost order of a SKU is a transaction as far as that SKU tells. A filter begins on one day for all SKUs, and from
then on nothing of its kind is booked: that is seen from all SKUs together, those without a gap included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
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
AGAINST: Final = 5  # rows that agree, for each that does not

# System, name ("order_type" or "channel") and word -> rows of gaps and local days of every order of that word.
Orders = Callable[[str, str, str], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Beginning:
    """The day on which a filter began; booked: the last days before it on which rows had an order that was booked."""

    first: int
    booked: tuple[tuple[int, int], ...]

    def booked_by_others(self, row: int) -> int:
        """The last day before it on which another row shows that it had not begun."""
        return max((day for day, other in self.booked if other != row), default=-1)


def system_wide(found: Mapping[int, Diagnosis], system_of: Mapping[int, str], orders: Orders) -> dict[int, Diagnosis]:
    """The diagnoses with single orders taken to the filter that all SKUs of the system show, and late orders as one."""
    began = _began(found, system_of, orders)
    changed = {}
    for row, one in found.items():
        parts = [_taken(part, row, system_of[row], began) for part in one.parts]
        changed[row] = replace(one, parts=largest_first(_late_as_one(_filter_as_one(parts))))
    return changed


def _words(part: Part) -> list[tuple[str, str]]:
    if part.kind.startswith("filter:"):
        _, name, word = part.kind.split(":", 2)
        return [(name, word)]
    if part.kind not in (LOST, LATE) or part.cause not in (TRANSACTION, TIMING):
        return []
    return [(name, word) for name in ("order_type", "channel") if (word := getattr(part, name)) is not None]


def _began(
    found: Mapping[int, Diagnosis], system_of: Mapping[int, str], orders: Orders
) -> dict[tuple[str, str, str], Beginning]:
    """For each system and word the day from which nearly every row that had such an order has lost it."""
    lost: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for row, one in found.items():
        for part in one.parts:
            if part.since is not None and part.units > 0:
                for name, word in _words(part):
                    lost[system_of[row], name, word].append((part.since, row))
    began = {}
    for key, days in sorted(lost.items()):
        rows, when = orders(*key)
        last = max(day for day, _ in days)
        best = max((_agreeing(days, rows, when, first, last) for first in {day for day, _ in days}), default=None)
        if best is not None and best[0] > 0:
            first = -best[1]
            booked = pd.Series(when[when < first]).groupby(rows[when < first]).max().sort_values()
            began[key] = Beginning(first, tuple((int(day), int(row)) for row, day in booked.tail(2).items()))
    return began


def _agreeing(
    days: Sequence[tuple[int, int]], rows: np.ndarray, when: np.ndarray, first: int, last: int
) -> tuple[int, int]:
    """How well one day fits as the beginning, above 0 where it does, and that day (negative: the earlier of equals).

    A row agrees that lost its first order of those days; each that booked it weighs against several that agree.
    """
    lost_on: dict[int, int] = {}
    for day, row in days:
        if day >= first:
            lost_on[row] = min(day, lost_on.get(row, day))
    inside = (when >= first) & (when <= last)
    had = pd.Series(when[inside]).groupby(rows[inside]).min()
    agree = sum(lost_on.get(int(row), -1) == day for row, day in had.items())
    against = len(had) - agree
    return (agree - AGAINST * against if agree >= FEWEST_ROWS else -1), -first


def _taken(part: Part, row: int, system: str, began: Mapping[tuple[str, str, str], Beginning]) -> Part:
    firsts = [(name, word, began.get((system, name, word))) for name, word in _words(part)]
    known = [(name, word, first) for name, word, first in firsts if first is not None]
    if part.kind.startswith("filter:"):
        if not known:
            return part if abs(part.units) >= SMALL else replace(part, units=0)
        begins = known[0][2]
        certain = part.before is None or part.before <= begins.booked_by_others(row)
        agrees = part.since is not None and part.since >= begins.first and certain
        return part if agrees else replace(part, verdict=LIKELY)
    for name, word, begins in known:
        if part.since is not None and part.since >= begins.first:
            return replace(part, cause=MAPPING, kind=f"filter:{name}:{word}")
    return part


def _filter_as_one(parts: Sequence[Part]) -> list[Part]:
    """The parts, with all orders of one filter as one."""
    found: dict[str, Part] = {}
    for part in parts:
        other = found.get(part.kind) if part.kind.startswith("filter:") else None
        if other is None:
            found[part.kind if part.kind.startswith("filter:") else f"\n{len(found)}"] = part
        else:
            found[part.kind] = replace(
                other,
                units=other.units + part.units,
                references=tuple(dict.fromkeys((*other.references, *part.references))),
                verdict=other.verdict if part.verdict == PROVEN else part.verdict,
                alternatives=max(other.alternatives, part.alternatives),
                since=min((day for day in (other.since, part.since) if day is not None), default=None),
            )
    return list(found.values())


def _late_as_one(parts: Sequence[Part]) -> list[Part]:
    """The parts, with all late orders as one."""
    late = [part for part in parts if part.kind == LATE]
    if len(late) < 2:
        return list(parts)
    references = tuple(dict.fromkeys(name for part in late for name in part.references))
    units, since = sum(part.units for part in late), min(part.since or 0 for part in late)
    return [*(part for part in parts if part.kind != LATE), Part(TIMING, units, references, LIKELY, 0, LATE, since)]
