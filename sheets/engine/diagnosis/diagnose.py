"""Diagnose: every gap through the steps in order, each handing its remainder on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from connectors.frames import Batch
from sheets.engine.diagnosis.case import Case
from sheets.engine.diagnosis.effects import parts_of
from sheets.engine.diagnosis.guesses import Guess, guesses, under_other_names
from sheets.engine.diagnosis.habits import Asked, Habits
from sheets.engine.diagnosis.identity import both_tell, differences
from sheets.engine.diagnosis.known import Known
from sheets.engine.diagnosis.lags import Usual, closes_on
from sheets.engine.diagnosis.legs import Leg
from sheets.engine.diagnosis.mapping import mapped_wrongly, missing
from sheets.engine.diagnosis.parts import (
    IN_TRANSIT,
    LATE,
    LIKELY,
    MAPPING,
    OUR_COUNT_OLDER,
    PROVEN,
    RECEIVING,
    THEIR_COUNT_OLDER,
    TIMING,
    Diagnosis,
    Part,
    largest_first,
)
from sheets.engine.diagnosis.points import Points
from sheets.engine.diagnosis.proof import LEAST, SMALL
from sheets.engine.diagnosis.sides import Sides
from sheets.engine.diagnosis.traced import traced
from sheets.engine.diagnosis.under_way import under_way
from sheets.engine.setup import UNDER_WAY, Setup
from sheets.engine.tally import Feed
from sheets.engine.transit import routes

# More rows than these are not all explained: those within the threshold go first, since nobody looks at them.
MOST_ROWS: Final = 20_000
SMALL_SHARE: Final = 0.1
MOST_ASKED: Final = 300  # rows of a system that are asked for its habits


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
    names = gaps["system"].cat.categories.astype("str").to_numpy(object)
    systems = names[gaps["system"].cat.codes.to_numpy()[rows]]
    ours = np.array([authority_at[place] for place in no[rows].tolist()])
    theirs = np.array([number_of[key] for key in zip(no[rows].tolist(), systems, strict=True)])
    silent = np.isnan(gaps["system_units"].to_numpy(float)[rows])
    past = sides.more_than_today(ours, sku[rows]) | sides.more_than_today(theirs, sku[rows])
    told = silent | past
    told |= np.isin(sku[rows], np.fromiter(legs, dtype=np.int64, count=len(legs)))
    known = Known(batch, sides, feeds, setup, shipments_told=bool(legs))
    usual, handed = Usual(legs), _handed(corrections)
    kinds = setup.locations["kind"].to_list()
    goes_to = {route.transit: (route.to, authority_at[route.to]) for route in routes(feeds, setup)}
    habits = Habits(sides, feeds, known, legs, goes_to, lambda: _asked(gaps, sides, number_of, authority_at))
    numbers = gaps[["authority_units", "gap", "threshold"]].to_numpy(float)
    found: dict[int, Diagnosis] = {}
    read = set(batch.coverage["system"].astype("str"))
    for at in np.flatnonzero(told).tolist():
        row, one, other, item = int(rows[at]), int(ours[at]), int(theirs[at]), int(sku[rows[at]])
        authority_units, gap, threshold = numbers[row].tolist()
        if silent[at] and feeds[other].system not in read:
            found[row] = Diagnosis(int(gap), unread=True)
            continue
        if silent[at]:
            found[row] = _missing(sides, known, one, other, item, int(authority_units), past=bool(past[at]))
            continue
        moved = handed.get((int(no[row]), item), (0, ()))
        case = habits.case(Asked(one, other, item, int(gap) + moved[0]))
        others = [
            (feeds[number].location, _by_day(sides.points(number, item)))
            for number in authority_at.values()
            if number != one and case.left and kinds[feeds[number].no] not in UNDER_WAY
        ]
        found[row] = _explained(case, int(gap), moved, threshold, known, habits, usual, others)
    return {row: _said_once(one) for row, one in found.items()}


def _asked(
    gaps: pd.DataFrame, sides: Sides, number_of: Mapping[tuple[int, str], int], authority_at: Mapping[int, int]
) -> dict[str, list[Asked]]:
    """Of each secondary the rows that both sides count, flagged ones first, then others that differ; some of many."""
    both = (gaps["gap"].notna() & gaps["system_units"].notna()).to_numpy()
    size = gaps["gap"].fillna(0).to_numpy()
    order = np.lexsort((np.arange(len(gaps)), size == 0, ~gaps["flagged"].to_numpy(bool)))
    sku, no, system = (gaps[name].cat.codes.to_numpy(np.int64) for name in ("sku", "location", "system"))
    found: dict[str, list[Asked]] = {}
    for code, name in enumerate(gaps["system"].cat.categories):
        mine = found.setdefault(str(name), [])
        for row in order[both[order] & (system[order] == code)].tolist():
            ours, theirs = authority_at[int(no[row])], number_of[int(no[row]), str(name)]
            if len(sides.points(theirs, int(sku[row]))) and len(sides.points(ours, int(sku[row]))):
                mine.append(Asked(ours, theirs, int(sku[row]), int(size[row])))
            if len(mine) == MOST_ASKED:
                break
    return found


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


def _handed(corrections: pd.DataFrame) -> dict[tuple[int, int], tuple[int, tuple[str, ...]]]:
    found: dict[tuple[int, int], tuple[int, tuple[str, ...]]] = {}
    for line in corrections.itertuples(index=False):
        units, references = found.get((line.no, line.sku), (0, ()))
        found[line.no, line.sku] = (units + int(line.units), (*references, str(line.shipment)))
    return found


def _missing(
    sides: Sides, known: Known, ours: int, theirs: int, sku: int, authority_units: int, *, past: bool
) -> Diagnosis:
    names = known.names_for(theirs, sku)
    right = _by_day(sides.points(ours, sku)) if past or names else {}
    before = _by_day(sides.points(theirs, sku)) if past else {}
    part = missing(authority_units, right, names, known.sku_names[sku], ever=bool(before))
    same = [day for day, units in before.items() if right.get(day) == units]
    return Diagnosis(-authority_units, (part,), max(same, default=None))


def _by_day(points: Points) -> dict[int, float]:
    return dict(zip(points.day.tolist(), points.units.tolist(), strict=True))


def _explained(
    case: Case,
    gap: int,
    moved: tuple[int, tuple[str, ...]],
    threshold: float,
    known: Known,
    habits: Habits,
    usual: Usual,
    others: Sequence[tuple[str, Mapping[int, float]]],
) -> Diagnosis:
    parts: list[Part] = []
    timing = _timing(case)
    if abs(timing.units) > SMALL or timing.verdict == PROVEN:
        parts.append(timing)
    if moved[0]:
        parts.append(Part(IN_TRANSIT, -moved[0], moved[1], LIKELY, kind="handed over"))
    habitual = parts_of(case.effects, case.rest)
    # How far a shipment was when the other system last synced, nobody wrote down.
    parts += [replace(one, verdict=LIKELY) if case.again and one.cause != MAPPING else one for one in habitual]
    lag_days = known.lag_days(case.our_feed, case.their_feed)
    if case.left:
        wrong = mapped_wrongly(case, others)
        parts += [wrong] if wrong is not None else _of_this_row(case, known, habits, lag_days)
        left = gap - sum(part.units for part in parts)
        used = frozenset(reference for part in parts for reference in part.references)
        parts += under_way(case, left, used, threshold)
    known_days = zip(case.points.day.tolist(), case.gaps.tolist(), strict=True)
    history = tuple((day, int(units)) for day, units in known_days if units == units)
    found = largest_first(_doubted(_without_small_change(_merged(parts), gap, threshold), gap))
    closes = closes_on(found, case.legs, case.day, usual, lag_days)
    return Diagnosis(gap, found, case.agreed, case.opening, history, closes, case.day)


def _doubted(parts: Sequence[Part], gap: int) -> list[Part]:
    """The parts; a shipment is not proven where what is likely or untold moves the gap back by a third of it."""

    def against(part: Part) -> float:
        others = sum(o.units for o in parts if o is not part and o.verdict != PROVEN and o.units * part.units < 0)
        left = gap - sum(one.units for one in parts)
        return abs(others) + (abs(left) if left * part.units < 0 else 0)

    return [
        replace(part, verdict=LIKELY)
        if part.verdict == PROVEN and part.cause in (IN_TRANSIT, RECEIVING) and against(part) >= abs(part.units) / 3
        else part
        for part in parts
    ]


def _without_small_change(parts: Sequence[Part], gap: int, threshold: float) -> list[Part]:
    """Without late orders of a tenth of the gap, beside what is proven: they are what a threshold is for."""
    small = [
        part for part in parts
        if part.kind == LATE and part.verdict != PROVEN and abs(part.units) <= SMALL_SHARE * abs(gap)
    ]  # fmt: skip
    left = gap - sum(part.units for part in parts if part not in small)
    proven = any(part.verdict == PROVEN for part in parts)
    return [part for part in parts if part not in small] if proven and abs(left) <= threshold else list(parts)


def _of_this_row(case: Case, known: Known, habits: Habits, lag_days: Mapping[str, int]) -> list[Part]:
    """What happened to this SKU alone: by identity where both tell their movements, and by the levels of the gap."""
    if case.since is None:
        return []
    told = both_tell(case)
    some = differences(case, known, habits) if told else guesses(case, LEAST)
    some = [guess for guess in some if not _booked_elsewhere(guess, case, habits)]
    some += under_other_names(case, known.names_for(case.their_feed, case.sku), LEAST)
    parts = traced(case, some, lag_days, sku=known.sku_names[case.sku], shipments_told=known.shipments_told)
    return _unless_unsynced(parts, known.unsynced(case.secondary.system))


def _booked_elsewhere(guess: Guess, case: Case, habits: Habits) -> bool:
    """Whether a filter that one SKU shows is none, since the system booked such orders of other SKUs."""
    what, _, name = guess.what.partition(":")
    if what != "filter":
        return False
    day = int(case.points.day[min(int(np.searchsorted(case.points.at, guess.first)), len(case.points) - 1)])
    return habits.books(case.secondary.system, name, guess.word, day)


def _unless_unsynced(parts: Sequence[Part], days: frozenset[int]) -> list[Part]:
    """A day without a sync, and the day after it, which makes up for it, prove nothing by their counts."""

    def doubted(part: Part) -> bool:
        return part.verdict == PROVEN and part.since is not None and bool({part.since, part.since - 1} & days)

    return [replace(part, verdict=LIKELY) if doubted(part) else part for part in parts]


def _timing(case: Case) -> Part:
    """What moved between the two counts, at the side that counted later."""
    references = tuple(dict.fromkeys(str(one) for one in case.moved.reference if one is not None))
    older = case.our_count_older
    counted = int(case.moved.units.sum()) == (case.timing if older else -case.timing)
    kind = OUR_COUNT_OLDER if older else THEIR_COUNT_OLDER
    return Part(TIMING, case.timing, references, PROVEN if counted else LIKELY, 0, kind, case.day)


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
