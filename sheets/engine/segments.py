"""Segments: each country's stock against its own demand, so that a total cannot hide one country's overstock."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.gaps import rounded
from sheets.engine.setup import UNDER_WAY, Setup

OVERSTOCK: Final = "OVERSTOCK"
SHORT_COVER: Final = "SHORT COVER"
NO_RATE: Final = "NO RATE"
NO_SALES: Final = "NO SALES"


def segments(position: np.ndarray, setup: Setup) -> pd.DataFrame:
    """One row per SKU and segment that holds units, was counted, or has demand.

    position: units, locations x SKUs, NaN missing. Columns: sku (place in SKUs), segment (place in the order of
    Locations), units, on_hand (not under way), units_per_day, max_cover_days, lead_time, days_on_hand,
    days_of_cover (with inbound), unit_cost, over_units, over_value, short_units, limit, stock, masked.
    Numbers are floats, NaN missing. Days use the segment's own rate, never the total's.
    """
    places = setup.locations
    names = setup.segments
    counted = places["in_total"].to_numpy(bool)
    lying = counted & ~places["kind"].isin((*UNDER_WAY, "supplier")).to_numpy()
    of = places["segment"].map({name: at for at, name in enumerate(names)}).to_numpy()
    units = np.array([_sum(position[counted & (of == at)]) for at in range(len(names))])
    on_hand = np.array([_sum(position[lying & (of == at)]) for at in range(len(names))])
    rate, cover, cost = _demand(setup, names)
    limit = rate * cover

    with np.errstate(invalid="ignore", divide="ignore"):
        over = np.where(rate == 0, np.maximum(units, 0), np.maximum(units - limit, 0))
        days = np.where(rate > 0, units / rate, np.nan)
        days_on_hand = np.where(rate > 0, on_hand / rate, np.nan)
        lead = setup.skus["lead_time"].where(setup.skus["lead_time"] > 0).to_numpy(float)[None, :]
        short = np.where(rate > 0, np.maximum(rounded(rate * lead - units, 6), 0), np.nan)
        fine = rounded(np.nansum(units, axis=0) - np.nansum(limit, axis=0), 6) <= 0
    over = rounded(over, 6)
    known = ~np.isnan(units) | ~np.isnan(rate)
    segment_at, sku_at = np.nonzero(known)
    order = np.lexsort((segment_at, sku_at))
    at = segment_at[order], sku_at[order]
    frame = pd.DataFrame(
        {
            "sku": at[1],
            "segment": at[0],
            "units": units[at],
            "on_hand": on_hand[at],
            "units_per_day": rate[at],
            "max_cover_days": cover[at],
            "lead_time": np.broadcast_to(lead, units.shape)[at],
            "days_on_hand": days_on_hand[at],
            "days_of_cover": days[at],
            "unit_cost": cost[at],
            "over_units": over[at],
            "over_value": (over * cost)[at],
            "short_units": short[at],
            "limit": limit[at],
        }
    )
    frame["stock"] = _stock(frame)
    frame["masked"] = (frame["over_units"] > 0) & fine[at[1]]
    return frame


def _sum(rows: np.ndarray) -> np.ndarray:
    summed: np.ndarray = np.where(np.isnan(rows).all(axis=0), np.nan, np.nansum(rows, axis=0))
    return summed


def _demand(setup: Setup, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units per day, most days of cover, and unit cost in the brand's currency, segments x SKUs."""
    shape = (len(names), len(setup.skus))
    rate, cover, cost = (np.full(shape, np.nan) for _ in range(3))
    skus = pd.Index(setup.skus["sku"].astype(object))
    column = skus.get_indexer(pd.Index(setup.demand["sku"].astype(object)))
    row = pd.Index(names).get_indexer(pd.Index(setup.demand["segment"].astype(object)))
    used = (row >= 0) & (column >= 0)
    at = row[used], column[used]
    rate[at] = setup.demand["units_per_day"].to_numpy(float)[used]
    cover[at] = setup.demand["max_cover_days"].to_numpy(float)[used]
    cost[at] = setup.demand["unit_cost"].to_numpy(float)[used]
    cost = np.where(np.isnan(cost), setup.unit_costs(), cost * setup.currency_rates())
    return rate, np.where(np.isnan(cover), setup.settings.max_cover_days, cover), cost


def _stock(frame: pd.DataFrame) -> np.ndarray:
    """The word about too much or too little."""
    return np.select(
        [
            (frame["units"] > 0) & frame["units_per_day"].isna(),
            (frame["units"] > 0) & (frame["units_per_day"] == 0),
            frame["over_units"] > 0,
            frame["short_units"] > 0,
        ],
        [NO_RATE, NO_SALES, OVERSTOCK, SHORT_COVER],
        default="",
    )
