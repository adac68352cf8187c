"""What the buyer settles: locations, source map, SKUs, demand, identifiers, settings, as the engine takes them.

The frames' columns are those of the buyer's tabs in snake_case; a cell left empty is missing. Every frame
is validated where it enters (`Setup` raises FrameWrong).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import FrameWrong

KINDS: Final = ("fba", "3pl", "awd", "store", "transit", "water", "supplier")
UNDER_WAY: Final = ("transit", "water")
ROLES: Final = ("authority", "secondary")
IDENTIFIER_KINDS: Final = ("same", "case", "kit")

# s text, n number (float, missing allowed), b yes or no; a capital may not be missing.
SETUP_SHAPES: Final[Mapping[str, Mapping[str, str]]] = {
    "locations": {
        "no": "N",
        "location": "S",
        "segment": "S",
        "kind": "S",
        "in_total": "B",
        "pool": "s",
        "pct": "n",
        "units": "n",
    },
    "source_map": {
        "location": "S",
        "system": "S",
        "role": "S",
        "system_location": "S",
        "states": "S",
        "absent": "S",
    },
    "skus": {
        "id": "N",
        "sku": "S",
        "title": "s",
        "asin": "s",
        "fnsku": "s",
        "upc": "s",
        "unit_cost": "n",
        "currency": "s",
        "revenue_30_d": "n",
        "revenue_90_d": "n",
        "supplier": "s",
        "lead_time": "n",
        "case_pack": "n",
        "buying_today": "B",
        "status": "s",
        "gap_pct": "n",
        "gap_units": "n",
    },
    "demand": {
        "sku": "S",
        "segment": "S",
        "units_per_day": "n",
        "max_cover_days": "n",
        "unit_cost": "n",
        "source": "s",
    },
    "identifiers": {
        "system": "S",
        "system_sku": "S",
        "sku": "S",
        "units_per": "N",
        "kind": "S",
    },
}


def empty_setup(shape: str) -> pd.DataFrame:
    """A setup frame of that shape with no rows."""
    dtypes = {"s": "str", "n": "float64", "b": "bool"}
    return pd.DataFrame({name: pd.Series(dtype=dtypes[kind.lower()]) for name, kind in SETUP_SHAPES[shape].items()})


# Which states make up "order against", by part; the rest is left out (sold, damaged, misplaced, planned).
SELLABLE: Final = ("available", "reserved_transfer", "reserved_processing")
ON_THE_WAY: Final = ("inbound_shipped", "inbound_receiving", "in_transit")
UNDER_WAY_STATES: Final = (*ON_THE_WAY, "inbound_working")  # planned units count only if Settings says so
NOT_SELLABLE: Final = ("allocated", "reserved_orders", "on_hold", "researching", "unfulfillable")


@dataclass(frozen=True)
class Settings:
    """The numbers on the Settings tab.

    pct, units: the gap that is tolerated. ages in hours. rates: brand currency for one unit of a currency.
    claim_days: within how many days of its closing a short shipment is to be claimed.
    sellable, on_the_way: states that count in those parts of "order against".
    on_order, owed: whether open purchase orders and backorders count.
    """

    pct: float = 0.03
    units: float = 10.0
    top_n: int = 30
    max_age_fba: float = 36.0
    max_age: float = 48.0
    max_cover_days: float = 120.0
    claim_days: int = 60
    brand_currency: str = "USD"
    rates: Mapping[str, float] = field(default_factory=dict)
    time_zone: str = "UTC"
    sellable: tuple[str, ...] = SELLABLE
    on_the_way: tuple[str, ...] = ON_THE_WAY
    on_order: bool = True
    owed: bool = True
    unknown: tuple[str, ...] = ()  # rows of the Settings tab that are none of ours


@dataclass(frozen=True)
class Setup:
    """The buyer's tables, validated.

    shown: the numbers that rows have on their tab, for messages, where rows of it were left out.
    """

    locations: pd.DataFrame
    source_map: pd.DataFrame
    skus: pd.DataFrame
    demand: pd.DataFrame = field(default_factory=lambda: empty_setup("demand"))
    identifiers: pd.DataFrame = field(default_factory=lambda: empty_setup("identifiers"))
    settings: Settings = field(default_factory=Settings)
    shown: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for shape, columns in SETUP_SHAPES.items():
            frame: pd.DataFrame = getattr(self, shape)
            if list(frame.columns) != list(columns):
                raise FrameWrong(f"{shape}: columns {list(frame.columns)}, expected {list(columns)}")
            for name, kind in columns.items():
                _check(shape, name, kind, frame[name])

    @property
    def segments(self) -> list[str]:
        """Segments in the order in which Locations names them."""
        return list(dict.fromkeys(self.locations["segment"]))

    def row_numbers(self, shape: str) -> Sequence[int]:
        """The number of each row of a table on its tab, from 1 below the header."""
        rows, size = self.shown.get(shape, ()), len(getattr(self, shape))
        return rows if len(rows) == size else range(1, size + 1)

    def unit_costs(self) -> np.ndarray:
        """Cost of one unit per SKU in the brand's currency; NaN without a cost or a rate for its currency."""
        costs: np.ndarray = self.skus["unit_cost"].to_numpy(float) * self.currency_rates()
        return costs

    def currency_rates(self) -> np.ndarray:
        """Brand currency for one unit of each SKU's currency; an empty currency is the brand's."""
        rates = {self.settings.brand_currency: 1.0, **self.settings.rates}
        currency = self.skus["currency"].fillna(self.settings.brand_currency)
        found: np.ndarray = currency.map(rates).to_numpy(float)
        return found


def _check(shape: str, name: str, kind: str, column: pd.Series) -> None:
    fits = {
        "s": pd.api.types.is_string_dtype(column.dtype) or isinstance(column.dtype, pd.CategoricalDtype),
        "n": pd.api.types.is_numeric_dtype(column.dtype),
        "b": pd.api.types.is_bool_dtype(column.dtype),
    }[kind.lower()]
    if not fits and len(column):
        raise FrameWrong(f"{shape}.{name}: {column.dtype}")
    if kind.isupper() and column.isna().any():
        raise FrameWrong(f"{shape}.{name}: {int(column.isna().sum())} missing, expected none")
