"""The daily check: the flagged rows of the SKUs that matter most today, by money at risk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sheets.engine.setup import Setup


def checked_skus(setup: Setup, top_n: int | None = None) -> np.ndarray:
    """Whether each SKU is looked at today: the top N by revenue, and those marked "buying today".

    Revenue is the better of 30 and 90 days, per day; SKUs without revenue come last, in the order of SKUs.
    """
    most = setup.settings.top_n if top_n is None else top_n
    skus = setup.skus
    revenue = np.fmax(skus["revenue_30_d"].to_numpy(float) / 30, skus["revenue_90_d"].to_numpy(float) / 90)
    order = np.argsort(-np.nan_to_num(revenue, nan=-1.0), kind="stable")
    chosen: np.ndarray = skus["buying_today"].to_numpy(bool).copy()
    chosen[order[:most]] = True
    return chosen


def daily_check(gaps: pd.DataFrame, checked: np.ndarray) -> pd.DataFrame:
    """The flagged gaps of the SKUs that are checked, most money at risk first; unknown costs before all others.

    gaps: as in `Reconciliation.gaps`; the result has its columns, `rank` from 1, and `at`, its row in gaps.
    """
    rows = gaps[gaps["flagged"].to_numpy(bool) & checked[gaps["sku"].cat.codes.to_numpy()]]
    rows = rows.assign(
        unknown=rows["at_cost"].isna(),
        size=rows["gap"].fillna(rows["system_units"]).abs(),
        sku_at=rows["sku"].cat.codes,
        location_at=rows["location"].cat.codes,
    )
    rows = rows.sort_values(
        ["unknown", "at_cost", "size", "sku_at", "location_at", "system"],
        ascending=[False, False, False, True, True, True],
        ignore_index=True,
    )
    rows.insert(0, "rank", np.arange(1, len(rows) + 1))
    return rows.drop(columns=["unknown", "size", "sku_at", "location_at"])
