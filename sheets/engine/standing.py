"""What stands at each location: today's counts, zeros that an absence means, numbers kept from before.

A number that is missing stays missing; one that is kept from before is STALE and says from when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from connectors.frames import ON_HAND, ON_HAND_PARTS, STATES, Batch, Note, SetAside
from sheets.engine.identifiers import naming
from sheets.engine.setup import Setup
from sheets.engine.tally import NO_TIME, Feed, Placed, Tally, add_up, codes_of, microseconds, place

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class Standing:
    """The tally of today with what the past and absences add, arrays of feeds x SKUs.

    age_hours: hours between each number and the reconciliation's time, NaN missing. not_listed: zeros that an
    absence from a whole file means. kept: numbers from an earlier day. stale: kept, or older than the age that
    Settings allows, or of a system whose newest export was set aside. hold: older than that age, or missing where
    there should be a number. before: seen on an earlier day. compared: the tally to compare, which beside a stale
    authority is that of its own day. placed: today's rows and those that are kept; today, past: the batch's own.
    """

    tally: Tally
    placed: Placed
    today: Placed
    past: Placed
    age_hours: np.ndarray
    not_listed: np.ndarray
    kept: np.ndarray
    stale: np.ndarray
    hold: np.ndarray
    before: np.ndarray
    compared: Tally


def states_given(batch: Batch) -> dict[tuple[str, str], set[str]]:
    """The states that each system's place reports: today's, or for a place that no file names today those of before."""
    given, before = _states(batch.coverage), _states(batch.past)
    return {**before, **given}


def _states(frame: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    columns = [codes_of(frame[name]) for name in ("system", "system_location", "state")]
    size = tuple(max(len(names), 1) for names, _ in columns)
    seen = pd.unique(np.ravel_multi_index([codes.astype(np.int64) for _, codes in columns], size))
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for at in zip(*np.unravel_index(seen, size), strict=True):
        system, where, state = (str(names[number]) for (names, _), number in zip(columns, at, strict=True))
        found[(system, where)].add(state)
    return dict(found)


def stand(batch: Batch, feeds: Sequence[Feed], setup: Setup, as_of: pd.Timestamp) -> Standing:
    """What every feed says of every SKU at `as_of`."""
    given = states_given(batch)
    zone = setup.settings.time_zone
    today = place(batch.counts, feeds, setup, given)
    past = place(batch.past, feeds, setup, given)
    size = (len(feeds), len(setup.skus))
    authority = np.array([feed.role == "authority" for feed in feeds], dtype=bool)
    lasting = authority & ~np.array([feed.absent_zero for feed in feeds], dtype=bool)

    # A row that was refused is no absence: its last good number stands, whatever an absence means.
    refused = _refused(batch.set_aside, feeds, setup)
    keeps = lasting[:, None] | (refused & authority[:, None])
    again = _of_refused(batch.past, batch.set_aside)
    chosen = _last_known(past, batch.past, today, batch.counts, feeds, keeps, again, zone)
    counts, placed = _with_rows(batch.counts, today, batch.past, past, chosen)
    tally = add_up(counts, placed, feeds, setup, given)
    kept = np.zeros(size, dtype=bool)
    counted = chosen[past.feed[chosen] >= 0]
    kept[past.feed[counted], past.sku[counted]] = True
    kept &= tally.said
    tally, not_listed = _zeros(tally, feeds, batch.coverage, refused)
    tally = replace(tally, by_state={state: tally.by_state[state] for state in STATES if state in tally.by_state})

    hours = np.where(tally.said, np.round((moment_of(as_of) - tally.as_of) / _HOUR, 6), np.nan)
    old = _older(hours, feeds, setup)
    stale = kept | old | _set_aside(tally.as_of, feeds, batch.set_aside, as_of, setup)
    before = _seen(past, size)
    listed = _seen(placed, size)
    lost = _lost(feeds, tally, before | listed, setup.settings.units)
    compared = _of_the_same_day(tally, stale, feeds, batch.past, past, setup, given)
    return Standing(tally, placed, today, past, hours, not_listed, kept, stale, (stale & old) | lost, before, compared)


def in_parts(standing: Standing, feeds: Sequence[Feed], setup: Setup) -> list[Note]:
    """A note for each authority that lists SKUs without all the states that make up their on_hand."""
    listed = _seen(standing.placed, standing.tally.units.shape) & ~standing.tally.said
    notes = []
    for number, feed in enumerate(feeds):
        skus = np.flatnonzero(listed[number] & (feed.role == "authority"))
        if len(skus):
            said = f"{len(skus)} SKUs, such as {setup.skus['sku'].iat[int(skus[0])]}, lack states that make up on_hand"
            notes.append(Note(feed.system, feed.location, f"{said}: no number and HOLD; list each state, 0 where none"))
    return notes


def _seen(placed: Placed, size: tuple[int, int]) -> np.ndarray:
    seen = np.zeros(size, dtype=bool)
    known = (placed.feed >= 0) & (placed.sku >= 0)
    seen[placed.feed[known], placed.sku[known]] = True
    return seen


def _refused(aside: Sequence[SetAside], feeds: Sequence[Feed], setup: Setup) -> np.ndarray:
    """Where one row of a feed was set aside, feeds x SKUs."""
    refused = np.zeros((len(feeds), len(setup.skus)), dtype=bool)
    for one in aside:
        if one.system_sku:
            meaning = naming(pd.Index([one.system]), pd.Index([one.system_sku]), setup)
            mine = [any(row.slot == (one.system, one.place) for row in feed.rows) for feed in feeds]
            if meaning.sku[0, 0] >= 0:
                refused[mine, meaning.sku[0, 0]] = True
    return refused


def _of_refused(past: pd.DataFrame, aside: Sequence[SetAside]) -> np.ndarray:
    """Which rows of the past are of a name, at a place, whose row of today was set aside."""
    found = np.zeros(len(past), dtype=bool)
    for one in aside:
        if one.system_sku:
            mine = (past["system"] == one.system) & (past["system_location"] == one.place)
            found |= (mine & (past["system_sku"] == one.system_sku)).to_numpy(bool)
    return found


def _last_known(
    past: Placed,
    frame: pd.DataFrame,
    today: Placed,
    counts: pd.DataFrame,
    feeds: Sequence[Feed],
    keeps: np.ndarray,
    again: np.ndarray,
    zone: str,
) -> np.ndarray:
    """Rows of the past that hold the last number of what is not listed today, place by place, with its states.

    again: rows that are kept although others of their SKU and place are listed.
    """
    feed = _feed_or_detail(past, feeds)
    rows: np.ndarray = np.flatnonzero((feed >= 0) & (past.sku >= 0))
    rows = rows[keeps[feed[rows], past.sku[rows]]]
    if not len(rows):
        return rows
    places, place_at = codes_of(frame["system_location"])
    others, other_at = codes_of(counts["system_location"])
    where = np.append(places.get_indexer(others), -1)[other_at]

    def keys(feed: np.ndarray, sku: np.ndarray, where: np.ndarray) -> np.ndarray:
        key: np.ndarray = (feed.astype(np.int64) * keeps.shape[1] + sku) * (len(places) + 1) + where
        return key

    key = keys(feed[rows], past.sku[rows], place_at[rows])
    now_feed = _feed_or_detail(today, feeds)
    listed = np.flatnonzero((now_feed >= 0) & (today.sku >= 0) & (where >= 0))
    now = keys(now_feed[listed], today.sku[listed], where[listed])
    counted = today.feed[listed] >= 0
    size = len(STATES)
    silent = ~np.isin(key, now[counted]) & ~np.isin(key * size + past.state[rows], now * size + today.state[listed])
    silent |= again[rows]
    rows, key = rows[silent], key[silent]
    days = local_days(microseconds(frame["as_of"])[rows], zone)
    groups, group_at = np.unique(key, return_inverse=True)
    last = np.full(len(groups), NO_TIME)
    np.maximum.at(last, group_at, np.where(past.feed[rows] >= 0, days, NO_TIME))
    return _newest_of_a_day(rows[days == last[group_at]], past, frame, zone)


def _feed_or_detail(placed: Placed, feeds: Sequence[Feed]) -> np.ndarray:
    """The feed that counts each row, else the authority's whose stock the row breaks down; -1 none."""
    of = np.full(max((feed.no for feed in feeds), default=-1) + 2, -1)  # one more, which a detail of -1 finds
    for number, feed in enumerate(feeds):
        if feed.role == "authority":
            of[feed.no] = number
    found: np.ndarray = np.where(placed.feed >= 0, placed.feed, of[placed.detail])
    return found


