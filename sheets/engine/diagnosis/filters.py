"""Filters of a whole system: what several SKUs lost of one order type or channel, each SKU that lost one has lost to it.

One lost order of a SKU is a transaction as far as that SKU tells; beside other SKUs that lost every such order since
the same days it is the same filter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sheets.engine.diagnosis.matched import LOST
from sheets.engine.diagnosis.parts import LIKELY, MAPPING, PROVEN, TRANSACTION, Diagnosis, Part, largest_first

FEW_DAYS: Final = 7  # a SKU may have lost an order some days before the first SKU that lost two


def system_wide(found: Mapping[int, Diagnosis], system_of: Mapping[int, str]) -> dict[int, Diagnosis]:
    """The diagnoses with single orders taken to the filter that other SKUs of the system show.

    A part stays proven when a proven filter of two other SKUs or more covers its day; a lost order near the filter's
    first days is likely at most, whichever it is.
    """
    began: dict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
    for row, one in found.items():
        for part in one.parts:
            if part.kind.startswith("filter:") and part.since is not None:
                began[system_of[row], part.kind].append((part.since, part.verdict == PROVEN))
    if not began:
        return dict(found)
    return {
        row: replace(one, parts=largest_first(_taken(part, system_of[row], began) for part in one.parts))
        for row, one in found.items()
    }


def _taken(part: Part, system: str, began: Mapping[tuple[str, str], list[tuple[int, bool]]]) -> Part:
    if part.cause != TRANSACTION or part.kind != LOST or part.since is None:
        return part
    for name in ("order_type", "channel"):
        kind = f"filter:{name}:{getattr(part, name)}"
        seen = began.get((system, kind), [])
        if not seen or part.since < min(seen)[0] - FEW_DAYS:
            continue
        sure = sum(proven for _, proven in seen) >= 2 and part.since >= min(seen)[0] and part.verdict == PROVEN
        return replace(part, cause=MAPPING, kind=kind, verdict=PROVEN if sure else LIKELY)
    return part
