"""Diagnose: every gap through the steps in order, each handing its remainder on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.diagnosis.case import Case, case_of
from sheets.engine.diagnosis.filters import Orders, system_wide
from sheets.engine.diagnosis.known import Known
from sheets.engine.diagnosis.lags import Usual, closes_on
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.mapping import mapped_wrongly, missing
from sheets.engine.diagnosis.matched import matched
from sheets.engine.diagnosis.named import named
from sheets.engine.diagnosis.parts import (
    IN_TRANSIT,
    LIKELY,
    OUR_COUNT_OLDER,
    PROVEN,
    THEIR_COUNT_OLDER,
    TIMING,
    Diagnosis,
    Part,
    largest_first,
)
from sheets.engine.diagnosis.points import Points
from sheets.engine.diagnosis.sides import DAY, Sides
from sheets.engine.diagnosis.traced import traced
from sheets.engine.diagnosis.under_way import under_way
from sheets.engine.setup import UNDER_WAY, Setup
from sheets.engine.tally import Feed
from sheets.engine.transit import routes

# More rows than these are not all explained: those within the threshold go first, since nobody looks at them.
MOST_ROWS: Final = 20_000


def diagnose(
    batch: Batch,
    sides: Sides,
    gaps: pd.DataFrame,
    legs: Mapping[int, Mapping[str, Leg]],
    corrections: pd.DataFrame,
    feeds: Sequence[Feed],
    setup: Setup,
) -> dict[int, Diagnosis]:
    """The diagnoses, by the row of gaps; a row of which there is nothing to tell from has none.

    gaps: as in `Reconciliation.gaps`. legs: see legs.py. corrections: what was handed over at transit.
    """
    feeds = list(feeds)
    number_of = {(feed.no, feed.system): number for number, feed in enumerate(feeds)}
    authority_at = {feed.no: number for number, feed in enumerate(feeds) if feed.role == "authority"}
    sku, no = (gaps[name].cat.codes.to_numpy(np.int64) for name in ("sku", "location"))
    rows = np.flatnonzero(_looked_at(gaps))
    if not len(rows):
        return {}
    systems = gaps["system"].astype("str").to_numpy(object)[rows]
    ours = np.array([authority_at[place] for place in no[rows].tolist()])
    theirs = np.array([number_of[key] for key in zip(no[rows].tolist(), systems, strict=True)])
    silent = np.isnan(gaps["system_units"].to_numpy(float)[rows])
    told = silent | sides.more_than_today(ours, sku[rows]) | sides.more_than_today(theirs, sku[rows])
    told |= np.isin(sku[rows], np.fromiter(legs, dtype=np.int64, count=len(legs)))
    known, usual, handed = (
        Known(batch, sides, feeds, setup, legs),
        Usual(legs),
        _handed(corrections),
    )
    kinds = setup.locations["kind"].to_list()
    goes_to = {route.transit: (route.to, authority_at[route.to]) for route in routes(feeds, setup)}
    numbers = gaps[["authority_units", "gap", "threshold"]].to_numpy(float)
    found: dict[int, Diagnosis] = {}
    systems_at = dict(zip(rows.tolist(), systems, strict=True))
    for at in np.flatnonzero(told).tolist():
        row, one, other, item = int(rows[at]), int(ours[at]), int(theirs[at]), int(sku[rows[at]])
        authority_units, gap, threshold = numbers[row].tolist()
        if silent[at]:
            found[row] = _missing(sides, known, one, other, item, int(authority_units))
            continue
        moved = handed.get((int(no[row]), item), (0, ()))
        mine, habit, to = legs.get(item, {}), known.habit(one, other), goes_to.get(int(no[row]))
        case = case_of(sides, feeds, one, other, item, int(gap) + moved[0], mine, to, habit)
        others = [
            (feeds[number].location, _by_day(sides.points(number, item)))
            for number in authority_at.values()
            if number != one and case.base and kinds[feeds[number].no] not in UNDER_WAY
        ]
        found[row] = _explained(case, int(gap), moved, threshold, known, usual, others)
    found = system_wide(found, systems_at, _orders(sides, gaps, authority_at))
    return {row: _said_once(one) for row, one in found.items()}


def _said_once(found: Diagnosis) -> Diagnosis:
    """Of a reference that two parts name neither part is proven: one of them must be wrong about it."""
    seen = Counter(reference for part in found.parts for reference in set(part.references))
    if max(seen.values(), default=0) < 2:
        return found
    parts = tuple(
        replace(part, verdict=LIKELY)
        if part.verdict == PROVEN and any(seen[one] > 1 for one in part.references)
        else part
        for part in found.parts
    )
    return replace(found, parts=parts)


def _looked_at(gaps: pd.DataFrame) -> np.ndarray:
    """The rows to explain: all that differ; of very many, the flagged ones and those of their SKUs."""
    gap = gaps["gap"].to_numpy(float)
    differs: np.ndarray = ~np.isnan(gap) & (gap != 0)
    if int(differs.sum()) <= MOST_ROWS:
        return differs
    flagged: np.ndarray = gaps["flagged"].to_numpy(bool) & differs
    sku = gaps["sku"].cat.codes.to_numpy()
    beside: np.ndarray = flagged | differs & np.isin(sku, sku[flagged])
    return beside if int(beside.sum()) <= MOST_ROWS else flagged


def _orders(sides: Sides, gaps: pd.DataFrame, authority_at: Mapping[int, int]) -> Orders:
    """The authority's orders of a word, of rows of gaps that both sides count."""
    sku, no = (gaps[name].cat.codes.to_numpy(np.int64) for name in ("sku", "location"))
    systems = gaps["system"].astype("str").to_numpy(object)
    counted = ~np.isnan(gaps["gap"].to_numpy(float)) & ~np.isnan(gaps["system_units"].to_numpy(float))

    def of(system: str, name: str, word: str) -> pd.DataFrame:
        mine = np.flatnonzero((systems == system) & counted)
        tables = []
        for place in np.unique(no[mine]).tolist():
            ledger = sides.all_moves(authority_at[place])
            sold = np.flatnonzero((getattr(ledger.moves, name) == word) & (ledger.moves.kind == "sale"))
            here = mine[no[mine] == place]
            row_of = np.full(max(int(sku.max()), int(ledger.sku.max(initial=0))) + 1, -1, dtype=np.int64)
            row_of[sku[here]] = here
            moves = ledger.moves.part(sold)
            table = {
                "row": row_of[ledger.sku[sold]],
                "day": moves.day,
                "units": moves.units,
                "reference": moves.reference,
            }
            tables.append(pd.DataFrame(table))
        whole = pd.concat(tables, ignore_index=True)
        return whole[whole["row"] >= 0]

    return of


