"""The past of a batch made whole: what dropped files no longer say, history says, and dropped files win.

A file of today's counts alone becomes a series of days; movements that a report no longer lists stay known.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.frames import HISTORY, Batch, stacked
from sheets.history.paged import BY_DAY, local_day, micro, micro_of, outside, spans_of

if TYPE_CHECKING:
    from sheets.history.store import History

DAYS: Final = 60
MOST_ROWS: Final = 5_000_000
_DAY: Final = 86_400_000_000
_CLOSED: Final = ("CLOSED", "CANCELLED")


def first_of(batch: Batch, as_of: pd.Timestamp) -> pd.Timestamp:
    """The first moment that is looked at: so many days before, or earlier where the dropped files reach further."""
    starts = [batch.past["as_of"], batch.movements["at"], batch.orders["day"]]
    return min([as_of - pd.Timedelta(days=DAYS), *(times.min() for times in starts if len(times))])


def with_past(
    batch: Batch,
    history: History,
    zone: ZoneInfo,
    *,
    as_of: pd.Timestamp,
    first: pd.Timestamp,
    systems: Collection[str],
    upto: int | None = None,
) -> Batch:
    """The batch with what history knows from `first` to `as_of` of these systems besides.

    upto: the refresh that history ended with; by default all that it knows. Of a place's day of which the batch
    says anything history says nothing; nor of a time after the batch's newest count of the place. Of a system of
    which nothing could be read the last count that history has stands, as of then.
    """
    past = _counts(batch, history, zone, micro_of(first), micro_of(as_of), set(systems), upto)
    batch, past = _kept(batch, past)
    found = {"past": stacked("past", [frame for frame in (past, batch.past) if len(frame)])}
    spans = spans_of(batch)
    for shape, (_, time) in BY_DAY.items():
        days = local_day(np.array([micro_of(first), micro_of(as_of)]), zone)
        ids = [page[4] for page in history.pages(shape, int(days[0]), int(days[1]), upto=upto) if page[0] in systems]
        known = outside(history.frame(shape, ids), shape, spans)
        at = micro(known[time])
        known = known[(at >= micro_of(first)) & (at <= micro_of(as_of))]
        own: pd.DataFrame = getattr(batch, shape)
        found[shape] = stacked(shape, [frame for frame in (known, own) if len(frame)])
    found["shipments"] = _shipments(batch, history, set(systems), upto)
    return replace(batch, **found)


def _kept(batch: Batch, past: pd.DataFrame) -> tuple[Batch, pd.DataFrame]:
    """The batch with the newest counts of the systems that were set aside as a whole, and the past without them."""
    read = set(batch.coverage["system"].astype("str"))
    silent = {one.system for one in batch.set_aside} - read
    of_them = past["system"].astype("str").isin(silent)
    if not of_them.any():
        return batch, past
    newest = past[of_them].groupby(["system", "system_location"], observed=True)["as_of"].transform("max")
    last = past.index.isin(newest.index[past.loc[newest.index, "as_of"] == newest])
    counts = past[last]
    coverage = (
        counts[["system", "system_location", "state", "as_of"]]
        .drop_duplicates()
        .assign(time_from=HISTORY, source=lambda rows: counts.loc[rows.index, "source"])
    )
    kept = counts.groupby(counts["system"].astype("str"), observed=True)["as_of"].max()
    aside = tuple(
        replace(one, kept_as_of=kept[one.system]) if one.kept_as_of is None and one.system in kept else one
        for one in batch.set_aside
    )
    whole = replace(
        batch,
        counts=stacked("counts", [frame for frame in (batch.counts, counts) if len(frame)]),
        coverage=stacked("coverage", [frame for frame in (batch.coverage, coverage) if len(frame)]),
        set_aside=aside,
    )
    return whole, past[~last]


def _counts(
    batch: Batch, history: History, zone: ZoneInfo, first: int, last: int, systems: set[str], upto: int | None
) -> pd.DataFrame:
    said, newest = _said(batch, zone)
    pages = [page for page in history.pages("counts", first, last, upto=upto) if page[0] in systems]
    if not pages:
        return history.frame("counts", [])
    days = local_day(np.array([page[2] for page in pages], dtype=np.int64), zone)
    wanted = []
    for (system, place, at, rows, number), day in zip(pages, days.tolist(), strict=True):
        if (system, place, day) not in said and at < newest.get((system, place), last + 1):
            wanted.append((at, rows, number))
    # The newest days first, as many as can be held; the order in the frame is that of the pages.
    wanted.sort(reverse=True)
    fits = np.cumsum([rows for _, rows, _ in wanted]) <= MOST_ROWS
    kept = {number for (_, _, number), fit in zip(wanted, fits, strict=True) if fit}
    return history.frame("counts", [page[4] for page in pages if page[4] in kept])


def _said(batch: Batch, zone: ZoneInfo) -> tuple[set[tuple[str, str, int]], dict[tuple[str, str], int]]:
    """The days that the batch itself counts at each system's place, and the newest time of today's there."""
    said: set[tuple[str, str, int]] = set()
    newest: dict[tuple[str, str], int] = {}
    for name in ("counts", "past", "coverage"):
        frame: pd.DataFrame = getattr(batch, name)
        if frame.empty:
            continue
        codes = [pd.factorize(frame[column]) for column in ("system", "system_location")]
        times = micro(frame["as_of"])
        keys = np.unique(np.stack([codes[0][0], codes[1][0], times]), axis=1)
        for system, place, time, day in zip(*keys.tolist(), local_day(keys[2], zone).tolist(), strict=True):
            pair = (str(codes[0][1][system]), str(codes[1][1][place]))
            said.add((*pair, day))
            if name != "past":
                newest[pair] = max(newest.get(pair, time), time)
    return said, newest


def _shipments(batch: Batch, history: History, systems: set[str], upto: int | None) -> pd.DataFrame:
    """The shipments of the batch, and of the last list that history has the ended ones that it no longer names.

    An open one that is no longer listed says nothing of where it is now, and is left out.
    """
    ids = [page[4] for page in history.pages("shipments", 0, 0, upto=upto) if page[0] in systems]
    known = history.frame("shipments", ids)
    own = batch.shipments
    if known.empty:
        return own
    listed = set(zip(own["system"].astype("str"), own["shipment"].astype("str"), strict=True))
    names = zip(known["system"].astype("str"), known["shipment"].astype("str"), strict=True)
    ended = known["status"].isin(_CLOSED).to_numpy(bool) & np.array([name not in listed for name in names], dtype=bool)
    return stacked("shipments", [frame for frame in (known[ended], own) if len(frame)])
