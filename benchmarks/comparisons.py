"""The same comparisons three ways: our engine, bare pandas, datacompy. Each gives the number of rows it flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.made_brand import Brand, Place, made_brand
from sheets.engine.reconcile import reconcile

PCT: Final = 0.03
UNITS: Final = 10.0
SKUS: Final = 50_500
LISTED: Final = 50_000  # at each place by each system, so that one in a hundred SKUs is missing on either side

_PLANNERS: Final = ("Skubana", "Flieber")
PLACES: Final = (
    Place("FBA US", "US", "fba", "Seller Central", ("WMS", *_PLANNERS)),
    Place("FBA CA", "Canada", "fba", "Seller Central", ("WMS", *_PLANNERS)),
    Place("3PL East", "US", "3pl", "WMS", ("Seller Central", *_PLANNERS)),
    Place("3PL West", "US", "3pl", "WMS", ("Seller Central", *_PLANNERS)),
    Place("3PL Canada", "Canada", "3pl", "WMS", ("Seller Central", *_PLANNERS)),
)
_KEY: Final = ["system_sku", "system_location"]
_COMPARED: Final = [*_KEY, "units"]


def the_brand() -> Brand:
    """A million counts: 50,000 SKUs, 5 locations, 4 systems."""
    return made_brand(PLACES, SKUS, LISTED)


def by_engine(brand: Brand) -> int:
    """The whole reconciliation: gaps, and positions, segments, order against, the daily check."""
    return int(reconcile(brand.batch, brand.setup).gaps["flagged"].sum())


def by_merge(brand: Brand) -> int:
    """Bare pandas: per secondary an outer merge with the authority, the gap, the threshold, a mask. No checks."""
    flagged = 0
    for theirs, ours in _pairs(brand.batch.counts, PLACES):
        both = theirs.merge(ours, on=_KEY, how="outer", suffixes=("", "_authority"))
        right = both["units_authority"].fillna(0)
        both["gap"] = both["units"].fillna(0) - right
        both["threshold"] = np.maximum(right * PCT, UNITS).round(6)
        both["flagged"] = both["gap"].abs() > both["threshold"]
        flagged += int(both["flagged"].sum())
    return flagged


def by_datacompy(brand: Brand) -> int:
    """datacompy: per secondary a comparison joined on SKU and location, with the units as absolute tolerance.

    It adds a relative tolerance to an absolute one where our threshold is the larger of the two. So it is given
    the units alone, and of the rows it finds those are counted that are over the percentage as well.
    """
    from datacompy import PandasCompare

    flagged = 0
    for theirs, ours in _pairs(brand.batch.counts, PLACES):
        compared = PandasCompare(
            theirs, ours, join_columns=_KEY, abs_tol=UNITS, df1_name="theirs", df2_name="authority"
        )
        off = compared.intersect_rows[~compared.intersect_rows["units_match"]]
        over = (off["units_theirs"] - off["units_authority"]).abs() > (off["units_authority"] * PCT).round(6)
        flagged += int(over.sum())
        flagged += sum(_over_nothing(rows["units"]) for rows in (compared.df1_unq_rows, compared.df2_unq_rows))
    return flagged


WAYS: Final[Mapping[str, Callable[[Brand], int]]] = {"engine": by_engine, "bare merge": by_merge} | (
    {"datacompy": by_datacompy} if find_spec("datacompy") else {}
)


def _over_nothing(units: pd.Series) -> int:
    """Rows that one side alone has, with more units than are tolerated."""
    return int((units > np.maximum(units * PCT, UNITS).round(6)).sum())


def _pairs(counts: pd.DataFrame, places: Sequence[Place]) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """For each system its rows where it is a secondary, and the authorities' rows of the same locations."""
    right, others = [], []
    for system in counts["system"].cat.categories:
        rows = counts[counts["system"] == system]
        own = rows["system_location"].isin([place.location for place in places if place.authority == system])
        right.append(rows.loc[own, _COMPARED])
        others.append((system, rows.loc[~own, _COMPARED]))
    authority = pd.concat(right)
    return [
        (rows, authority[authority["system_location"].isin([p.location for p in places if system in p.secondaries])])
        for system, rows in others
    ]
