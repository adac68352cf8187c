"""Order against: the units a buyer can count on, from its parts, and the word GO, CARE or HOLD.

order against = sellable + on the way + on order - owed. Sold, damaged, misplaced and planned units are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from connectors.frames import ON_HAND
from sheets.engine.identifiers import kits
from sheets.engine.setup import NOT_SELLABLE, UNDER_WAY, UNDER_WAY_STATES, Setup
from sheets.engine.tally import Feed

GO: Final = "GO"
CARE: Final = "CARE"
HOLD: Final = "HOLD"
PARTS: Final = ("sellable", "on_the_way", "on_order", "owed")


@dataclass(frozen=True)
class Parts:
    """The four parts, locations x SKUs, never missing: a place that says nothing adds nothing."""

    sellable: np.ndarray
    on_the_way: np.ndarray
    on_order: np.ndarray
    owed: np.ndarray

    def summed(self, counted: np.ndarray) -> dict[str, np.ndarray]:
        """Each part per SKU over the locations that are counted (a mask)."""
        return {name: getattr(self, name)[counted].sum(axis=0) for name in PARTS}


def parts(
    units: np.ndarray, by_state: Mapping[str, np.ndarray], feeds: Sequence[Feed], elsewhere: np.ndarray, setup: Setup
) -> Parts:
    """What each location adds to each part.

    units: the authority's units, corrected, locations x SKUs. elsewhere: what a pool counts at another location.
    """
    shape = units.shape
    kinds = setup.locations["kind"].to_list()
    sums = {name: np.zeros(shape) for name in PARTS}
    for feed in feeds:
        if feed.role != "authority":
            continue
        no = feed.no
        states = {state: array[no] for state, array in by_state.items()}
        there = np.nan_to_num(units[no])
        if kinds[no] in UNDER_WAY:
            off = [
                state for state in feed.states if state in UNDER_WAY_STATES and state not in setup.settings.on_the_way
            ]
            sums["on_the_way"][no] = np.maximum(there - _plus(states, off), 0)
        elif kinds[no] == "supplier":
            sums["on_order"][no] = there
        else:
            sums["sellable"][no] = sellable(states, feed, setup)
            for name, wanted in (("on_the_way", setup.settings.on_the_way), ("on_order", ("on_order",))):
                sums[name][no] = _plus(states, [state for state in wanted if state in feed.states])
        sums["owed"][no] = _plus(states, ["backorder"])
    for name in ("sellable", "on_the_way", "on_order"):
        # What is no position is nothing to order against: parts that do not add up to a number count for nothing.
        sums[name] = np.where(np.isnan(units), 0, np.maximum(sums[name] - elsewhere, 0))
    if not setup.settings.on_order:
        sums["on_order"] = np.zeros(shape)
    if not setup.settings.owed:
        sums["owed"] = np.zeros(shape)
    return Parts(**sums)


def sellable(states: Mapping[str, np.ndarray], feed: Feed, setup: Setup) -> np.ndarray:
    """Units that can be sold at one location: what is available, else on hand less what is known not to be."""
    size = len(setup.skus)
    missing = np.full(size, np.nan)
    counted = [state for state in setup.settings.sellable if state in feed.states]
    available = states.get("available", missing) if "available" in feed.states else missing
    direct = _plus(states, counted)
    on_hand = states.get(ON_HAND, missing) if ON_HAND in feed.states else missing
    less = np.maximum(on_hand - _plus(states, list(NOT_SELLABLE)), 0)
    return np.where(np.isnan(available) & ~np.isnan(on_hand), less, direct)


def _plus(states: Mapping[str, np.ndarray], wanted: Sequence[str]) -> np.ndarray:
    sizes = [len(array) for array in states.values()]
    total = np.zeros(sizes[0] if sizes else 1)  # one zero for all SKUs while no state is seen
    for state in wanted:
        if state in states:
            total = total + np.nan_to_num(states[state])
    return total


def with_kits(own: Mapping[str, np.ndarray], setup: Setup) -> dict[str, np.ndarray]:
    """The parts with each kit's units taken apart into its components; a kit keeps its own."""
    found = {name: array.copy() for name, array in own.items()}
    lines = kits(setup)
    for name, array in own.items():
        np.add.at(
            found[name], lines["component"].to_numpy(), array[lines["kit"].to_numpy()] * lines["units_per"].to_numpy()
        )
    return found


def words(wide: np.ndarray, hold: np.ndarray) -> np.ndarray:
    """GO, CARE or HOLD per SKU: HOLD where a number is too old, missing or unexplained, CARE where bounds are wide."""
    return np.where(hold, HOLD, np.where(wide, CARE, GO))
