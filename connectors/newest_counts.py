"""Which counts of a system's files are today's, which are past, and which kind of export supplies each state.

A file's today is its newest day. Of the files of one kind that speak for a location those with the newest today
are heard. A kind of which another kind is a day ahead at a location is past there, in every state: half a split
of yesterday beside today's whole would count units twice. Of two kinds with the same day the one whose rank is
lower supplies a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.base import Kind
from connectors.frames import SHAPES, Batch, Note, empty, stacked

_KEY: Final = ["system_location", "system_sku", "state"]
_LAST_RANK: Final = 1_000


@dataclass(frozen=True, eq=False)
class _File:
    """One file with counts. kind: its place among the kinds; today: its newest day; days: that of each row."""

    kind: int
    name: str
    counts: pd.DataFrame
    coverage: pd.DataFrame
    days: pd.Series
    today: pd.Timestamp


@dataclass(frozen=True, eq=False)
class _Rows:
    """Counts of all files; order: the file of each row, oldest first; current: of its location's today."""

    frame: pd.DataFrame
    kind: np.ndarray
    order: np.ndarray
    day: np.ndarray
    current: np.ndarray

    def where(self, mask: np.ndarray) -> _Rows:
        if mask.all():
            return self
        frame = self.frame[mask].reset_index(drop=True)
        return _Rows(frame, self.kind[mask], self.order[mask], self.day[mask], self.current[mask])


def local_days(times: pd.Series, zone: ZoneInfo) -> pd.Series:
    """The day of each time in that zone, as a time at midnight without a zone."""
    codes, different = pd.factorize(times)
    days = pd.DatetimeIndex(different).tz_convert(zone).tz_localize(None).normalize()
    return pd.Series(days.take(codes), index=times.index)


def counts_of_today(
    system: str, exports: Iterable[tuple[Kind, str, Batch]], kinds: Sequence[Kind], zone: ZoneInfo
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, tuple[Note, ...]]:
    """Counts, past counts, coverage of today and notes, from files in the order of their age, oldest first.

    Of several times of one day only the newest count of each SKU, location and state is today's.
    """
    read = [_file(_place(kind, kinds), name, batch, zone) for kind, name, batch in exports]
    files = [file for file in read if file is not None]
    if not files:
        return empty("counts"), empty("past"), empty("coverage"), ()
    best = _best_days(files)
    covered = _covered(files, best, zone)
    supplied, notes = _supplied(system, covered, kinds)
    rows = _said_once(_stacked(files, best), files)
    counts, past = _parted(rows, supplied, kinds)
    coverage = supplied.sort_index()[list(SHAPES["coverage"])].reset_index(drop=True)
    return counts, past, coverage.astype(_CATEGORIES), notes


_CATEGORIES: Final = dict.fromkeys(("system", "system_location", "state", "time_from", "source"), "category")


def _place(kind: Kind, kinds: Sequence[Kind]) -> int:
    return next(place for place, other in enumerate(kinds) if other is kind)


def _file(kind: int, name: str, batch: Batch, zone: ZoneInfo) -> _File | None:
    if not len(batch.counts) and not len(batch.coverage):
        return None
    days = local_days(batch.counts["as_of"], zone)
    newest = days if len(days) else local_days(batch.coverage["as_of"], zone)
    return _File(kind, name, batch.counts, batch.coverage, days, newest.max())


def _best_days(files: Sequence[_File]) -> dict[tuple[int, str], pd.Timestamp]:
    """The newest today of each kind and location."""
    best: dict[tuple[int, str], pd.Timestamp] = {}
    for file in files:
        for location in {*file.coverage["system_location"].unique(), *file.counts["system_location"].unique()}:
            key = (file.kind, location)
            best[key] = max(best.get(key, file.today), file.today)
    return best


def _covered(files: Sequence[_File], best: dict[tuple[int, str], pd.Timestamp], zone: ZoneInfo) -> pd.DataFrame:
    """What each kind covers today: coverage rows with `kind` and `day`, each location and state once."""
    parts = []
    for file in files:
        part = file.coverage.astype("object").assign(
            as_of=file.coverage["as_of"], kind=file.kind, day=local_days(file.coverage["as_of"], zone)
        )
        heard = part["system_location"].map(lambda at, kind=file.kind: best[kind, at])
        parts.append(part[(part["day"] == file.today) & (part["day"] == heard)])
    covered = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    newest = covered.sort_values("as_of", kind="stable")
    return newest.drop_duplicates(["kind", "system_location", "state"], keep="last").sort_index()