def _newest_of_a_day(rows: np.ndarray, placed: Placed, frame: pd.DataFrame, zone: str) -> np.ndarray:
    """Of rows that count one name, place and state several times in one day, those of the newest time."""
    times = microseconds(frame["as_of"])[rows]
    keys = pd.DataFrame(
        {
            "feed": placed.feed[rows],
            "detail": placed.detail[rows],
            "place": codes_of(frame["system_location"])[1][rows],
            "name": codes_of(frame["system_sku"])[1][rows],
            "state": placed.state[rows],
            "day": local_days(times, zone),
        }
    )
    newest = pd.Series(times).groupby([keys[name] for name in keys], sort=False).transform("max").to_numpy()
    kept: np.ndarray = rows[times == newest]
    return kept


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


def _zeros(
    tally: Tally, feeds: Sequence[Feed], coverage: pd.DataFrame, refused: np.ndarray
) -> tuple[Tally, np.ndarray]:
    """The tally with 0 where a whole file does not list a SKU and the map says that absent is zero."""
    units, as_of, source = tally.units.copy(), tally.as_of.copy(), tally.source.copy()
    sources, by_state = list(tally.sources), {state: array.copy() for state, array in tally.by_state.items()}
    not_listed = np.zeros(units.shape, dtype=bool)
    for number, feed in enumerate(feeds):
        covered = _covering(feed, coverage) if feed.absent_zero else None
        if covered is None:
            continue
        silent = np.isnan(units[number]) & ~refused[number]
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
    """Time and source of the whole files that speak for all of a feed's places and states; None without them."""
    pairs = list(zip(coverage["system"], coverage["system_location"], strict=True))
    parts = []
    for row in feed.rows:
        there = coverage[np.array([pair == row.slot for pair in pairs], dtype=bool)]
        given = set(there["state"])
        if not given.intersection(row.states) and not (ON_HAND in row.states and given.intersection(ON_HAND_PARTS)):
            return None
        parts.append(there)
    mine = pd.concat(parts)
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
    today = local_days(np.array([moment_of(as_of)]), setup.settings.time_zone)[0]
    older: np.ndarray = mine[:, None] & (times != NO_TIME) & (days < today)
    return older


