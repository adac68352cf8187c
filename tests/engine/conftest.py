"""A small brand in short tuples: its setup, what systems say, and what the engine finds.

found = brand(
    locations=[("FBA US", "US", "fba")],
    source_map=[("FBA US", "Seller Central", "authority", "on_hand"), ("FBA US", "Flieber", "secondary", "on_hand")],
    skus=["A"],
    counts=[("Seller Central", "FBA US", "A", "on_hand", 510), ("Flieber", "FBA US", "A", "on_hand", 500)],
).reconciled()
found.gap("A", "FBA US", "Flieber").flag
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

from connectors.frames import SHAPES, Batch, SetAside, empty
from sheets.engine.reconcile import Reconciliation, reconcile
from sheets.engine.setup import Setup
from sheets.setup_tables import read_setup

TODAY = "2026-10-05 12:00"

# The cells of a short tuple, in this order; cells at the end may be left out, and a mapping gives them by name.
_SETUP = {
    "locations": ("location", "segment", "kind"),
    "source_map": ("location", "system", "role", "states", "system_location"),
    "skus": ("sku", "unit_cost"),
    "demand": ("sku", "segment", "units_per_day", "max_cover_days", "unit_cost"),
    "identifiers": ("system", "system_sku", "sku", "units_per", "kind"),
    "settings": ("setting", "value"),
}
_COUNTED = ("system", "system_location", "system_sku", "state", "units", "as_of", "source", "row")
_READ = {
    "counts": _COUNTED,
    "past": _COUNTED,
    "splits": _COUNTED,
    "balances": _COUNTED,
    "coverage": ("system", "system_location", "state", "as_of", "source"),
    "movements": ("system", "system_location", "system_sku", "event", "units", "at", "reference"),
    "shipments": (
        "system", "shipment", "system_sku", "from_location", "to_location", "status", "shipped_units",
    ),
    "identifiers": ("system", "system_sku", "fnsku"),
    "orders": ("system", "channel", "system_sku", "units", "day"),
}  # fmt: skip
_TYPES = {"s": "str", "n": "Int64", "m": "float64"}


def _row(names: Sequence[str], cells: Any) -> dict[str, Any]:
    cells = (cells,) if isinstance(cells, str) else cells
    row: dict[str, Any] = {}
    at = 0
    for cell in cells:
        if isinstance(cell, Mapping):
            row.update(cell)
        else:
            row[names[at]] = cell
            at += 1
    return row


def _table(shape: str, rows: Iterable[Any]) -> pd.DataFrame:
    made = [_row(_SETUP[shape], cells) for cells in rows]
    columns = list(dict.fromkeys([*_SETUP[shape], *(name for row in made for name in row)]))
    return pd.DataFrame([[row.get(name) for name in columns] for row in made], columns=columns, dtype=object)


def _frame(shape: str, rows: Iterable[Any]) -> pd.DataFrame:
    """Rows as a frame of that shape; a time left out is TODAY, a source "SYSTEM.csv", a row its place."""
    usual = {"as_of": TODAY, "at": TODAY, "day": TODAY, "time_from": "column"}
    made = []
    for number, cells in enumerate(rows, start=2):
        row = _row(_READ[shape], cells)
        made.append({**usual, "source": f"{row['system']}.csv", "row": number, **row})
    if not made:
        return empty(shape)
    columns = {}
    for name, kind in SHAPES[shape].items():
        values = [row.get(name) for row in made]
        if kind.lower() == "t":
            columns[name] = pd.Series(pd.to_datetime(values, utc=True, format="mixed")).dt.as_unit("us")
        else:
            columns[name] = pd.Series(values, dtype=_TYPES[kind.lower()])
    return pd.DataFrame(columns)


def _covered(counts: pd.DataFrame) -> pd.DataFrame:
    """The coverage of whole files that hold these counts."""
    if counts.empty:
        return empty("coverage")
    keys = ["system", "system_location", "state"]
    whole = counts.groupby(keys, as_index=False, sort=False).agg(as_of=("as_of", "max"), source=("source", "first"))
    return whole.assign(time_from=pd.Series("column", index=whole.index, dtype="str"))[list(SHAPES["coverage"])]


@dataclass(frozen=True)
class Found:
    """A reconciliation, and one row of it by name."""

    result: Reconciliation

    def _one(self, frame: pd.DataFrame, **wanted: str) -> Any:
        mine = frame
        for name, value in wanted.items():
            mine = mine[mine[name].astype("str") == value]
        assert len(mine) == 1, f"{len(mine)} rows of {wanted} in\n{frame}"
        return next(mine.itertuples(index=False))

    def gap(self, sku: str, location: str, system: str) -> Any:
        return self._one(self.result.gaps, sku=sku, location=location, system=system)

    def count(self, sku: str, location: str) -> Any:
        return self._one(self.result.counts, sku=sku, location=location)

    def counted(self, sku: str, location: str) -> bool:
        """Whether the location has a number of the SKU."""
        frame = self.result.counts
        mine = frame[(frame["sku"] == sku) & (frame["location"] == location)]
        return bool(mine["units"].notna().any())

    def segment(self, sku: str, segment: str) -> Any:
        return self._one(self.result.segments, sku=sku, segment=segment)

    def order(self, sku: str) -> Any:
        return self._one(self.result.orders, sku=sku)

    @property
    def daily(self) -> list[tuple[str, str, str]]:
        """SKU, location and system of each row of the daily check, in its order."""
        frame = self.result.daily
        return list(zip(frame["sku"], frame["location"], frame["system"], strict=True))

    @property
    def unmapped(self) -> list[tuple[Any, ...]]:
        return list(self.result.unmapped.itertuples(index=False, name=None))

    @property
    def said(self) -> list[str]:
        """What the notes say."""
        return [note.said for note in self.result.notes]


@dataclass(frozen=True)
class Brand:
    """The buyer's tables and what systems say."""

    tables: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    read: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()

    @property
    def setup(self) -> Setup:
        return read_setup({shape: _table(shape, rows) for shape, rows in self.tables.items()})

    @property
    def batch(self) -> Batch:
        frames = {shape: _frame(shape, rows) for shape, rows in self.read.items()}
        if "coverage" not in frames:
            frames["coverage"] = _covered(frames.get("counts", empty("counts")))
        return Batch(**frames, set_aside=self.set_aside)

    def reconciled(self, as_of: str | None = None, top_n: int | None = None) -> Found:
        moment = None if as_of is None else pd.Timestamp(as_of, tz="UTC")
        return Found(reconcile(self.batch, self.setup, as_of=moment, top_n=top_n))


