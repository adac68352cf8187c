"""Gaps: what the other systems say against what the authority says, and whether the difference is tolerated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sheets.engine.setup import Setup
from sheets.engine.tally import Feed

# The words about a gap, mildest first: of several flags at one place the last of these is shown.
OK: Final = "OK"
CHECK: Final = "CHECK"
NO_COUNT: Final = "NO COUNT"
FLAGS: Final = (OK, "TIMING", "IN TRANSIT", "RECEIVING", "TRANSACTION", CHECK, "MAPPING", NO_COUNT)


def rounded(numbers: np.ndarray, places: int) -> np.ndarray:
    """Rounded half away from zero, as a workbook's ROUND does."""
    scale = 10.0**places
    found: np.ndarray = np.sign(numbers) * np.floor(np.abs(numbers) * scale + 0.5) / scale
    return found


def thresholds(units: np.ndarray, setup: Setup) -> np.ndarray:
    """The gap that is tolerated, locations x SKUs: max(pct x authority units, units), rounded to 6 places.

    units: the authority's, NaN missing; the threshold is then missing too. What a SKU sets goes before what its
    location sets, and that before Settings.
    """
    settings, places, skus = setup.settings, setup.locations, setup.skus
    pct = _overridden(settings.pct, places["pct"].to_numpy(float), skus["gap_pct"].to_numpy(float))
    least = _overridden(settings.units, places["units"].to_numpy(float), skus["gap_units"].to_numpy(float))
    return rounded(np.where(np.isnan(units), np.nan, np.maximum(pct * units, least)), 6)


def _overridden(usual: float, by_location: np.ndarray, by_sku: np.ndarray) -> np.ndarray:
    here = np.where(np.isnan(by_location), usual, by_location)[:, None]
    chosen: np.ndarray = np.where(np.isnan(by_sku)[None, :], here, by_sku[None, :])
    return chosen


def flags(
    authority: np.ndarray, system: np.ndarray, threshold: np.ndarray, quiet: np.ndarray, least: np.ndarray
) -> np.ndarray:
    """The flag of each gap as a place in FLAGS.

    authority, system: units, NaN missing. quiet: where the authority is stale, which opens no new flag.
    least: the units tolerated where there is no authority's number to take a percentage of.
    """
    no_authority, no_system = np.isnan(authority), np.isnan(system)
    with np.errstate(invalid="ignore"):
        over = np.abs(system - authority) > threshold
        absent = np.where(no_authority, np.abs(system) > least, np.abs(authority) > threshold)
    silent = (no_authority ^ no_system) & absent
    found = np.where(silent, FLAGS.index(NO_COUNT), np.where(over, FLAGS.index(CHECK), FLAGS.index(OK)))
    return np.where(quiet, FLAGS.index(OK), found)


def least_units(setup: Setup) -> np.ndarray:
    """The units tolerated whatever the percentage, locations x SKUs."""
    places, skus = setup.locations, setup.skus
    return _overridden(setup.settings.units, places["units"].to_numpy(float), skus["gap_units"].to_numpy(float))


def compared_pairs(feeds: Sequence[Feed]) -> list[tuple[int, int]]:
    """(secondary, authority) as places in feeds, for every secondary at a location that has an authority."""
    authority_of = {feed.no: number for number, feed in enumerate(feeds) if feed.role == "authority"}
    return [
        (number, authority_of[feed.no])
        for number, feed in enumerate(feeds)
        if feed.role == "secondary" and feed.no in authority_of
    ]
