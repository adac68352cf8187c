"""Counts added up: what every feed of the source map says of every SKU.

A feed is one system's word on one location: the rows of the source map with that location and system. The
work is done on whole arrays, feeds x SKUs, because a million count rows must not take long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, ON_HAND_PARTS, STATES
from sheets.engine.identifiers import naming
from sheets.engine.setup import Setup
from sheets.engine.source_map import MapRow, rows_of

NO_TIME = np.iinfo(np.int64).min
DAY: Final = 24 * 3_600_000_000  # microseconds
_STATE_NO = {state: number for number, state in enumerate(STATES)}


@dataclass(frozen=True)
class Feed:
    """One system's word on one location."""

    no: int  # the location's place in Locations, from 0
    location: str
    system: str
    role: str
    absent_zero: bool
    rows: tuple[MapRow, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """All states that the feed counts, on_hand with its parts."""
        named = [state for row in self.rows for state in row.states]
        return tuple(dict.fromkeys([*named, *(ON_HAND_PARTS if ON_HAND in named else ())]))


def feeds_of(setup: Setup) -> list[Feed]:
    """The feeds in the order of Locations, each location's authority first."""
    grouped: dict[tuple[int, str], list[MapRow]] = {}
    for row in rows_of(setup):
        grouped.setdefault((row.no, row.system), []).append(row)
    feeds = [
        Feed(no, rows[0].location, system, rows[0].role, all(row.absent_zero for row in rows), tuple(rows))
        for (no, system), rows in grouped.items()
    ]
    return sorted(feeds, key=lambda feed: (feed.no, feed.role != "authority", feed.rows[0].at))


@dataclass(frozen=True)
class Tally:
    """What feeds say, arrays of feeds x SKUs.

    units: whole numbers as floats, NaN where nothing was said. as_of: microseconds since 1970 in UTC, NO_TIME
    where nothing was said. source: place in `sources`, -1 none; row: line in that file, 0 none.
    by_state: for each state seen, the units of the authorities' feeds in that state, locations x SKUs.
    """

    units: np.ndarray
    as_of: np.ndarray
    source: np.ndarray
    row: np.ndarray
    sources: list[str]
    by_state: dict[str, np.ndarray]

    @property
    def said(self) -> np.ndarray:
        """Where a feed said something."""
        there: np.ndarray = ~np.isnan(self.units)
        return there


@dataclass(frozen=True)
class Placed:
    """Count rows with their feed (-1 none), the location whose authority they break down (-1 none) and SKU (-1)."""

    feed: np.ndarray
    detail: np.ndarray
    state: np.ndarray
    sku: np.ndarray
    units: np.ndarray
    known_place: np.ndarray

    def only(self, rows: np.ndarray) -> Placed:
        """The same of these rows."""
        return Placed(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def place(counts: pd.DataFrame, feeds: Sequence[Feed], setup: Setup, given: dict[tuple[str, str], set[str]]) -> Placed:
    """Where each count row belongs by the source map, and which SKU it is of.

    given: the states that each slot's system reports, to know where on_hand must be added up from its parts.
    """
    systems, system_at = codes_of(counts["system"])
    places, place_at = codes_of(counts["system_location"])
    names, name_at = codes_of(counts["system_sku"])
    states, state_at = codes_of(counts["state"])
    state_no = np.array([_STATE_NO[state] for state in states], dtype=np.int64)[state_at]
    feed_of, detail_of, known = _lookup(systems, places, feeds, given)
    meaning = naming(systems, names, setup)
    return Placed(
        feed=feed_of[system_at, place_at, state_no],
        detail=detail_of[system_at, place_at, state_no],
        state=state_no,
        sku=meaning.sku[system_at, name_at],
        units=counts["units"].to_numpy(np.int64) * meaning.units_per[system_at, name_at],
        known_place=known[system_at, place_at],
    )


def codes_of(column: pd.Series) -> tuple[pd.Index, np.ndarray]:
    """The different texts of a column, and the place of each row's among them."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Index(column.cat.categories.astype(object)), column.cat.codes.to_numpy()
    codes, names = pd.factorize(column)
    return pd.Index(np.asarray(names, dtype=object)), codes


def _lookup(
    systems: pd.Index, places: pd.Index, feeds: Sequence[Feed], given: dict[tuple[str, str], set[str]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three tables by system, system location and state: feed, detailed location, and whether the place is mapped."""
    feed_of = np.full((len(systems), len(places), len(STATES)), -1, dtype=np.int32)
    detail_of = feed_of.copy()
    known = np.zeros((len(systems), len(places)), dtype=bool)
    for number, feed in enumerate(feeds):
        for row in feed.rows:
            if row.system not in systems or row.system_location not in places:
                continue
            at = systems.get_loc(row.system), places.get_loc(row.system_location)
            known[at] = True
            for state in _added(row.states, given.get(row.slot, set())):
                feed_of[(*at, _STATE_NO[state])] = number
    for feed in feeds:
        if feed.role != "authority":
            continue
        for row in feed.rows:
            if row.system in systems and row.system_location in places:
                at = systems.get_loc(row.system), places.get_loc(row.system_location)
                _claim_detail(detail_of[at], row, feed)
    return feed_of, detail_of, known


def _added(states: Sequence[str], given: set[str]) -> list[str]:
    """The states to add: on_hand where the system reports it, else the parts it reports."""
    if ON_HAND in states and ON_HAND not in given and given & set(ON_HAND_PARTS):
        return [*(state for state in states if state != ON_HAND), *(part for part in ON_HAND_PARTS if part in given)]
    return list(states)


def states_added(feeds: Sequence[Feed], given: dict[tuple[str, str], set[str]]) -> dict[str, tuple[str, ...]]:
    """For each location, the states of its authority that its units add up."""
    found: dict[str, tuple[str, ...]] = {}
    for feed in feeds:
        if feed.role == "authority":
            states = [state for row in feed.rows for state in _added(row.states, given.get(row.slot, set()))]
            found[feed.location] = tuple(dict.fromkeys(states))
    return found


def _claim_detail(states_at: np.ndarray, row: MapRow, feed: Feed) -> None:
    """Give the location the states it maps; one that maps stock also gets the stock states that none maps."""
    for state in feed.states:
        states_at[_STATE_NO[state]] = feed.no
    stock = {ON_HAND, *ON_HAND_PARTS}
    if stock & set(row.states):
        for state in (ON_HAND, *ON_HAND_PARTS, "inbound_working", "backorder"):
            if states_at[_STATE_NO[state]] < 0:
                states_at[_STATE_NO[state]] = feed.no


def add_up(
    counts: pd.DataFrame, placed: Placed, feeds: Sequence[Feed], setup: Setup, given: dict[tuple[str, str], set[str]]
) -> Tally:
    """The tally of placed count rows, all of one day."""
    shape = (len(feeds), len(setup.skus))
    taken = np.flatnonzero((placed.feed >= 0) & (placed.sku >= 0))
    key = placed.feed[taken].astype(np.int64) * shape[1] + placed.sku[taken]
    size = shape[0] * shape[1]
    listed = np.bincount(key, minlength=size)
    units = np.bincount(key, weights=placed.units[taken], minlength=size).astype(float)  # integers when there is no row
    units[listed == 0] = np.nan
    as_of = _least(key, microseconds(counts["as_of"])[taken], listed, NO_TIME)
    sources, source_at = codes_of(counts["source"])
    ranks = np.argsort(np.argsort(np.asarray(sources, dtype=str), kind="stable"), kind="stable")
    packed = ranks[source_at[taken]].astype(np.int64) << 32 | counts["row"].to_numpy(np.int64)[taken]
    first = _least(key, packed, listed, -1)
    units = units.reshape(shape)
    for number, feed in enumerate(feeds):
        if not feed.absent_zero:
            units[number][~_whole(number, feed, counts, placed, taken, shape[1], given)] = np.nan
    return Tally(
        units=units,
        as_of=as_of.reshape(shape),
        source=np.where(first < 0, -1, first >> 32).reshape(shape),
        row=np.where(first < 0, 0, first & 0xFFFFFFFF).reshape(shape),
        sources=sorted(sources),
        by_state=_by_state(placed, len(setup.locations), shape[1]),
    )


def _least(key: np.ndarray, values: np.ndarray, listed: np.ndarray, none: int) -> np.ndarray:
    """The smallest value per key; `none` where a key has no value."""
    least = np.full(len(listed), np.iinfo(np.int64).max)
    if len(key) and listed.max() > 1:
        np.minimum.at(least, key, values)
    else:
        least[key] = values
    least[listed == 0] = none
    return least


def _whole(
    number: int,
    feed: Feed,
    counts: pd.DataFrame,
    placed: Placed,
    taken: np.ndarray,
    skus: int,
    given: dict[tuple[str, str], set[str]],
) -> np.ndarray:
    """SKUs for which an on_hand made of parts has all the parts that the system declares, where it lists any."""
    whole = np.ones(skus, dtype=bool)
    for row in feed.rows:
        parts = set(_added(row.states, given.get(row.slot, set()))) & set(ON_HAND_PARTS)
        if ON_HAND not in row.states or not parts:
            continue
        mine = taken[placed.feed[taken] == number]
        # Another hall of the location may report its own states: what it lists is no part of this one's total.
        here = (counts["system"].iloc[mine] == row.system) & (
            counts["system_location"].iloc[mine] == row.system_location
        )
        mine = mine[here.to_numpy(bool)]
        listed = {part: np.zeros(skus, dtype=bool) for part in parts}
        for part, at in listed.items():
            at[placed.sku[mine[placed.state[mine] == _STATE_NO[part]]]] = True
        whole &= np.logical_and.reduce(list(listed.values())) | ~np.logical_or.reduce(list(listed.values()))
    return whole


def _by_state(placed: Placed, locations: int, skus: int) -> dict[str, np.ndarray]:
    taken = np.flatnonzero((placed.detail >= 0) & (placed.sku >= 0))
    found: dict[str, np.ndarray] = {}
    for number in np.unique(placed.state[taken]):
        mine = taken[placed.state[taken] == number]
        key = placed.detail[mine].astype(np.int64) * skus + placed.sku[mine]
        listed = np.bincount(key, minlength=locations * skus)
        units = np.bincount(key, weights=placed.units[mine], minlength=locations * skus)
        units[listed == 0] = np.nan
        found[STATES[number]] = units.reshape(locations, skus)
    return found


def microseconds(column: pd.Series) -> np.ndarray:
    """Times as microseconds since 1970 in UTC."""
    whole: np.ndarray = column.dt.as_unit("us").astype("int64").to_numpy()
    return whole
