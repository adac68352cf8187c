"""Known: what all SKUs together tell of a system: shared numbers, how late it books, names that nothing maps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from connectors.frames import Batch
from sheets.engine.diagnosis.sides import Sides
from sheets.engine.setup import Setup
from sheets.engine.standing import local_days
from sheets.engine.tally import DAY, Feed, Placed, codes_of, microseconds

# A day late is usual for orders at systems that import them overnight; all else is known only by what was seen.
USUAL_LAG: Final = {"sale": 2, "return": 7}
MOST_LAG: Final = 7
SEEN_OFTEN: Final = 5
FEWEST_LETTERS: Final = 4  # of a SKU that is looked for in a name
SHARED: Final = 0.9  # of a kind's references: where fewer are found again, a missing one proves nothing


class Known:
    """What is asked of pairs of feeds while single gaps are looked at; each answer is worked out once."""

    def __init__(
        self,
        batch: Batch,
        sides: Sides,
        feeds: Sequence[Feed],
        setup: Setup,
        *,
        shipments_told: bool,
    ) -> None:
        self._sides = sides
        self.shipments_told = shipments_told
        self._strangers = strangers(batch, sides.placed, setup)
        self.sku_names: list[str] = setup.skus["sku"].astype("str").to_list()
        self._owner = cache(self._owner_of)
        self._both = cache(self._of_both)
        self._words = cache(self._of_words)

    def names_for(self, feed: int, sku: int) -> dict[str, dict[int, float]]:
        """Names that nothing maps at a feed, with units by local day, without those that are made of another SKU."""
        mine = self._strangers.get(feed)
        if not mine:
            return {}
        return {name: days for name, days in mine.items() if self._owner(name) in (None, self.sku_names[sku])}

    def _owner_of(self, name: str) -> str | None:
        """The longest SKU that a name contains."""
        inside = [one for one in self.sku_names if len(one) >= FEWEST_LETTERS and one in name]
        return max(inside, key=len, default=None)

    def shares_numbers(self, ours: int, theirs: int, kind: str) -> bool:
        """Whether two feeds' movements of a kind mostly carry the same references."""
        found, of = self._both(ours, theirs)[0].get(kind, (0, 0))
        return of >= SEEN_OFTEN and found / of >= SHARED

    def unsynced(self, system: str) -> frozenset[int]:
        """The local days on which a system's sync did not run."""
        return self._sides.unsynced.get(system, frozenset())

    def shares_words(self, ours: int, theirs: int, name: str) -> bool:
        """Whether two feeds call order types, or channels, mostly by the same words."""
        return self._words(ours, theirs, name)

    def _of_words(self, ours: int, theirs: int, name: str) -> bool:
        mine, other = (
            {word for word in getattr(self._sides.all_moves(feed).moves, name) if word is not None}
            for feed in (ours, theirs)
        )
        return bool(other) and len(mine & other) >= len(other) / 2

    def lag_days(self, ours: int, theirs: int) -> dict[str, int]:
        """For each kind, the days within which the second feed has booked nearly all that the first one has."""
        return self._both(ours, theirs)[1]

    def _of_both(self, ours: int, theirs: int) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
        a, b = self._sides.all_moves(ours), self._sides.all_moves(theirs)
        lags = dict(USUAL_LAG)
        if not len(b):
            return {}, lags
        first_b: dict[tuple[str, int], int] = {}
        for reference, sku, day in zip(b.moves.reference, b.sku.tolist(), b.moves.day.tolist(), strict=True):
            if reference is not None:
                first_b.setdefault((reference, sku), day)
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        late: dict[str, list[int]] = defaultdict(list)
        span = self._sides.span(theirs)
        assert span is not None
        for reference, sku, day, kind, at in zip(
            a.moves.reference, a.sku.tolist(), a.moves.day.tolist(), a.moves.kind, a.moves.at.tolist(), strict=True
        ):
            if reference is None or not span.first <= at <= span.last - MOST_LAG * DAY:
                continue
            found[kind][1] += 1
            there = first_b.get((reference, sku))
            if there is not None:
                found[kind][0] += 1
                late[kind].append(max(there - day, 0))
        for kind, days in late.items():
            if len(days) >= SEEN_OFTEN:
                lags[kind] = min(int(np.quantile(days, 0.98, method="higher")), MOST_LAG)
        return {kind: (there, of) for kind, (there, of) in found.items()}, lags


def strangers(batch: Batch, placed: tuple[Placed, Placed], setup: Setup) -> dict[int, dict[str, dict[int, float]]]:
    """Feed -> name that no SKU or identifier maps -> local day -> units counted under it.

    placed: the rows of the past and of today.
    """
    zone = setup.settings.time_zone
    found: dict[int, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for frame, of in zip((batch.past, batch.counts), placed, strict=True):
        rows = np.flatnonzero((of.feed >= 0) & (of.sku < 0) & (of.units != 0))
        names, name_at = codes_of(frame["system_sku"].iloc[rows])
        days = local_days(microseconds(frame["as_of"].iloc[rows]), zone)
        for feed, name, day, units in zip(
            of.feed[rows].tolist(), name_at.tolist(), days.tolist(), of.units[rows].tolist(), strict=True
        ):
            found[feed][str(names[name])][day] += units
    return found
