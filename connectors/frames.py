"""The frames that every connector gives and the engine takes: columns, states, statuses, `Batch`.

This is the leaf of the import graph: it imports pandas and nothing of ours but the errors.
Units are whole numbers. What a system did not say is a row that is not there, never a 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Final

import pandas as pd

# What units are doing at a location. ON_HAND is the physical total; its parts add up to it.
ON_HAND: Final = "on_hand"
ON_HAND_PARTS: Final = (
    "available",
    "allocated",
    "reserved_orders",
    "reserved_transfer",
    "reserved_processing",
    "on_hold",
    "researching",
    "unfulfillable",
)
BESIDE: Final = (
    "inbound_working",
    "inbound_shipped",
    "inbound_receiving",
    "in_transit",
    "on_order",
    "backorder",
    "buildable",
)
STATES: Final = (ON_HAND, *ON_HAND_PARTS, *BESIDE)

STATUSES: Final = ("PLANNED", "SHIPPED", "IN_TRANSIT", "DELIVERED", "RECEIVING", "CLOSED", "CANCELLED")

EVENTS: Final = (
    "sale",
    "receipt",
    "transfer_in",
    "transfer_out",
    "adjustment",
    "return",
    "removal",
    "disposal",
    "other",
)

# One letter per column: s text (category or str), n whole number, t time (UTC), m money (float).
# A capital may not be missing.
_COUNTS: Final = {
    "system": "S",
    "system_location": "S",
    "system_sku": "S",
    "state": "S",
    "units": "N",
    "as_of": "T",
    "source": "S",
    "row": "N",
}
SHAPES: Final[Mapping[str, Mapping[str, str]]] = {
    "counts": _COUNTS,
    "past": _COUNTS,  # counts of days before today's
    "splits": _COUNTS,  # how a stock that several countries share is split between them
    "balances": _COUNTS,  # closing balances of a ledger, to check the counts against
    "movements": {
        "system": "S",
        "system_location": "S",
        "system_sku": "S",
        "event": "S",
        "units": "N",
        "at": "T",
        "reference": "s",
        "order_type": "s",
        "channel": "s",
        "source": "S",
        "row": "N",
    },
    "shipments": {
        "system": "S",
        "shipment": "S",
        "system_sku": "S",
        "from_location": "s",
        "to_location": "s",
        "status": "s",
        "shipped_units": "n",
        "received_units": "n",
        "shipped_at": "t",
        "arrived_at": "t",
        "closed_at": "t",
        "source": "S",
        "row": "N",
    },
    "orders": {
        "system": "S",
        "channel": "S",
        "order_type": "s",
        "day": "T",
        "system_sku": "S",
        "orders": "n",
        "units": "N",
    },
    "identifiers": {
        "system": "S",
        "system_sku": "S",
        "asin": "s",
        "fnsku": "s",
        "upc": "s",
        "title": "s",
    },
    # Units and money sold over whole days first..last, in the stock of one system_location.
    "sales": {
        "system": "S",
        "system_location": "S",
        "system_sku": "S",
        "first": "T",
        "last": "T",
        "units": "N",
        "revenue": "m",
        "currency": "s",
        "source": "S",
        "row": "N",
    },
    # What a whole, accepted report covers: this state of this location, at this time, every SKU it lists.
    "coverage": {
        "system": "S",
        "system_location": "S",
        "state": "S",
        "as_of": "T",
        "time_from": "S",  # "column", "file name", "report", "file time", "time of reading" or HISTORY
        "source": "S",
    },
}


# The time_from of a count that no file gave: history's last, of a system that was set aside as a whole.
HISTORY: Final = "history"


class FrameWrong(TypeError):
    """A frame of ours has not the columns or types it must have: a defect of ours, not of the user."""


def empty(shape: str) -> pd.DataFrame:
    """A frame of that shape with no rows."""
    return pd.DataFrame({name: pd.Series(dtype=_DTYPES[kind.lower()]) for name, kind in SHAPES[shape].items()})


_DTYPES: Final = {"s": "str", "n": "Int64", "t": "datetime64[us, UTC]", "m": "float64"}


def validated(shape: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame itself when it has exactly that shape's columns, in that order, with fitting types.

    Raises FrameWrong, naming frame and column.
    """
    wanted = SHAPES[shape]
    if list(frame.columns) != list(wanted):
        raise FrameWrong(f"{shape}: columns {list(frame.columns)}, expected {list(wanted)}")
    for name, kind in wanted.items():
        column = frame[name]
        if not _fits(column, kind.lower()):
            raise FrameWrong(f"{shape}.{name}: {column.dtype}, expected {_DTYPES[kind.lower()]}")
        if kind.isupper() and column.hasnans:
            raise FrameWrong(f"{shape}.{name}: {int(column.isna().sum())} missing, expected none")
    return frame


