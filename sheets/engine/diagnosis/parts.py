"""What a diagnosis says: parts of a gap, each with its cause, units, references and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TIMING: Final = "timing"
IN_TRANSIT: Final = "in transit"
RECEIVING: Final = "receiving"
MAPPING: Final = "mapping"
TRANSACTION: Final = "transaction"
# In this order the first of two parts of one size names the row's cause.
CAUSES: Final = (TIMING, IN_TRANSIT, RECEIVING, MAPPING, TRANSACTION)

PROVEN: Final = "proven"
LIKELY: Final = "likely"
OPEN: Final = "open"
VERDICTS: Final = (PROVEN, LIKELY, OPEN)

# Kinds of timing: which of the two counts is the older one.
OUR_COUNT_OLDER: Final = "the authority's count is older"
LATE: Final = "late"
THEIR_COUNT_OLDER: Final = "its count is older"


@dataclass(frozen=True)
class Part:
    """Units of a gap (signed as the gap) with one cause.

    references: shipments, movements' references or a system's SKU, oldest first. alternatives: how many other
    explanations fit as well. kind: what happened, in one word of words.py, for the sentence on the tabs.
    since: the local day on which it began, missing where none is known. order_type, channel: of its movement.
    before: the local day of the last order that was booked before a filter began.
    """

    cause: str
    units: int
    references: tuple[str, ...] = ()
    verdict: str = LIKELY
    alternatives: int = 0
    kind: str = ""
    since: int | None = None
    order_type: str | None = None
    channel: str | None = None
    before: int | None = None


@dataclass(frozen=True)
class Diagnosis:
    """A gap's parts, the largest first, and what of it is not explained.

    agreed: the local day of the last agreement, None where both never agreed in the days that are known.
    opening: the gap on the day from which the parts are told, 0 where both agreed. history: the gap by local day,
    oldest first, as far as both sides' counts of that moment are known. closes: the local day by which its lags
    should have closed, None where it does not close by itself. day: the local day that both counts were brought to.
    unread: whether nothing was read of the other system, so that nothing can be told of it.
    """

    gap: int
    parts: tuple[Part, ...] = ()
    agreed: int | None = None
    opening: int = 0
    history: tuple[tuple[int, int], ...] = ()
    closes: int | None = None
    day: int | None = None
    unread: bool = False

    @property
    def remainder(self) -> int:
        return self.gap - sum(part.units for part in self.parts)

    @property
    def cause(self) -> str | None:
        """The cause of the largest part."""
        return self.parts[0].cause if self.parts else None

    def verdict(self, threshold: float) -> str:
        """The weakest of the parts' verdicts; open when more than the threshold is left."""
        if not self.parts or abs(self.remainder) > threshold:
            return OPEN
        return max((part.verdict for part in self.parts), key=VERDICTS.index)


def largest_first(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts by size, then by cause, then by their first reference; parts of no units are left out."""
    some = [part for part in parts if part.units]
    return tuple(sorted(some, key=lambda part: (-abs(part.units), CAUSES.index(part.cause), part.references)))
