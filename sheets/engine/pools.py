"""Pools: stock that several countries show and that is there once.

Only locations that name the same pool share stock; the same number in two countries is otherwise two stocks.
Facts: with remote fulfilment and Pan-European FBA, Amazon shows one stock in every marketplace that sells it,
so a pool is counted once, by FNSKU, and split by what AFN by country says lies in each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from connectors.frames import Batch, Note
from sheets.engine.setup import Setup
from sheets.engine.standing import states_given
from sheets.engine.tally import Feed, place


def counted_elsewhere(
    units: np.ndarray, feeds: Sequence[Feed], batch: Batch, setup: Setup
) -> tuple[np.ndarray, list[Note]]:
    """Units of each location x SKU that the pool counts at another of its locations, and notes.

    units: what the authorities show, locations x SKUs, NaN missing. The pool's units stand at its first location
    in Locations that shows them all; what the split by country places elsewhere stands there.
    """
    elsewhere = np.zeros(units.shape)
    notes: list[Note] = []
    pools = setup.locations["pool"]
    if pools.notna().sum() < 2:
        return elsewhere, notes
    stock = _stocks(setup)
    split = _split(units.shape, feeds, batch, setup)
    for pool in dict.fromkeys(pools.dropna()):
        members = np.flatnonzero((pools == pool).to_numpy())
        if len(members) > 1:
            elsewhere[members] = _share(units[members], split[members], stock)
            notes += _differing(pool, units[members], stock, setup)
    return elsewhere, notes


def _stocks(setup: Setup) -> np.ndarray:
    """One number per stock: SKUs with one FNSKU are one stock, a SKU without is its own."""
    skus = setup.skus
    named = skus["fnsku"].where(skus["fnsku"].notna(), "\0" + skus["sku"])
    numbers: np.ndarray = pd.factorize(named)[0]
    return numbers


def _per_stock(units: np.ndarray, stock: np.ndarray) -> np.ndarray:
    return np.array([np.bincount(stock, weights=np.nan_to_num(row), minlength=stock.max() + 1) for row in units])


def _share(units: np.ndarray, split: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """What each member does not hold of the units it shows."""
    if not len(stock):
        return np.zeros(units.shape)
    shown = _per_stock(units, stock)
    most = shown.max(axis=0)
    home = np.argmax(shown == most, axis=0)
    there = np.where(np.isnan(split), 0.0, split)
    beyond = _per_stock(there, stock)
    beyond[home, np.arange(len(most))] = 0
    holds = np.zeros(units.shape)
    for member in range(len(units)):
        at_home = home[stock] == member
        rest = np.nan_to_num(units[member]) - _first_takes(beyond.sum(axis=0), units[member], stock)
        holds[member] = np.where(at_home, np.maximum(rest, 0), there[member])
    return np.where(np.isnan(units), 0.0, units - holds)


def _first_takes(taken: np.ndarray, units: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """What is placed elsewhere of a stock, taken from the first of its SKUs that shows units here."""
    shows = np.nan_to_num(units) > 0
    first = np.zeros(len(stock), dtype=bool)
    rows = np.flatnonzero(shows)
    _, at = np.unique(stock[rows], return_index=True)
    first[rows[at]] = True
    return np.where(first, taken[stock], 0.0)


def _split(shape: tuple[int, int], feeds: Sequence[Feed], batch: Batch, setup: Setup) -> np.ndarray:
    """Units by location and SKU from the split by country, else from the ledger's balances; NaN without."""
    split = np.full(shape, np.nan)
    authorities = [feed for feed in feeds if feed.role == "authority"]
    for frame in (batch.balances, batch.splits):
        if frame.empty:
            continue
        placed = place(frame, authorities, setup, states_given(batch))
        rows = np.flatnonzero((placed.detail >= 0) & (placed.sku >= 0))
        key = placed.detail[rows].astype(np.int64) * shape[1] + placed.sku[rows]
        listed = np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape) > 0
        units = np.bincount(key, weights=placed.units[rows], minlength=shape[0] * shape[1]).reshape(shape)
        split[listed] = units[listed]
    return split


def _differing(pool: str, units: np.ndarray, stock: np.ndarray, setup: Setup) -> list[Note]:
    shown = _per_stock(units, stock)
    listed = np.array([np.bincount(stock, weights=~np.isnan(row), minlength=stock.max() + 1) > 0 for row in units])
    low = np.where(listed, shown, np.inf).min(axis=0)
    differs = np.flatnonzero((listed.sum(axis=0) > 1) & (low != shown.max(axis=0)))
    if not len(differs):
        return []
    example = setup.skus["sku"].iloc[int(np.flatnonzero(stock == differs[0])[0])]
    return [
        Note(
            "",
            f"pool {pool}",
            f"{len(differs)} stocks differ between its locations, such as {example}: the largest number is counted",
        )
    ]


def same_in_two_countries(units: np.ndarray, setup: Setup, tolerated: float) -> list[Note]:
    """A question for every two FBA locations without a pool that show the same number of a SKU."""
    fba = [at for at, kind in enumerate(setup.locations["kind"]) if kind == "fba"]
    names, pools = setup.locations["location"], setup.locations["pool"]
    notes = []
    for place_at, one in enumerate(fba):
        for other in fba[place_at + 1 :]:
            if pools.notna()[one] and pools[one] == pools[other]:
                continue
            alike = np.flatnonzero((units[one] == units[other]) & (units[one] > tolerated))
            if len(alike):
                sku = setup.skus["sku"].iloc[int(alike[0])]
                notes.append(
                    Note(
                        "",
                        "Locations",
                        f"{sku} shows {units[one][alike[0]]:,.0f} at {names[one]} and at {names[other]}"
                        + (f", and {len(alike) - 1} more SKUs likewise" if len(alike) > 1 else "")
                        + ": counted as two stocks; if it is one, name a pool for both",
                    )
                )
    return notes
