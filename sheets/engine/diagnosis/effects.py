"""Effects: what a habit of a whole system does to the gap of one SKU, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sheets.engine.diagnosis.parts import LIKELY, PROVEN, Part

EXACT: Final = 0.6  # of the days on which it moved the gap: on so many nothing else may have moved


@dataclass(frozen=True)
class Effect:
    """One habit's part of a gap: units of the gap on each of the case's days; part: what it is now.

    names: references of the movements that it accounts for. sure: whether other SKUs leave no doubt.
    """

    units: np.ndarray
    part: Part
    names: frozenset[str]
    sure: bool

    def told(self, rest: np.ndarray) -> Part:
        """The part; proven where the gap moved with it and, on most of those days, by nothing else.

        rest: the gap on each day without all effects.
        """
        still = np.diff(rest)[np.diff(self.units) != 0] == 0
        proven = self.sure and len(still) > 0 and bool(still.mean() >= EXACT)
        return replace(self.part, verdict=PROVEN if proven else LIKELY)


def summed(effects: Sequence[Effect], days: int) -> np.ndarray:
    """The gap that all effects make on each day."""
    found: np.ndarray = np.sum([one.units for one in effects], axis=0) if effects else np.zeros(days)
    return found


def parts_of(effects: Sequence[Effect], rest: np.ndarray) -> list[Part]:
    """The parts of all effects that have units now."""
    return [one.told(rest) for one in effects if one.part.units]
