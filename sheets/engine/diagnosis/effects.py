"""Effects: what a habit of a whole system does to the gap of one SKU, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sheets.engine.diagnosis.parts import LIKELY, PROVEN, Part

AGAINST: Final = 2  # a day on which the gap did not move weighs as much as so many on which it did


@dataclass(frozen=True)
class Effect:
    """One habit's part of a gap: units of the gap on each of the case's days; part: what it is now.

    names: references of the movements that it accounts for. sure: whether other SKUs leave no doubt. near: units that
    a gap may move by besides on one day, for late orders; near_share: the same as a share of what moved.
    """

    units: np.ndarray
    part: Part
    names: frozenset[str]
    sure: bool
    near: float = 0.0
    near_share: float = 0.0
    under_way: bool = False

    def tells(self, gaps: np.ndarray) -> tuple[int, int]:
        """On how many days the gap moved as the units did, and on how many not, while those did.

        gaps: the gap on each day, without what else is known of it.
        """
        should, did = np.diff(self.units), np.diff(gaps)
        near = np.maximum(self.near, self.near_share * np.abs(should))
        told = np.abs(should) > 2 * near
        with np.errstate(invalid="ignore"):
            yes, none = told & (np.abs(did - should) <= near), told & (np.abs(did) <= near)
        return int(yes.sum()), int(none.sum())

    def told(self, rest: np.ndarray) -> Part:
        """The part; proven where the gap moved with it on its days. rest: the gap without all effects."""
        yes, none = self.tells(rest + self.units)
        return replace(self.part, verdict=PROVEN if self.sure and yes > AGAINST * none else LIKELY)


def summed(effects: Sequence[Effect], days: int) -> np.ndarray:
    """The gap that all effects make on each day."""
    found: np.ndarray = np.sum([one.units for one in effects], axis=0) if effects else np.zeros(days)
    return found


def parts_of(effects: Sequence[Effect], rest: np.ndarray) -> list[Part]:
    """The parts of all effects that have units now."""
    return [one.told(rest) for one in effects if one.part.units]
