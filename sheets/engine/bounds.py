"""Bounds: between which numbers the units to order against lie, and what each bound is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.parts import OUR_COUNT_OLDER, Diagnosis
from sheets.engine.setup import Setup


@dataclass(frozen=True)
class Bounds:
    """Units below (negative) and above the number to order against, per SKU; lines: for each SKU what they are."""

    below: np.ndarray
    above: np.ndarray
    lines: Callable[[], dict[int, tuple[str, ...]]] = field(repr=False)

    @cached_property
    def made_of(self) -> dict[int, tuple[str, ...]]:
        """What the bounds of each SKU are made of, written when somebody asks: of many SKUs nobody does."""
        return self.lines()


def bounds(
    gaps: pd.DataFrame,
    diagnoses: Mapping[int, Diagnosis],
    counts: pd.DataFrame,
    legs: Mapping[int, Mapping[str, Leg]],
    undecided: pd.DataFrame,
    setup: Setup,
) -> Bounds:
    """What is not explained at a location that counts in the total, what sold since an old count, what came short.

    gaps, counts: as in `Reconciliation`. diagnoses: by the row of gaps. undecided: see transit.handed_over.
    Of several systems' remainders at one location
    the largest each way counts.
    """
    size = len(setup.skus)
    counted = setup.locations["in_total"].to_numpy(bool)
    names = setup.locations["location"].to_list()
    below, above = np.zeros(size), np.zeros(size)
    apart: list[pd.DataFrame] = []
    more: dict[int, list[str]] = defaultdict(list)
    sku, no = gaps["sku"].cat.codes.to_numpy(np.int64), gaps["location"].cat.codes.to_numpy(np.int64)
    left = gaps["remainder"].to_numpy(float).copy()
    for row, found in diagnoses.items():
        left[row] += sum(part.units for part in found.parts if part.kind == OUR_COUNT_OLDER)
    rows = np.flatnonzero((np.nan_to_num(left) != 0) & counted[no])
    frame = pd.DataFrame({"row": rows, "sku": sku[rows], "no": no[rows], "left": left[rows]})
    codes, systems = gaps["system"].cat.codes.to_numpy(), gaps["system"].cat.categories.to_list()
    for mine, sums in ((frame[frame["left"] < 0], below), (frame[frame["left"] > 0], above)):
        order = mine["left"].abs().sort_values(ascending=False, kind="stable").index
        most = mine.loc[order].drop_duplicates(["sku", "no"]).sort_values(["sku", "no"])
        np.add.at(sums, most["sku"].to_numpy(), most["left"].to_numpy())
        apart.append(most)
    _sold_since(below, more, counts, counted, setup)
    _short(above, more, legs, counted)
    for line in undecided[counted[undecided["no"].to_numpy(int)]].itertuples(index=False):
        (above if line.units > 0 else below)[line.sku] += line.units
        more[line.sku].append(f"{line.units:+,.0f}: {line.reason}")

    def lines() -> dict[int, tuple[str, ...]]:
        made: dict[int, list[str]] = defaultdict(list)
        for most in apart:
            for line in most.itertuples(index=False):
                made[line.sku].append(f"{systems[codes[line.row]]} {line.left:+,.0f} at {names[line.no]}")
        for sku_at, said in more.items():
            made[sku_at] += said
        return {sku_at: tuple(said) for sku_at, said in made.items()}

    return Bounds(below, above, lines)


def _sold_since(
    below: np.ndarray, made: dict[int, list[str]], counts: pd.DataFrame, counted: np.ndarray, setup: Setup
) -> None:
    """What a segment sells in the hours by which its oldest count is old, but no more than it has."""
    old = counts[(counts["age_hours"].to_numpy(float) > 0) & counted[counts["location"].cat.codes.to_numpy()]]
    old = old[old["sellable"].to_numpy(float) > 0]
    if old.empty:
        return
    rate = {
        (sku, segment): float(rate)
        for sku, segment, rate in zip(
            setup.demand["sku"], setup.demand["segment"], setup.demand["units_per_day"], strict=True
        )
        if rate == rate and rate > 0
    }
    grouped = old.groupby(["sku", "segment"], observed=True).agg(age=("age_hours", "max"), there=("sellable", "sum"))
    skus = {name: at for at, name in enumerate(setup.skus["sku"])}
    for (sku, segment), age, there in grouped.itertuples():
        units = min(np.ceil(rate.get((sku, segment), 0.0) * age / 24), there)
        if units:
            below[skus[sku]] -= units
            made[skus[sku]].append(f"{-units:+,.0f} sold in {segment} since a count {age:,.0f} hours old")


def _short(
    above: np.ndarray, made: dict[int, list[str]], legs: Mapping[int, Mapping[str, Leg]], counted: np.ndarray
) -> None:
    """Units of shipments that were closed short: they may be found, or paid for."""
    for sku, mine in legs.items():
        for leg in mine.values():
            if leg.short and leg.destination >= 0 and counted[leg.destination]:
                above[sku] += leg.open_units
                made[sku].append(f"{leg.open_units:+,} of {leg.shipment}, closed short")
