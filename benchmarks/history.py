"""A year of a large brand in history: how large it is, and how long the last 60 days of one location take to read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from benchmarks.page import Aim, Grid, Section
from connectors.frames import Batch
from sheets.history.opened import open_history
from sheets.history.store import History, Recorded

SKUS: Final = 5_000
SYSTEMS: Final = ("Seller Central", "Skubana", "Flieber", "3PL Portal")
PLACES: Final = 8
DAYS: Final = 365
MOVING: Final = 0.4  # the part of SKUs whose count changes in a day, at each place
READ_DAYS: Final = 60
MOST_BYTES: Final = 2_000_000_000
MOST_SECONDS: Final = 1.0
_FIRST: Final = pd.Timestamp("2026-01-01T23:59:59", tz="UTC")


def history() -> Section:
    """Size and times."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.sqlite"
        kept = open_history(f"sqlite:///{file}", "benchmark")
        recorded = _year(kept)
        size = file.stat().st_size
        last = _FIRST + pd.Timedelta(days=DAYS - 1)
        read = []
        for place in range(PLACES):
            began = perf_counter()
            frame = kept.counts(last - pd.Timedelta(days=READ_DAYS - 1), last, place=f"Place {place}")
            read.append(perf_counter() - began)
            assert len(frame) == READ_DAYS * SKUS * len(SYSTEMS)
    rows = (
        ("Counts kept", f"{SKUS * PLACES * len(SYSTEMS) * DAYS:,}"),
        ("Size, MB", f"{size / 1e6:,.0f}"),
        ("Bytes for each count", f"{size / (SKUS * PLACES * len(SYSTEMS) * DAYS):.2f}"),
        ("One day recorded, s, median", f"{np.median(recorded):.2f}"),
        ("One day recorded, s, last", f"{recorded[-1]:.2f}"),
        (f"{READ_DAYS} days of one location read, s, first", f"{read[0]:.2f}"),
        (f"{READ_DAYS} days of one location read, s, median", f"{np.median(read):.2f}"),
    )
    return Section(
        "History",
        f"{DAYS} days of {SKUS:,} SKUs at {PLACES} locations in {len(SYSTEMS)} systems, each day one refresh of that "
        f"day's counts alone. At each place {MOVING:.0%} of the SKUs change in a day, chosen anew, by sales and now "
        "and then a receipt; the systems differ by a unit here and there.",
        (Grid(("Of", "Measured"), rows),),
        (
            Aim("MB of a year", size / 1e6, MOST_BYTES / 1e6, "{:,.0f}"),
            Aim(f"s to read {READ_DAYS} days of one location, slowest of {PLACES}", max(read), MOST_SECONDS),
        ),
    )


def _year(kept: History) -> list[float]:
    chance = np.random.default_rng(7)
    stock = chance.integers(20, 2_000, (PLACES, SKUS))
    skus = pd.Categorical([f"BRAND-{number:05}-{number * 7919 % 997:03}" for number in range(SKUS)])
    recorded = []
    for day in range(DAYS):
        moved = chance.random(stock.shape) < MOVING
        stock = np.where(moved, stock - chance.poisson(3, stock.shape) + 400 * (stock < 30), stock)
        at = _FIRST + pd.Timedelta(days=day)
        batch = Batch(counts=_counts(stock, skus, at, chance))
        began = perf_counter()
        kept.record(Recorded(day + 1, at, "", at, at, batch, {}, ZoneInfo("UTC")))
        recorded.append(perf_counter() - began)
    return recorded


def _counts(stock: np.ndarray, skus: pd.Categorical, at: pd.Timestamp, chance: np.random.Generator) -> pd.DataFrame:
    each, size = PLACES * SKUS, PLACES * SKUS * len(SYSTEMS)
    off = (chance.random((len(SYSTEMS), each)) < 0.02) * chance.integers(-3, 4, (len(SYSTEMS), each))
    names = [f"Place {number}" for number in range(PLACES)]
    return pd.DataFrame(
        {
            "system": pd.Categorical.from_codes(np.repeat(np.arange(len(SYSTEMS)), each), list(SYSTEMS)),
            "system_location": pd.Categorical.from_codes(
                np.tile(np.repeat(np.arange(PLACES), SKUS), len(SYSTEMS)), names
            ),
            "system_sku": pd.Categorical.from_codes(np.tile(skus.codes, PLACES * len(SYSTEMS)), dtype=skus.dtype),
            "state": pd.Categorical.from_codes(np.zeros(size, dtype=int), ["on_hand"]),
            "units": pd.array((stock.reshape(-1)[None, :] + off).reshape(-1), dtype="Int64"),
            "as_of": pd.Series(pd.DatetimeIndex([at])).dt.as_unit("us").repeat(size).reset_index(drop=True),
            "source": pd.Categorical.from_codes(np.zeros(size, dtype=int), ["counts.csv"]),
            "row": pd.array(np.tile(np.arange(each) + 2, len(SYSTEMS)), dtype="Int64"),
        }
    )