def _handed(corrections: pd.DataFrame) -> dict[tuple[int, int], tuple[int, tuple[str, ...]]]:
    found: dict[tuple[int, int], tuple[int, tuple[str, ...]]] = {}
    for line in corrections.itertuples(index=False):
        units, references = found.get((line.no, line.sku), (0, ()))
        found[line.no, line.sku] = (units + int(line.units), (*references, str(line.shipment)))
    return found


def _missing(sides: Sides, known: Known, ours: int, theirs: int, sku: int, authority_units: int) -> Diagnosis:
    right, before = _by_day(sides.points(ours, sku)), _by_day(sides.points(theirs, sku))
    part = missing(authority_units, right, known.strangers.get(theirs, {}), ever=bool(before))
    same = [day for day, units in before.items() if right.get(day) == units]
    return Diagnosis(-authority_units, largest_first([part]), max(same, default=None))


def _by_day(points: Points) -> dict[int, float]:
    return dict(zip(points.day.tolist(), points.units.tolist(), strict=True))


def _explained(
    case: Case,
    gap: int,
    moved: tuple[int, tuple[str, ...]],
    threshold: float,
    known: Known,
    usual: Usual,
    others: Sequence[tuple[str, Mapping[int, float]]],
) -> Diagnosis:
    parts: list[Part] = []
    if case.timing:
        parts.append(_timing(case))
    if moved[0]:
        parts.append(Part(IN_TRANSIT, -moved[0], moved[1], LIKELY, kind="handed over"))
    parts += case.carried.parts(case.at, case.gaps)
    if case.rest[-1]:
        wrong = mapped_wrongly(case, others, known.strangers.get(case.their_feed, {}))
        if wrong is not None:
            parts.append(wrong)
        elif _both_tell(case):
            parts += _by_identity(case, known)
        else:
            found_by_day = traced(case, known.lag_days(case.our_feed, case.their_feed), known.shipments_told)
            parts += _unless_unsynced(found_by_day, known.unsynced(case.secondary.system))
        left = gap - sum(part.units for part in parts)
        used = frozenset(reference for part in parts for reference in part.references)
        parts += under_way(case, left, used, threshold)
    known_days = zip(case.points.day.tolist(), case.gaps.tolist(), strict=True)
    history = tuple((day, int(units)) for day, units in known_days if units == units)
    found = largest_first(_merged(parts))
    lag_days = known.lag_days(case.our_feed, case.their_feed)
    closes = closes_on(found, case.legs, case.day, usual, lag_days)
    return Diagnosis(gap, found, case.agreed, case.opening, history, closes, case.day)