def _lost(feeds: Sequence[Feed], tally: Tally, known: np.ndarray, tolerated: float) -> np.ndarray:
    """Where an authority gives no number of a SKU that it lists or listed, or that another system counts there."""
    lost = np.zeros(tally.units.shape, dtype=bool)
    for number, feed in enumerate(feeds):
        if feed.role != "authority":
            continue
        others = [n for n, other in enumerate(feeds) if other.no == feed.no and n != number]
        expected = known[number] | (tally.units[others] > tolerated).any(axis=0)
        lost[number] = np.isnan(tally.units[number]) & expected
    return lost


def _of_the_same_day(
    tally: Tally,
    stale: np.ndarray,
    feeds: Sequence[Feed],
    past: pd.DataFrame,
    placed: Placed,
    setup: Setup,
    given: dict[tuple[str, str], set[str]],
) -> Tally:
    """The tally to compare: beside a stale authority, each other system's count of that same day.

    Without one of that day the latest before it, else the first after it.
    """
    skus, zone = tally.units.shape[1], setup.settings.time_zone
    authority_of = {feed.no: number for number, feed in enumerate(feeds) if feed.role == "authority"}
    wanted = np.zeros(tally.units.shape, dtype=bool)
    target = np.full(tally.units.shape, NO_TIME)
    for number, feed in enumerate(feeds):
        if feed.role != "authority" and feed.no in authority_of:
            mine = authority_of[feed.no]
            wanted[number] = stale[mine] & tally.said[mine]
            target[number] = tally.as_of[mine]
    rows = np.flatnonzero((placed.feed >= 0) & (placed.sku >= 0))
    rows = rows[wanted[placed.feed[rows], placed.sku[rows]]]
    if not len(rows):
        return tally
    key = placed.feed[rows].astype(np.int64) * skus + placed.sku[rows]
    day = local_days(microseconds(past["as_of"])[rows], zone)
    now = np.flatnonzero((wanted & tally.said).ravel())
    now_day = local_days(tally.as_of.ravel()[now], zone)
    both = pd.DataFrame({"key": np.append(key, now), "day": np.append(day, now_day)})
    both["now"] = np.arange(len(both)) >= len(key)
    away = both["day"].to_numpy() - local_days(target.ravel()[both["key"].to_numpy()], zone)
    both["after"], both["away"] = away > 0, np.abs(away)
    best = both.sort_values(["key", "after", "away", "now"], ascending=[True, True, True, False])
    best = best.drop_duplicates("key")
    then = best[~best["now"]]
    chosen = pd.MultiIndex.from_arrays([key, day]).isin(pd.MultiIndex.from_frame(then[["key", "day"]]))
    return _replaced(tally, then["key"].to_numpy(), _newest_of_a_day(rows[chosen], placed, past, zone),
                     past, placed, feeds, setup, given)  # fmt: skip


def _replaced(
    tally: Tally,
    at: np.ndarray,
    rows: np.ndarray,
    past: pd.DataFrame,
    placed: Placed,
    feeds: Sequence[Feed],
    setup: Setup,
    given: dict[tuple[str, str], set[str]],
) -> Tally:
    """The tally with what these rows of the past say, at these places of feeds x SKUs."""
    then = add_up(past.iloc[rows], placed.only(rows), feeds, setup, given)
    sources = list(dict.fromkeys([*tally.sources, *then.sources]))
    renumbered = np.append([sources.index(name) for name in then.sources], -1).astype(np.int64)
    found: dict[str, Any] = {
        name: np.array(getattr(tally, name), copy=True) for name in ("units", "as_of", "source", "row")
    }
    for name, array in found.items():
        said = getattr(then, name).ravel()[at]
        array.reshape(-1)[at] = renumbered[said] if name == "source" else said
    return replace(tally, **found, sources=sources)


def local_days(times: np.ndarray, zone: str) -> np.ndarray:
    """The day in the brand's time zone of each time, as a number; NO_TIME stays far in the past."""
    codes, known = pd.factorize(np.where(times == NO_TIME, 0, times).ravel())
    local = pd.DatetimeIndex(known.astype("datetime64[us]")).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    days = (local.as_unit("us").asi8 // _DAY)[codes].reshape(times.shape)
    found: np.ndarray = np.where(times == NO_TIME, -1, days)
    return found


def moment_of(time: pd.Timestamp) -> int:
    """A time as microseconds since 1970 in UTC."""
    return int(time.tz_convert("UTC").as_unit("us").asm8.astype("int64"))
