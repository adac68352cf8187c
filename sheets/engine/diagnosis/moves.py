"""Moves: each feed's movements of each SKU in order of time, by what they are to another system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, ON_HAND_PARTS, Batch
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.identifiers import meant
from sheets.engine.setup import UNDER_WAY, Setup
from sheets.engine.standing import local_days
from sheets.engine.tally import Feed, codes_of, microseconds

MOSTLY: Final = 0.9
# What an event is to the other system: names differ, the direction of the units does not.
CLASS_OF: Final = {
    "receipt": "receipt",
    "transfer_in": "receipt",
    "transfer_out": "transfer_out",
    "sale": "sale",
    "return": "return",
    "adjustment": "adjustment",
    "other": "adjustment",
    "removal": "removal",
    "disposal": "removal",
}


@dataclass(frozen=True)
class Moves:
    """Movements of one SKU at one place, oldest first: time, local day, units (signed) and texts (None missing)."""

    at: np.ndarray
    day: np.ndarray
    units: np.ndarray
    kind: np.ndarray  # a class of CLASS_OF
    reference: np.ndarray
    order_type: np.ndarray
    channel: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def between(self, first: int, last: int) -> Moves:
        """Those after `first` and up to `last`."""
        lo, hi = np.searchsorted(self.at, [first, last], side="right")
        return self.part(slice(int(lo), int(hi)))

    def part(self, rows: slice | np.ndarray) -> Moves:
        return Moves(*(getattr(self, name)[rows] for name in _COLUMNS))


_COLUMNS: Final = ("at", "day", "units", "kind", "reference", "order_type", "channel")


def receipts_known(leg: Leg, ours: Moves, no: int, to: int | None = None) -> bool:
    """Whether the movements of its destination, or of the transit location before it, tell all that was received.

    no: the location of the movements; to: of a transit location, where its units go.
    """
    if not leg.received or leg.destination not in (no, to):
        return True
    mine = ours.units[(ours.reference == leg.shipment) & (ours.kind == "receipt")]
    return int(mine.clip(min=0).sum() if leg.destination == no else -mine.clip(max=0).sum()) >= leg.received


@dataclass(frozen=True)
class Ledger:
    """Movements of many SKUs."""

    sku: np.ndarray
    moves: Moves

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True)
class Span:
    """The time that a system's movements of one place cover; dated: whether they have days and no times."""

    first: int
    last: int
    dated: bool = False


@dataclass(frozen=True)
class Moved:
    """All feeds' movements, sorted by key (feed x SKUs + SKU) and time.

    crossing: between Amazon's own centres. row: the place of each in the batch's movements. spans: by feed.
    """

    key: np.ndarray
    moves: Moves
    crossing: np.ndarray
    row: np.ndarray
    spans: dict[int, Span]

    def without(self, gone: np.ndarray) -> Moved:
        """The same without some movements."""
        kept = np.flatnonzero(~gone)
        return Moved(self.key[kept], self.moves.part(kept), self.crossing[kept], self.row[kept], self.spans)


def moves_of(batch: Batch, feeds: Sequence[Feed], setup: Setup) -> Moved:
    """Every movement at a place that the source map names, of a SKU that is known."""
    kinds, skus = setup.locations["kind"].to_list(), len(setup.skus)
    feed_of = {
        row.slot: number
        for number, feed in reversed(list(enumerate(feeds)))
        if kinds[feed.no] not in UNDER_WAY and _stock(feed)
        for row in feed.rows
    }
    frame = batch.movements
    feed = _feeds_at(frame, feed_of)
    sku, per = meant(frame, setup) if len(frame) else (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    at = microseconds(frame["at"]) if len(frame) else np.zeros(0, dtype=np.int64)
    spans = _spans(frame, feed, at, setup.settings.time_zone)
    rows = np.flatnonzero((feed >= 0) & (sku >= 0))
    key = feed[rows].astype(np.int64) * skus + sku[rows]
    order = np.lexsort((frame["row"].to_numpy(np.int64)[rows], at[rows], key))
    rows, key = rows[order], key[order]
    events, event_at = codes_of(frame["event"])
    classes = np.array([CLASS_OF.get(str(name), "adjustment") for name in events] or [""], dtype=object)
    moves = Moves(
        at=at[rows],
        day=local_days(at[rows], setup.settings.time_zone),
        units=frame["units"].to_numpy(np.int64)[rows] * per[rows],
        kind=classes[event_at[rows]] if len(rows) else np.zeros(0, dtype=object),
        reference=_texts(frame["reference"], rows),
        order_type=_texts(frame["order_type"], rows),
        channel=_texts(frame["channel"], rows),
    )
    own = np.array([str(name) in ("transfer_in", "transfer_out") for name in events] or [False])[event_at[rows]]
    fba = np.array([kinds[one.no] == "fba" for one in feeds] or [False])[feed[rows]]
    shipped = {*batch.shipments["shipment"].astype("str")} if (own & fba).any() else set()
    crossing = own & fba & np.array([name not in shipped for name in moves.reference], dtype=bool)
    return Moved(key, moves, crossing, rows, spans)


def _spans(frame: pd.DataFrame, feed: np.ndarray, at: np.ndarray, zone: str) -> dict[int, Span]:
    """What each feed's movements cover: a file speaks for all places in it, one that sold nothing lately too.

    A bare day is stored as its last moment.
    """
    bare = local_days(at, zone) != local_days(at + 1_000_000, zone)
    rows = pd.DataFrame({"feed": feed, "source": codes_of(frame["source"])[1], "at": at, "bare": bare})
    ends = rows.groupby("source")["at"].agg(["min", "max"])
    named = rows[rows["feed"] >= 0][["feed", "source"]].drop_duplicates().join(ends, on="source")
    spans = named.groupby("feed").agg(first=("min", "min"), last=("max", "max"))
    dated = rows.groupby("feed")["bare"].mean() > MOSTLY
    return {int(n): Span(int(first), int(last), bool(dated[n])) for n, first, last in spans.itertuples()}


def _stock(feed: Feed) -> bool:
    """Whether a feed counts units that movements change."""
    return bool({ON_HAND, *ON_HAND_PARTS} & set(feed.states))


def _feeds_at(frame: pd.DataFrame, feed_of: dict[tuple[str, str], int]) -> np.ndarray:
    systems, system_at = codes_of(frame["system"])
    places, place_at = codes_of(frame["system_location"])
    table = np.full((max(len(systems), 1), max(len(places), 1)), -1, dtype=np.int64)
    for (system, where), number in feed_of.items():
        if system in systems and where in places:
            table[systems.get_loc(system), places.get_loc(where)] = number
    found: np.ndarray = table[system_at, place_at]
    return found


def _texts(column: pd.Series, rows: np.ndarray) -> np.ndarray:
    names, codes = codes_of(column)
    texts = np.array([*names, None], dtype=object)
    found: np.ndarray = texts[codes[rows]]
    return found
