"""What stands at each location: today's counts, zeros that an absence means, numbers kept from before.

A number that is missing stays missing; one that is kept from before is STALE and says from when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from connectors.frames import Batch, SetAside
from sheets.engine.setup import Setup
from sheets.engine.tally import NO_TIME, Feed, Placed, Tally, add_up, microseconds, place

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class Standing:
    """The tally of today with what the past and absences add, arrays of feeds x SKUs.

    age_hours: hours between each number and the reconciliation's time, NaN missing. not_listed: zeros that an
    absence from a whole file means. kept: numbers from an earlier day. stale: kept, or older than the age that
    Settings allows, or of a system whose newest export was set aside. hold: older than that age, or missing where
    there should be a number. before: seen on an earlier day. compared, compared_as_of: the units and times to
    compare, which beside a stale authority are those of its own day.
    """

    tally: Tally
    placed: Placed
    age_hours: np.ndarray
    not_listed: np.ndarray
    kept: np.ndarray
    stale: np.ndarray
    hold: np.ndarray
    before: np.ndarray
    compared: np.ndarray
    compared_as_of: np.ndarray


def states_given(coverage: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """The states that each system's place reports."""
    given: dict[tuple[str, str], set[str]] = defaultdict(set)
    for system, where, state in coverage[["system", "system_location", "state"]].astype("str").itertuples(index=False):
        given[(system, where)].add(state)
    return dict(given)


def stand(batch: Batch, feeds: Sequence[Feed], setup: Setup, as_of: pd.Timestamp) -> Standing:
    """What every feed says of every SKU at `as_of`."""
    given = states_given(batch.coverage)
    today = place(batch.counts, feeds, setup, given)
    past = place(batch.past, feeds, setup, given)
    size = (len(feeds), len(setup.skus))
    authority = np.array([feed.role == "authority" for feed in feeds], dtype=bool)
    lasting = authority & ~np.array([feed.absent_zero for feed in feeds], dtype=bool)

    chosen = _last_known(past, batch.past, _seen(today, size), lasting)
    counts, placed = _with_rows(batch.counts, today, batch.past, past, chosen)
    tally = add_up(counts, placed, feeds, setup, given)
    kept = np.zeros(size, dtype=bool)
    kept[past.feed[chosen], past.sku[chosen]] = True
    kept &= tally.said
    tally, not_listed = _zeros(tally, feeds, batch.coverage)

    hours = np.where(tally.said, np.round((_moment(as_of) - tally.as_of) / _HOUR, 6), np.nan)
    old = _older(hours, feeds, setup)
    stale = kept | old | _set_aside(tally.as_of, feeds, batch.set_aside, as_of, setup)
    before = _seen(past, size)
    lost = _lost(feeds, tally, before, setup.settings.units)
    compared, compared_as_of = _of_the_same_day(tally, stale, feeds, batch.past, past, setup)
    return Standing(
        tally, placed, hours, not_listed, kept, stale, (stale & old) | lost, before, compared, compared_as_of
    )


def _seen(placed: Placed, size: tuple[int, int]) -> np.ndarray:
    seen = np.zeros(size, dtype=bool)
    known = (placed.feed >= 0) & (placed.sku >= 0)
    seen[placed.feed[known], placed.sku[known]] = True
    return seen


def _last_known(past: Placed, frame: pd.DataFrame, listed: np.ndarray, lasting: np.ndarray) -> np.ndarray:
    """Rows of the past that hold the last number of what is not listed today."""
    wanted: np.ndarray = np.flatnonzero((past.feed >= 0) & (past.sku >= 0))
    wanted = wanted[lasting[past.feed[wanted]] & ~listed[past.feed[wanted], past.sku[wanted]]]
    if not len(wanted):
        return wanted
    times = microseconds(frame["as_of"])[wanted]
    key = past.feed[wanted].astype(np.int64) * listed.shape[1] + past.sku[wanted]
    newest = np.full(listed.size, NO_TIME)
    np.maximum.at(newest, key, times)
    last: np.ndarray = wanted[times == newest[key]]
    return last


def _with_rows(
    counts: pd.DataFrame, today: Placed, past: pd.DataFrame, before: Placed, chosen: np.ndarray
) -> tuple[pd.DataFrame, Placed]:
    if not len(chosen):
        return counts, today
    rows = past.iloc[chosen]
    texts = {name: "str" for name, column in counts.items() if isinstance(column.dtype, pd.CategoricalDtype)}
    joined = pd.concat([counts.astype(texts), rows.astype(dict.fromkeys(texts, "str"))], ignore_index=True)
    pieces = {
        name: np.concatenate([getattr(today, name), getattr(before, name)[chosen]])
        for name in ("feed", "detail", "state", "sku", "units", "known_place")
    }
    return joined, Placed(**pieces)


def _zeros(tally: Tally, feeds: Sequence[Feed], coverage: pd.DataFrame) -> tuple[Tally, np.ndarray]:
    """The tally with 0 where a whole file does not list a SKU and the map says that absent is zero."""
    units, as_of, source = tally.units.copy(), tally.as_of.copy(), tally.source.copy()
    sources, by_state = list(tally.sources), {state: array.copy() for state, array in tally.by_state.items()}
    not_listed = np.zeros(units.shape, dtype=bool)
    for number, feed in enumerate(feeds):
        covered = _covering(feed, coverage)
        if not feed.absent_zero or covered is None:
            continue
        silent = np.isnan(units[number])
        not_listed[number] = silent
        units[number, silent] = 0
        as_of[number, silent] = covered[0]
        if covered[1] not in sources:
            sources.append(covered[1])
        source[number, silent] = sources.index(covered[1])
        if feed.role == "authority":
            for state in {state for row in feed.rows for state in row.states}:
                array = by_state.setdefault(state, np.full((_locations(feeds), units.shape[1]), np.nan))
                array[feed.no, silent] = 0
    return replace(tally, units=units, as_of=as_of, source=source, sources=sources, by_state=by_state), not_listed


