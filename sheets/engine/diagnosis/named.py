"""Named: which cause a movement has that only one side knows, by its date, its shipment and its kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.matched import ADDED, LOST, POSTED_LATE, Difference
from sheets.engine.diagnosis.moves import Moves
from sheets.engine.diagnosis.parts import LATE, LIKELY, MAPPING, PROVEN, RECEIVING, TIMING, TRANSACTION, Part
from sheets.engine.diagnosis.sides import DAY

SMALL_CHANGE: Final = 2  # units
CARRIED: Final = ("receipt", "transfer_out")  # without any shipments told, these may be of one still open


def named(
    differences: Sequence[Difference],
    ours: Moves,
    paired: np.ndarray,
    every: Moves,
    legs: Mapping[str, Leg],
    at: int,
    lag_days: Mapping[str, int],
    shipments_told: bool,
) -> list[Part]:
    """The parts of a gap that these differences are. every: the authority's movements, of earlier days too.

    Late: within the days by which that system is known to book that kind late. Under way: a shipment still open, or
    closed short. A filter: two or more of one order type or channel lost, and none of that kind booked since the
    first of them. The rest are transactions.
    """
    filtered, rest = _filters(_without_small_change(differences), ours, paired, every)
    parts = []
    late: list[Difference] = []
    for one in rest:
        leg = next((legs[reference] for reference in one.references if reference in legs), None)
        cause = leg.cause(at) if leg is not None else None
        within = lag_days.get(one.kind, 0) * DAY
        if one.at > at - within and within and one.what == LOST and cause != RECEIVING:
            late.append(one)
        else:
            parts.append(_part(cause or TRANSACTION, one, sure=shipments_told or one.kind not in CARRIED))
    parts += [
        Part(TIMING, one.units, one.references, LIKELY, 0, LATE, one.day, one.order_type, one.channel) for one in late
    ]
    return [*filtered, *parts]


def _without_small_change(differences: Sequence[Difference]) -> list[Difference]:
    """Without a unit or two lost and as many added of one kind within two days, where no number tells them apart."""
    kept = list(differences)
    for one in differences:
        if one.what != ADDED or one.linked or abs(one.units) > SMALL_CHANGE:
            continue
        like = [
            other for other in kept
            if other.what == LOST and not other.linked and other.kind == one.kind
            and other.units == -one.units and abs(other.at - one.at) <= POSTED_LATE
        ]  # fmt: skip
        if like and one in kept:
            kept.remove(one)
            kept.remove(min(like, key=lambda other: abs(other.at - one.at)))
    return kept


def _part(cause: str, one: Difference, *, sure: bool) -> Part:
    verdict = PROVEN if sure and one.linked and not one.alternatives else LIKELY
    return Part(
        cause, one.units, one.references, verdict, one.alternatives, one.what, one.day, one.order_type, one.channel
    )


def _before(ours: Moves, name: str, word: str, since: int) -> int | None:
    """The local day of the last order of that word before that time."""
    days = ours.day[(getattr(ours, name) == word) & (ours.kind == "sale") & (ours.at < since)]
    return int(days[-1]) if len(days) else None


def _filters(
    differences: Sequence[Difference], ours: Moves, paired: np.ndarray, every: Moves
) -> tuple[list[Part], list[Difference]]:
    """Order types, then channels, of which nothing was booked since the first that was lost."""
    rest = list(differences)
    parts = []
    for name in ("order_type", "channel"):
        groups: dict[str, list[Difference]] = defaultdict(list)
        for one in rest:
            word = getattr(one, name)
            if one.what == LOST and word is not None and one.kind in ("sale", "return"):
                groups[word].append(one)
        words = getattr(ours, name)
        for word, mine in sorted(groups.items()):
            since = min(one.at for one in mine)
            booked = (words == word) & paired & (ours.at >= since)
            if len(mine) < 2 or booked.any():
                continue
            other = {getattr(one, name) for one in rest if one.what == LOST and one.kind == "sale"} - {word, None}
            everything = not (paired & (ours.kind == "sale")).any() and not other
            references = tuple(reference for one in mine for reference in one.references)
            sure = all(one.linked or not one.alternatives for one in mine) and not everything
            units = sum(one.units for one in mine)
            parts.append(
                Part(
                    MAPPING,
                    units,
                    references,
                    PROVEN if sure else LIKELY,
                    0,
                    f"filter:{name}:{word}",
                    mine[0].day,
                    before=_before(every, name, word, since),
                )
            )
            rest = [one for one in rest if one not in mine]
    return parts, rest
