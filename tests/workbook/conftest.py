"""Workbooks to judge: one of the demo brand, one that is large and awkward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from connectors.delimited import read_delimited
from connectors.frames import Batch, empty
from sheets.engine.reconcile import Reconciliation, reconcile
from sheets.setup_tables import read_setup
from sheets.tabs.layout import Layout
from sheets.tabs.workbook import lay_out

DEMO = Path(__file__).parents[2] / "templates" / "demo"
WHEN = datetime(2026, 10, 6, 6, 0)
AS_OF = pd.Timestamp("2026-10-05 23:59:59", tz="UTC")
# Names that look-ups by text would mistake for patterns, comparisons, numbers, formulas, or each other.
AWKWARD = ["A*", "~x", ">5", "a1", "A1", "007", "1E5", "=A1", "+44", "?", "#N/A", "TRUE", 'say "so"', "x'y", "[b]", "é"]


def laid_out(found: Reconciliation, shown: dict[str, pd.DataFrame] | None = None) -> Layout:
    return lay_out(found, brand="Test Brand", refresh=1, when=WHEN, who="tests", shown=shown)


@pytest.fixture(scope="session")
def lay() -> Callable[..., Layout]:
    """lay(reconciliation, shown=None): its workbook's layout."""
    return laid_out


@pytest.fixture(scope="session")
def demo() -> Reconciliation:
    """The demo brand, reconciled."""
    from sheets.brand import open_brand
    from sheets.pull import pull

    tables = {}
    for name in ("locations", "source_map", "skus", "demand", "identifiers", "settings"):
        rows = read_delimited((DEMO / f"{name}.csv").read_bytes(), f"{name}.csv")
        tables[name] = rows.cells.set_axis(list(rows.header), axis=1).replace("", None)
    setup = read_setup(tables)
    return reconcile(pull(open_brand(DEMO), setup, now=AS_OF), setup)


@pytest.fixture(scope="session")
def large() -> Reconciliation:
    """2,000 SKUs, awkward ones among them, at 6 locations with 2 secondaries each; all that can go wrong with rows."""
    return _large(2000)


@pytest.fixture(scope="session")
def small_shuffled() -> Callable[[int], Reconciliation]:
    """small_shuffled(seed): the brand of `small`, its rows read in another order."""
    return lambda seed: _large(60, seed)


@pytest.fixture(scope="session")
def small() -> Reconciliation:
    """The same with 60 SKUs."""
    return _large(60)


def _large(size: int, order: int | None = None) -> Reconciliation:
    """order: a seed to shuffle the rows that were read."""
    dice = np.random.default_rng(7)
    skus = [*AWKWARD, *(f"SKU-{number:05d}" for number in range(size - len(AWKWARD)))]
    places = [("3PL NJ", "US", "3pl"), ("FBA US", "US", "fba"), ("In Transit", "US", "transit"), ("Total", "US", "3pl"),
              ("3PL [T.O.]", "Canada", "3pl"), ("FBA CA", "Canada", "fba")]  # fmt: skip
    mapped = [
        (place, system, role, place, "on_hand" if kind != "transit" else "inbound_shipped;inbound_receiving", absent)
        for place, _, kind in places
        for system, role, absent in (
            ("Portal", "authority", "zero" if place == "Total" else "unknown"),
            ("Skubana", "secondary", "unknown"),
            ("Flieber", "secondary", "zero" if place == "3PL NJ" else "unknown"),
        )
    ]
    tables = {
        "locations": pd.DataFrame(places, columns=["location", "segment", "kind"]).assign(
            pct=[None, None, None, "5%", None, None], units=[None, 4, None, None, None, None]
        ),
        "source_map": pd.DataFrame(
            mapped, columns=["location", "system", "role", "system_location", "states", "absent"]
        ),
        "skus": pd.DataFrame(
            {
                "sku": skus,
                "title": [f"Title of {sku}" for sku in skus],
                "unit_cost": [None if at % 11 == 0 else round(1 + at % 37 * 1.37, 2) for at in range(size)],
                "currency": [("CAD", "EUR", None)[at % 3] for at in range(size)],
                "revenue_30_d": dice.integers(0, 90_000, size).astype(float),
                "lead_time": [None if at % 5 == 0 else 30 + at % 60 for at in range(size)],
                "gap_pct": [0.1 if at % 97 == 3 else None for at in range(size)],
                "gap_units": [2 if at % 89 == 4 else None for at in range(size)],
            }
        ),
        "demand": pd.DataFrame(
            [
                (sku, segment, None if at % 13 == 0 else 0 if at % 17 == 0 else round(at % 40 / 3, 3),
                 None if at % 7 == 0 else 120, 3.21 if at % 19 == 0 else None)
                for at, sku in enumerate(skus)
                for segment in ("US", "Canada")
                if at % 23 or segment == "US"
            ],
            columns=["sku", "segment", "units_per_day", "max_cover_days", "unit_cost"],
        ),
        "identifiers": pd.DataFrame(
            [("Portal", skus[30], skus[31], 2, "kit"), ("Portal", skus[30], skus[32], 1, "kit"),
             ("Skubana", "CASE", skus[33], 12, "case")],
            columns=["system", "system_sku", "sku", "units_per", "kind"],
        ),
        "settings": pd.DataFrame([("Rate CAD", 0.73), ("top n", 40)], columns=["setting", "value"]),
    }  # fmt: skip
    rows, past, coverage = [], [], []
    for place, _, kind in places:
        states = (
            ["on_hand", "available", "allocated"] if kind != "transit" else ["inbound_shipped", "inbound_receiving"]
        )
        for system in ("Portal", "Skubana", "Flieber"):
            seen = states if system == "Portal" or kind == "transit" else ["on_hand"]
            coverage += [(system, place, state, AS_OF, "column", f"{system}.csv") for state in seen]
            for at, sku in enumerate(skus):
                clean = at % 3 == 0
                if system == "Portal" and at % 2:
                    past.append((system, place, sku, seen[0], at % 90, AS_OF - pd.Timedelta(days=3), "old.csv", at + 2))
                if dice.random() < 0.12 and not clean:
                    continue
                late = AS_OF - pd.Timedelta(days=2 if (system, place, at % 3) == ("Portal", "FBA CA", 1) else 0)
                held = (at * 7919 + len(place) * 31) % 700
                for state in seen:
                    part = {"available": held - held // 5, "allocated": held // 5}.get(state, held)
                    off = 0 if system == "Portal" or clean else int(dice.choice([0, 0, 0, -3, 14, 45, -held]))
                    rows.append((system, place, sku, state, part + off, late, f"{system}.csv", len(rows) + 2))
    batch = Batch(
        counts=_frame("counts", _shuffled(rows, order)),
        past=_frame("past", _shuffled(past, order)),
        coverage=_frame("coverage", coverage),
    )
    return reconcile(batch, read_setup(tables), as_of=AS_OF)


def _shuffled(rows: list[tuple[Any, ...]], order: int | None) -> list[tuple[Any, ...]]:
    return rows if order is None else [rows[at] for at in np.random.default_rng(order).permutation(len(rows))]


def _frame(shape: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    model = empty(shape)
    return pd.DataFrame(rows, columns=list(model.columns)).astype(model.dtypes.to_dict())