def _locations(feeds: Sequence[Feed]) -> int:
    return max(feed.no for feed in feeds) + 1


def _covering(feed: Feed, coverage: pd.DataFrame) -> tuple[int, str] | None:
    """Time and source of the whole files that speak for a feed; None when none does."""
    slots = {row.slot for row in feed.rows}
    pairs = zip(coverage["system"], coverage["system_location"], strict=True)
    mine = coverage[[pair in slots for pair in pairs]]
    if mine.empty:
        return None
    first = mine.sort_values(["as_of", "source"]).iloc[0]
    return int(microseconds(mine["as_of"]).min()), str(first["source"])


def _older(hours: np.ndarray, feeds: Sequence[Feed], setup: Setup) -> np.ndarray:
    """Where a number is older than Settings allows for its kind of location."""
    kinds = setup.locations["kind"].to_numpy()
    settings = setup.settings
    most = np.array([settings.max_age_fba if kinds[f.no] == "fba" else settings.max_age for f in feeds])
    with np.errstate(invalid="ignore"):
        old: np.ndarray = hours > most[:, None]
    return old


def _set_aside(
    times: np.ndarray, feeds: Sequence[Feed], aside: Sequence[SetAside], as_of: pd.Timestamp, setup: Setup
) -> np.ndarray:
    """Where a number is of an earlier day because the system's newer export was set aside."""
    hurt = {one.system for one in aside if one.counts}
    mine = np.array([feed.system in hurt for feed in feeds], dtype=bool)
    days = local_days(times, setup.settings.time_zone)
    today = local_days(np.array([_moment(as_of)]), setup.settings.time_zone)[0]
    older: np.ndarray = mine[:, None] & (times != NO_TIME) & (days < today)
    return older


def _lost(feeds: Sequence[Feed], tally: Tally, before: np.ndarray, tolerated: float) -> np.ndarray:
    """Where an authority says nothing of a SKU that it counted before, or that another system counts there."""
    lost = np.zeros(tally.units.shape, dtype=bool)
    for number, feed in enumerate(feeds):
        if feed.role != "authority":
            continue
        others = [n for n, other in enumerate(feeds) if other.no == feed.no and n != number]
        expected = before[number] | (tally.units[others] > tolerated).any(axis=0)
        lost[number] = np.isnan(tally.units[number]) & expected
    return lost


def _of_the_same_day(
    tally: Tally, stale: np.ndarray, feeds: Sequence[Feed], past: pd.DataFrame, placed: Placed, setup: Setup
) -> tuple[np.ndarray, np.ndarray]:
    """Units and times to compare: beside a stale authority, each other system's count of that same day.

    Without one of that day the latest before it, else the first after it.
    """
    units, times = tally.units.copy(), tally.as_of.copy()
    skus = units.shape[1]
    authority_of = {feed.no: number for number, feed in enumerate(feeds) if feed.role == "authority"}
    wanted = np.zeros(units.shape, dtype=bool)
    target = np.zeros(units.shape, dtype=np.int64)
    for number, feed in enumerate(feeds):
        if feed.role != "authority" and feed.no in authority_of:
            mine = authority_of[feed.no]
            wanted[number] = stale[mine] & tally.said[mine]
            target[number] = tally.as_of[mine]
    rows = np.flatnonzero((placed.feed >= 0) & (placed.sku >= 0))
    rows = rows[wanted[placed.feed[rows], placed.sku[rows]]]
    if not len(rows):
        return units, times
    then = pd.DataFrame(
        {
            "key": placed.feed[rows].astype(np.int64) * skus + placed.sku[rows],
            "at": microseconds(past["as_of"])[rows],
            "units": placed.units[rows].astype(float),
        }
    )
    now_key = np.flatnonzero((wanted & tally.said).ravel())
    now = pd.DataFrame({"key": now_key, "at": times.ravel()[now_key], "units": units.ravel()[now_key]})
    both = pd.concat([then.groupby(["key", "at"], as_index=False)["units"].sum(), now], ignore_index=True)
    zone = setup.settings.time_zone
    away = local_days(both["at"].to_numpy(), zone) - local_days(target.ravel()[both["key"].to_numpy()], zone)
    both["after"], both["away"] = away > 0, np.abs(away)
    best = both.sort_values(["key", "after", "away", "at"]).drop_duplicates("key")
    at = best["key"].to_numpy()
    units.reshape(-1)[at] = best["units"].to_numpy()
    times.reshape(-1)[at] = best["at"].to_numpy()
    return units, times


def local_days(times: np.ndarray, zone: str) -> np.ndarray:
    """The day in the brand's time zone of each time, as a number; NO_TIME stays far in the past."""
    known = np.where(times == NO_TIME, 0, times).ravel()
    local = pd.DatetimeIndex(known.astype("datetime64[us]")).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    days = local.as_unit("us").asi8.reshape(times.shape) // _DAY
    found: np.ndarray = np.where(times == NO_TIME, -1, days)
    return found


def _moment(time: pd.Timestamp) -> int:
    return int(time.tz_convert("UTC").as_unit("us").asm8.astype("int64"))