def make_brand(
    *,
    names: Sequence[Any] = (),
    also_covered: Sequence[Any] = (),
    set_aside: Sequence[SetAside] = (),
    **rows: Sequence[Any],
) -> Brand:
    """A brand from short tuples: setup tables and read frames by their names.

    names: what systems say of identifiers, (system, system_sku, fnsku). also_covered: states of places that a
    whole file covers without a row.
    """
    tables = {shape: rows[shape] for shape in _SETUP if shape in rows}
    read = {shape: rows[shape] for shape in _READ if shape in rows and shape != "identifiers"}
    if names:
        read["identifiers"] = names
    unknown = rows.keys() - tables.keys() - read.keys()
    assert not unknown, f"no table is called {unknown}"
    if also_covered:
        made = _covered(_frame("counts", read.get("counts", ())))
        listed = list(made[list(_READ["coverage"])].itertuples(index=False, name=None))
        there = {line[:3] for line in listed}
        read["coverage"] = [*listed, *(line for line in also_covered if line[:3] not in there)]
    return Brand(tables, read, tuple(set_aside))


@pytest.fixture
def brand() -> Any:
    """brand(locations=[...], source_map=[...], skus=[...], counts=[...], ...) -> Brand."""
    return make_brand


@pytest.fixture
def compared() -> Any:
    """compared(authority, system, ...): one SKU at one place, counted by an authority and one secondary."""

    def one(authority: int | None, system: int | None, *, absent: str = "unknown", **more: Any) -> Found:
        counts = [
            ("Seller Central", "FBA US", "A", "on_hand", authority),
            ("Flieber", "FBA US", "A", "on_hand", system),
        ]
        return make_brand(
            **{
                "locations": [("FBA US", "US", "fba")],
                "source_map": [
                    ("FBA US", "Seller Central", "authority", "on_hand", {"absent": absent}),
                    ("FBA US", "Flieber", "secondary", "on_hand", {"absent": absent}),
                ],
                "skus": [("A", 10)],
                "counts": [line for line in counts if line[4] is not None],
                "also_covered": [("Seller Central", "FBA US", "on_hand"), ("Flieber", "FBA US", "on_hand")],
                **more,
            }
        ).reconciled()

    return one


@pytest.fixture
def same() -> Any:
    """same(one, other): two reconciliations are equal, frame by frame."""

    def compare(one: Reconciliation, other: Reconciliation) -> None:
        for name in ("counts", "gaps", "segments", "orders", "shipments", "handed_over", "daily", "evidence",
                     "unmapped", "orders_seen"):  # fmt: skip
            pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)
        assert one.as_of == other.as_of
        assert one.states_added == other.states_added
        assert one.notes == other.notes
        assert one.set_aside == other.set_aside
        assert one.purchase_orders == other.purchase_orders
        assert one.rows_read == other.rows_read
        assert np.array_equal(one.checked, other.checked)

    return compare
