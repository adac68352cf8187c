"""What every tab is made from: the reconciliation, the buyer's tables, and what the workbook shows already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd

from sheets.engine.reconcile import Reconciliation
from sheets.engine.setup import Setup
from sheets.engine.tally import feeds_of
from sheets.tabs.formulas import looked_up


class Edited(Protocol):
    """A cell of ours that somebody had written over; line says which, and what stood there."""

    @property
    def line(self) -> str: ...


@dataclass(frozen=True)
class Page:
    """One refresh, as the tabs see it. when: local to the brand, without a zone, as workbooks keep times."""

    found: Reconciliation
    brand: str
    refresh: int
    when: datetime
    who: str
    shown: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    edits: Sequence[Edited] = ()

    @property
    def setup(self) -> Setup:
        """The buyer's tables, as they were used."""
        return self.found.setup

    @cached_property
    def ids(self) -> np.ndarray:
        """The number of each SKU, by its place in SKUs."""
        found: np.ndarray = self.setup.skus["id"].to_numpy(np.int64)
        return found

    @cached_property
    def numbers(self) -> np.ndarray:
        """The number of each location, by its place in Locations."""
        found: np.ndarray = self.setup.locations["no"].to_numpy(np.int64)
        return found

    @cached_property
    def today(self) -> int:
        """The local day of the reconciliation, counted from 1970."""
        return (self.moment(self.found.as_of).date() - date(1970, 1, 1)).days

    @cached_property
    def sku_of(self) -> dict[str, int]:
        """The place of each SKU in SKUs."""
        return {sku: at for at, sku in enumerate(self.setup.skus["sku"])}

    @cached_property
    def currencies(self) -> list[str]:
        """Currencies of SKUs other than the brand's, and those that Settings has a rate for."""
        used = list(self.setup.skus["currency"].dropna().unique())
        brand = self.setup.settings.brand_currency
        return [name for name in sorted({*used, *self.setup.settings.rates}) if name != brand]

    @cached_property
    def systems(self) -> list[str]:
        """All systems of the source map, in its order."""
        return list(dict.fromkeys(self.setup.source_map["system"]))

    @cached_property
    def mapped_states(self) -> dict[str, set[str]]:
        """For each location the states that its authority's rows of the source map name, on_hand with its parts."""
        return {feed.location: set(feed.states) for feed in feeds_of(self.setup) if feed.role == "authority"}

    def keys(self, sku: np.ndarray, place: np.ndarray) -> np.ndarray:
        """id x 1000 + number of the location, for places in SKUs and Locations."""
        found: np.ndarray = self.ids[sku] * 1000 + self.numbers[place]
        return found

    @cached_property
    def demand_keys(self) -> list[int | None]:
        """For each row of Demand its SKU's id x 1000 + its segment's number; None where either is unknown."""
        id_of = dict(zip(self.setup.skus["sku"], self.ids.tolist(), strict=True))
        number_of = {name: number for number, name in enumerate(self.setup.segments, start=1)}
        rows = self.setup.demand[["sku", "segment"]].itertuples(index=False)
        return [
            id_of[row.sku] * 1000 + number_of[row.segment] if row.sku in id_of and row.segment in number_of else None
            for row in rows
        ]

    def local(self, times: pd.Series) -> list[datetime | None]:
        """Times as workbooks keep them: in the brand's zone, without it; missing ones None."""
        if times.empty:
            return []
        here = times.dt.tz_convert(self.setup.settings.time_zone).dt.tz_localize(None).dt.floor("s")
        codes, distinct = pd.factorize(here)
        moments: list[datetime | None] = [moment.to_pydatetime() for moment in pd.DatetimeIndex(distinct)]
        moments.append(None)
        return [moments[code] for code in codes]

    def moment(self, time: pd.Timestamp) -> datetime:
        """One time as workbooks keep it."""
        here = time.tz_convert(self.setup.settings.time_zone).tz_localize(None).floor("s")
        moment: datetime = here.to_pydatetime()
        return moment

    def before(self, table: str) -> pd.DataFrame:
        """The rows that the workbook shows in a table now; none when it is not there."""
        return self.shown.get(table, pd.DataFrame())

    def unit_cost(self, sku: int, segment: str, key: str) -> tuple[str | None, float]:
        """Formula and value of one unit's cost in the brand's currency; NaN without a cost or a rate.

        key: the formula text of the SKU's number.
        """
        skus, settings = self.setup.skus, self.setup.settings
        currency = skus["currency"].iat[sku]
        foreign = isinstance(currency, str) and currency != settings.brand_currency
        rate = settings.rates.get(currency, np.nan) if foreign else 1.0
        own = self._segment_costs.get((sku, segment))
        if own is not None:
            number = f"{key}*1000+{self.setup.segments.index(segment) + 1}"
            cell, cost = looked_up("Demand", "Unit Cost", number), own
        else:
            cell, cost = looked_up("SKUs", "Unit Cost", key, "Id"), float(skus["unit_cost"].iat[sku])
        if np.isnan(rate):
            return None, np.nan
        times = f"*rate_{currency}" if foreign else ""
        return f'=IF({cell}="","",{cell}{times})', cost * rate

    @cached_property
    def _segment_costs(self) -> dict[tuple[int, str], float]:
        place_of = {sku: at for at, sku in enumerate(self.setup.skus["sku"])}
        own = self.setup.demand.dropna(subset=["unit_cost"])
        return {
            (place_of[sku], segment): float(cost)
            for sku, segment, cost in zip(own["sku"], own["segment"], own["unit_cost"], strict=True)
            if sku in place_of
        }


def texts(column: pd.Series) -> list[Any]:
    """A column as cell texts: missing ones None."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        names: list[Any] = [*column.cat.categories, None]
        return [names[code] for code in column.cat.codes]
    return [None if value is None or value != value else value for value in column.tolist()]


def words(column: pd.Series | Sequence[str]) -> list[str]:
    """A column as words, an empty one where there is none: what a formula gives back as `""`."""
    return ["" if value is None or value != value else str(value) for value in column]


def title_case(state: str) -> str:
    """`reserved_transfer` as its header."""
    return " ".join(part.capitalize() for part in state.split("_"))