def _fits(column: pd.Series, kind: str) -> bool:
    dtype = column.dtype
    if kind == "s":
        return isinstance(dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(dtype)
    if kind == "n":
        return bool(pd.api.types.is_integer_dtype(dtype))
    if kind == "t":
        return isinstance(dtype, pd.DatetimeTZDtype) and str(dtype.tz) == "UTC"
    return bool(pd.api.types.is_float_dtype(dtype))


@dataclass(frozen=True)
class Note:
    """Something the user should know about one input, which did not stop it."""

    system: str
    source: str
    said: str


@dataclass(frozen=True)
class SetAside:
    """An input, or a part of one, that is not used, and why.

    kept_as_of: the time of the last good count that stands in its place; None when there is none.
    counts: whether counts may be missing because of it (a ledger set aside leaves the counts whole).
    place, system_sku: of the one row that is not used, as its system names them; empty for a whole file.
    """

    system: str
    source: str
    reason: str
    kept_as_of: pd.Timestamp | None = None
    counts: bool = True
    place: str = ""
    system_sku: str = ""


_NONE: Final = {shape: empty(shape) for shape in SHAPES}


def _none(shape: str) -> pd.DataFrame:
    """A batch's frame that nothing was read into: one for all, since each made and checked anew takes its time."""
    return field(default_factory=lambda: _NONE[shape])


@dataclass(frozen=True)
class Batch:
    """What was read from systems: one frame per shape, notes, and what was set aside."""

    counts: pd.DataFrame = _none("counts")
    past: pd.DataFrame = _none("past")
    splits: pd.DataFrame = _none("splits")
    balances: pd.DataFrame = _none("balances")
    coverage: pd.DataFrame = _none("coverage")
    movements: pd.DataFrame = _none("movements")
    shipments: pd.DataFrame = _none("shipments")
    orders: pd.DataFrame = _none("orders")
    sales: pd.DataFrame = _none("sales")
    identifiers: pd.DataFrame = _none("identifiers")
    notes: tuple[Note, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows of stock were read: counts of today and before, movements, shipments, orders."""
        return sum(len(getattr(self, shape)) for shape in ("counts", "past", "movements", "shipments", "orders"))

    def __post_init__(self) -> None:
        for shape, none in _NONE.items():
            if (frame := getattr(self, shape)) is not none:
                validated(shape, frame)


def joined(batches: Iterable[Batch]) -> Batch:
    """All batches as one; rows stay in the order of the batches."""
    batches = list(batches)
    if len(batches) == 1:
        return batches[0]
    frames: dict[str, pd.DataFrame] = {}
    for shape in SHAPES:
        parts = [frame for batch in batches if len(frame := getattr(batch, shape))]
        frames[shape] = stacked(shape, parts)
    return Batch(
        **frames,
        notes=tuple(note for batch in batches for note in batch.notes),
        set_aside=tuple(aside for batch in batches for aside in batch.set_aside),
    )


def stacked(shape: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames of one shape as one; categories stay categories, united."""
    if not parts:
        return _NONE[shape]
    if len(parts) == 1:
        return parts[0].reset_index(drop=True)
    columns: dict[str, pd.Series] = {}
    for name, kind in SHAPES[shape].items():
        pieces = [part[name] for part in parts]
        if kind.lower() == "s" and all(isinstance(p.dtype, pd.CategoricalDtype) for p in pieces):
            united = pd.api.types.union_categoricals([p.array for p in pieces])
            columns[name] = pd.Series(united)
        else:
            columns[name] = pd.concat(
                [p.astype("str") if isinstance(p.dtype, pd.CategoricalDtype) else p for p in pieces],
                ignore_index=True,
            )
    return pd.DataFrame(columns)


assert {f.name for f in fields(Batch)} == {*SHAPES, "notes", "set_aside"}
