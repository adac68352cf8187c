"""What systems know, put where the buyer's cells are empty: identifiers, revenue, and demand from Amazon's sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.identifiers import meant
from sheets.engine.setup import Setup

_NAMES: Final = ("title", "asin", "fnsku", "upc")
_DEMAND_DAYS: Final = 30


def filled(setup: Setup, batch: Batch, as_of: pd.Timestamp) -> Setup:
    """The setup with empty cells of SKUs filled, and demand added where a SKU x segment has no row.

    What the buyer wrote stays. Only systems that are an authority somewhere name SKUs. Revenue and demand are
    filled only from sales that cover all of their days: a part of a month is not a month.
    """
    sold = _sold(setup, batch, as_of)
    skus = _revenue(_named(setup, batch), sold, setup)
    return replace(setup, skus=skus, demand=_demand(setup, sold, as_of))


def _named(setup: Setup, batch: Batch) -> pd.DataFrame:
    skus = setup.skus.copy()
    right = set(setup.source_map.loc[setup.source_map["role"] == "authority", "system"])
    names = batch.identifiers[batch.identifiers["system"].isin(right)]
    if names.empty:
        return skus
    at = meant(names, setup)
    # A case has a title and a UPC of its own: only what is the SKU itself names it.
    itself = (at[0] >= 0) & (at[1] == 1)
    for column in _NAMES:
        found = pd.Series(names[column].astype("object").to_numpy()[itself], index=at[0][itself]).dropna()
        found = found[~found.index.duplicated()]
        cells = skus[column].astype("object")
        empty = cells.isna() & cells.index.isin(found.index)
        skus[column] = cells.where(~empty, found.reindex(cells.index)).astype("str")
    return skus


def _sold(setup: Setup, batch: Batch, as_of: pd.Timestamp) -> pd.DataFrame:
    """Sales with the SKU's place, in units, with local days: place, sku, days (30, 90), units,
    revenue in the brand's currency, and no_rate where a currency has no rate.

    One row per place, SKU and span that its sales cover whole: from daily rows, else, for 30 days, from a
    report's own sum of them.
    """
    zone = ZoneInfo(setup.settings.time_zone)
    sales = batch.sales
    at, per = meant(sales, setup) if len(sales) else (np.array([], dtype=int), np.array([], dtype=int))
    rates = {setup.settings.brand_currency: 1.0, **setup.settings.rates}
    worth = sales["currency"].astype("object").map(rates).astype("float64")
    rows = pd.DataFrame(
        {
            "place": sales["system"].astype("str") + "\n" + sales["system_location"].astype("str"),
            "sku": at,
            "first": sales["first"].dt.tz_convert(zone).dt.date,
            "last": sales["last"].dt.tz_convert(zone).dt.date,
            "units": sales["units"].astype("float64") * per,
            "revenue": sales["revenue"] * worth,
            "no_rate": sales["revenue"].notna() & worth.isna(),
            "source": sales["source"].astype("str"),
        }
    )
    end = as_of.tz_convert(zone).date()
    parts = [_covering(rows, days, end) for days in (_DEMAND_DAYS, 90)]
    return pd.concat(parts, ignore_index=True)


def _covering(rows: pd.DataFrame, days: int, end: date) -> pd.DataFrame:
    found = []
    begin = end - timedelta(days=days - 1)
    for _, mine in rows.groupby("place", sort=False):
        daily = mine[mine["first"] == mine["last"]]
        # A file covers the days of all its rows; a place in it may sell nothing on the first of them.
        whole = rows[rows["source"].isin(daily["source"]) & (rows["first"] == rows["last"])]
        if len(whole) and whole["first"].min() <= begin and _lately(whole["last"].max(), end):
            used = daily[(daily["first"] >= begin) & (daily["last"] <= end)]
        else:
            summed = mine[mine["first"] != mine["last"]]
            span = summed["last"].map(date.toordinal) - summed["first"].map(date.toordinal) + 1
            used = summed[(span == days) & summed["last"].map(lambda last: _lately(last, end))]
        found.append(used[used["sku"] >= 0].assign(days=days))
    whole = pd.concat(found) if found else rows.assign(days=days)
    keys = ["place", "sku", "days"]
    grouped = whole.groupby(keys, as_index=False)
    summed = grouped.agg(units=("units", "sum"), no_rate=("no_rate", "any"))
    # Orders that are still pending have no price: what has one is summed, and nothing priced is not a revenue of 0.
    summed["revenue"] = grouped["revenue"].sum(min_count=1)["revenue"]
    return summed


def _lately(last: date, end: date) -> bool:
    """Whether sales reach the day, or the day before, which a report made that morning ends with."""
    return end - timedelta(days=1) <= last


def _revenue(skus: pd.DataFrame, sold: pd.DataFrame, setup: Setup) -> pd.DataFrame:
    for days in (30, 90):
        mine = sold[sold["days"] == days].groupby("sku")
        money = mine["revenue"].sum(min_count=1).where(~mine["no_rate"].any()).round(2)
        name = f"revenue_{days}_d"
        skus[name] = skus[name].where(skus[name].notna(), money.reindex(skus.index))
    return skus


def _demand(setup: Setup, sold: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The demand with a row for each SKU that Amazon sold in a segment that has none.

    Where Amazon sold nothing the rate stays unknown: another channel may sell it from the same segment.
    """
    fba = setup.locations[setup.locations["kind"] == "fba"]
    segment_of = dict(zip(fba["location"], fba["segment"], strict=True))
    right = setup.source_map[(setup.source_map["role"] == "authority") & setup.source_map["location"].isin(segment_of)]
    places = {
        f"{system}\n{place}": (segment_of[location], system)
        for location, system, place in zip(right["location"], right["system"], right["system_location"], strict=True)
    }
    mine = sold[(sold["days"] == _DEMAND_DAYS) & (sold["units"] > 0) & sold["place"].isin(places)]
    if mine.empty:
        return setup.demand
    mine = mine.assign(segment=[places[place][0] for place in mine["place"]])
    mine = mine.assign(system=[places[place][1] for place in mine["place"]])
    summed = mine.groupby(["sku", "segment"], as_index=False).agg(units=("units", "sum"), system=("system", "first"))
    summed["at"] = summed["segment"].map({segment: at for at, segment in enumerate(setup.segments)})
    summed = summed.sort_values(["sku", "at"])
    names = setup.skus["sku"].to_numpy()
    there = set(zip(setup.demand["sku"], setup.demand["segment"], strict=True))
    day = as_of.tz_convert(ZoneInfo(setup.settings.time_zone))
    new = [
        {
            "sku": names[row.sku],
            "segment": row.segment,
            "units_per_day": round(row.units / _DEMAND_DAYS, 2),
            "max_cover_days": setup.settings.max_cover_days,
            "unit_cost": np.nan,
            "source": f"{row.system}, {_DEMAND_DAYS} days to {day:%Y-%m-%d}",
        }
        for row in summed.itertuples(index=False)
        if (names[row.sku], row.segment) not in there
    ]
    if not new:
        return setup.demand
    types = {name: "str" if name in ("sku", "segment", "source") else "float64" for name in setup.demand.columns}
    added = pd.DataFrame(new, columns=list(setup.demand.columns)).astype(types)
    return pd.concat([setup.demand.astype(types), added], ignore_index=True)