def _supplied(system: str, covered: pd.DataFrame, kinds: Sequence[Kind]) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """The coverage rows of the kind that supplies each location and state, and a note for each beaten kind."""
    pairs = zip(covered["kind"], covered["state"], strict=True)
    ranked = covered.assign(rank=[_rank(kinds[kind], state) for kind, state in pairs])
    newest = ranked.groupby("system_location")["day"].transform("max")
    ranked = ranked.assign(late=ranked["day"] < newest)
    supplied = (
        ranked[~ranked["late"]]
        .sort_values(["rank", "kind"], kind="stable")
        .drop_duplicates(["system_location", "state"])
    )
    # A better rank wins without a word; a tie, or an older day, is worth one.
    winner = supplied.set_index(["system_location", "state"])["rank"]
    beaten = ranked.drop(supplied.index)
    places = pd.MultiIndex.from_frame(beaten[["system_location", "state"]])
    beaten = beaten[beaten["late"] | (beaten["rank"] == winner.reindex(places).to_numpy())]
    notes = []
    for (kind, late), lost in beaten.groupby(["kind", "late"]):
        states = ", ".join(dict.fromkeys(lost["state"]))
        where = ", ".join(dict.fromkeys(lost["system_location"]))
        why = "another export there is of a newer day" if late else "another kind of export supplies it"
        said = f"{kinds[kind].name}: {states} at {where} not used, {why}"
        notes.append(Note(system, str(lost["source"].iloc[-1]), said))
    return supplied, tuple(notes)


def _rank(kind: Kind, state: str) -> int:
    return kind.supplies.get(state, _LAST_RANK)


def _stacked(files: Sequence[_File], best: dict[tuple[int, str], pd.Timestamp]) -> _Rows:
    filled = [(order, file) for order, file in enumerate(files) if len(file.counts)]
    current = []
    for _, file in filled:
        codes, names = pd.factorize(file.counts["system_location"])
        heard = np.array([best[file.kind, name] == file.today for name in names], dtype=bool)
        current.append(heard[codes] & (file.days == file.today).to_numpy())
    frame = stacked("counts", [file.counts for _, file in filled])
    sizes = [len(file.counts) for _, file in filled]
    return _Rows(
        frame,
        np.repeat(np.array([file.kind for _, file in filled], dtype=np.int32), sizes),
        np.repeat(np.array([order for order, _ in filled], dtype=np.int32), sizes),
        np.concatenate([file.days.to_numpy() for _, file in filled]) if filled else np.array([], "M8[us]"),
        np.concatenate(current) if filled else np.array([], dtype=bool),
    )


def _said_once(rows: _Rows, files: Sequence[_File]) -> _Rows:
    """Without what a newer file of the kind says of the same SKU, location, state and time."""
    said: dict[tuple[int, pd.Timestamp], int] = {}
    for file in files:
        for time in file.counts["as_of"].unique():
            said[file.kind, time] = said.get((file.kind, time), 0) + 1
    shared = {time for (_, time), number in said.items() if number > 1}
    if not shared:
        return rows
    again = rows.frame["as_of"].isin(list(shared)).to_numpy()
    keys = rows.frame.loc[again, [*_KEY, "as_of"]].assign(kind=rows.kind[again])
    order = pd.Series(rows.order[again], index=keys.index)
    by = [keys[name] for name in keys.columns]
    kept = np.ones(len(again), dtype=bool)
    kept[again] = (order == order.groupby(by, observed=True, sort=False).transform("max")).to_numpy()
    return rows.where(kept)


def _parted(rows: _Rows, supplied: pd.DataFrame, kinds: Sequence[Kind]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Today's counts, and the past: what a beaten kind says of a day that its better also counted is left out."""
    if rows.current.all() and len(set(rows.kind)) == 1:
        today, past = rows, rows.where(np.zeros(len(rows.frame), dtype=bool))
    else:
        supplier, since = _supplier_of_each(rows, supplied)
        late = rows.day < since
        mine = (rows.kind == supplier) | ((supplier < 0) & ~late)
        today = rows.where(rows.current & mine)
        past = rows.where(~rows.current | (~mine & late))
        past = _one_kind_a_day(past, kinds)
    if today.frame["as_of"].nunique() < 2:
        return today.frame, past.frame
    times = today.frame["as_of"]
    by = [today.frame[name] for name in _KEY]
    newest = (times == times.groupby(by, observed=True, sort=False).transform("max")).to_numpy()
    earlier = [frame for frame in (past.frame, today.where(~newest).frame) if len(frame)]
    return today.where(newest).frame, stacked("counts", earlier)


def _supplier_of_each(rows: _Rows, supplied: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """For each row the kind that supplies its location and state, -1 where none does, and the location's today."""
    pairs = pd.MultiIndex.from_frame(rows.frame[["system_location", "state"]].astype("object"))
    codes, different = pd.factorize(pairs)
    kind = supplied.set_index(["system_location", "state"])["kind"].reindex(different)
    today = supplied.groupby("system_location")["day"].max().reindex(different.get_level_values(0))
    return kind.fillna(-1).to_numpy(dtype=np.int64)[codes], today.to_numpy(dtype="M8[us]")[codes]


def _one_kind_a_day(past: _Rows, kinds: Sequence[Kind]) -> _Rows:
    """Of kinds that counted one state of a location on one day, the one whose rank is lowest."""
    if len(set(past.kind)) < 2:
        return past
    states = past.frame["state"].astype("object")
    ranks = {
        (kind, state): _rank(kinds[kind], state) * len(kinds) + kind
        for kind in set(past.kind.tolist())
        for state in states.unique()
    }
    rank = pd.Series([ranks[pair] for pair in zip(past.kind.tolist(), states, strict=True)])
    by = [past.frame["system_location"], past.frame["state"], pd.Series(past.day)]
    return past.where((rank == rank.groupby(by, observed=True, sort=False).transform("min")).to_numpy())