def _unless_unsynced(parts: Sequence[Part], days: frozenset[int]) -> list[Part]:
    """A day without a sync, and the day after it, which makes up for it, prove nothing by their counts."""

    def doubted(part: Part) -> bool:
        return part.verdict == PROVEN and part.since is not None and bool({part.since, part.since - 1} & days)

    return [replace(part, verdict=LIKELY) if doubted(part) else part for part in parts]


def _timing(case: Case) -> Part:
    """What moved between the two counts, at the side that counted later."""
    references = tuple(dict.fromkeys(str(one) for one in case.moved.reference if one is not None))
    ours_older = case.our_points.at[-1] < case.points_now
    counted = int(case.moved.units.sum()) == (case.timing if ours_older else -case.timing)
    older = OUR_COUNT_OLDER if ours_older else THEIR_COUNT_OLDER
    return Part(TIMING, case.timing, references, PROVEN if counted else LIKELY, 0, older, case.day)


def _both_tell(case: Case) -> bool:
    """Whether both sides' movements cover the days since the last agreement."""
    if case.began is None or case.our_span is None or case.their_span is None:
        return False
    first = max(case.our_span.first, case.their_span.first) - DAY
    last = min(case.our_span.last, case.their_span.last) + 2 * DAY
    return first <= case.began and case.at <= last


def _by_identity(case: Case, known: Known) -> list[Part]:
    began = case.began
    assert began is not None
    lag_days = known.lag_days(case.our_feed, case.their_feed)
    # A booking of before the last agreement may have its like after it: both sides are matched from some days earlier.
    ours = case.ours.between(began - 4 * DAY, case.at)
    theirs = case.theirs.between(began - 4 * DAY, case.at)
    pair = case.our_feed, case.their_feed
    words = tuple(name for name in ("order_type", "channel") if known.shares_words(*pair, name))
    found = matched(ours, theirs, lambda kind: known.shares_numbers(*pair, kind), words)
    since = [one for one in found.differences if one.at > began and not case.carried.names.intersection(one.references)]
    return named(since, ours, found.paired, case.ours, case.legs, case.at, lag_days, known.shipments_told)


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Parts of one cause and the same references as one."""
    merged: dict[tuple[str, tuple[str, ...]], Part] = {}
    for part in parts:
        key = (part.cause, part.references)
        other = merged.get(key) if part.references else None
        if other is None:
            merged[key if part.references else (part.cause, (f"\n{len(merged)}",))] = part
        else:
            verdict = part.verdict if other.verdict == PROVEN else other.verdict
            merged[key] = Part(
                part.cause,
                part.units + other.units,
                part.references,
                verdict,
                max(part.alternatives, other.alternatives),
                other.kind,
                other.since,
            )
    return list(merged.values())
