"""Refresh: pull, guard, fill, reconcile, lay out, write. The only place where all of it meets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.cells import in_utc
from connectors.errors import CannotRun, ChangedMeanwhile, NothingToRead, SetupWrong
from connectors.frames import Batch, Note
from sheets.alone import alone
from sheets.brand import Brand, setup_from, shown_of, surface_of, tables_of
from sheets.changes import Change, changes
from sheets.engine.reconcile import Reconciliation, newest, reconcile
from sheets.engine.setup import Setup
from sheets.engine.source_map import Finding, lint, lint_coverage, rows_of
from sheets.filled import filled
from sheets.history.past import first_of, with_past
from sheets.history.place import history_of
from sheets.progress import Progress, quiet
from sheets.pull import pull
from sheets.setup_tables import TABLES
from sheets.surfaces.surface import Edit, Shown, Surface
from sheets.systems import systems_of
from sheets.tabs.known import quieted
from sheets.tabs.log import NAME as LOG
from sheets.tabs.workbook import lay_out

if TYPE_CHECKING:
    from sheets.history.store import History, Recorded

# How often a refresh begins, where people work in a shared sheet while it runs.
_TRIES: Final = 3


@dataclass(frozen=True)
class Refreshed:
    """One refresh, or with `written` False what it would do: the changes of cells, old and new.

    edits: cells of ours that somebody had written over, and that say again what the systems say.
    """

    reconciliation: Reconciliation
    number: int
    written: bool
    changes: tuple[Change, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass
class _Begun:
    """A refresh that may begin again: the number that its first try had, and the edits that this found.

    A try that was written before somebody was seen at work left its row in the Log, and what looks like edits.
    """

    number: int = 0
    edits: tuple[Edit, ...] = ()

    def once_more(self, stands: Shown) -> Shown:
        """What stands there, without what an earlier try left."""
        log = stands.tables.get(LOG)
        if not self.number or log is None or "Refresh" not in log:
            return stands
        tables = {**stands.tables, LOG: log[log["Refresh"] != self.number].reset_index(drop=True)}
        return replace(stands, tables=tables, edits=self.edits)


def check(
    brand: Brand,
    *,
    now: pd.Timestamp,
    as_of: date | None = None,
    top_n: int | None = None,
    traced: tuple[str, str] | None = None,
    progress: Progress = quiet,
    surface: Surface | None = None,
    within: float | None = None,
) -> Reconciliation:
    """The reconciliation of what the exports say now, by the setup in the workbook. Writes nothing.

    as_of: the end of that day in the brand's time zone; nothing later is used. top_n, traced: see `reconcile`.
    surface, within: see `refresh`. Raises CannotRun.
    """
    shown = tables_of(brand, surface)
    setup = setup_from(shown, brand.place)
    looked = _looked(brand, setup, history_of(brand), now=now, as_of=as_of, within=within, progress=progress)
    return _reconciled(brand, looked, shown, top_n=top_n, traced=traced, progress=progress)


def refresh(
    brand: Brand,
    *,
    now: pd.Timestamp,
    as_of: date | None = None,
    dry_run: bool = False,
    who: str = "",
    progress: Progress = quiet,
    surface: Surface | None = None,
    within: float | None = None,
) -> Refreshed:
    """The workbook made true: reconciled, laid out anew and written in one step.

    dry_run: nothing is written; the changes are given instead. surface: the brand's own, if not said
    otherwise. Another refresh of the brand is waited for. within: so many seconds are waited for systems that are
    slow, which keep their last number, and half as many for another refresh. Raises CannotRun, and the workbook
    is then as it was.
    """
    if dry_run:
        return _refreshed(brand, surface, now, as_of, who, within, progress, dry_run=True)
    with alone(brand.folder, who=who, wait=None if within is None else within / 2, progress=progress):
        partly, begun = False, _Begun()
        for left in reversed(range(_TRIES)):
            try:
                return _refreshed(brand, surface, now, as_of, who, within, progress, dry_run=False, begun=begun)
            except CannotRun as stopped:
                # What an earlier try wrote is there, whatever stops a later one.
                partly = stopped.partly = stopped.partly or partly
                if not left or not isinstance(stopped, ChangedMeanwhile):
                    raise
                progress(f"{stopped.where}: {stopped.what}: once more")
    raise AssertionError("a refresh ends or fails")


def _refreshed(
    brand: Brand,
    surface: Surface | None,
    now: pd.Timestamp,
    as_of: date | None,
    who: str,
    within: float | None,
    progress: Progress,
    *,
    dry_run: bool,
    begun: _Begun | None = None,
) -> Refreshed:
    surface = surface or surface_of(brand)
    stands = shown_of(brand, None if dry_run else surface)
    if begun is not None:
        stands = begun.once_more(stands)
    shown = stands.tables
    setup = setup_from(shown, brand.place)
    history = history_of(brand, make=not dry_run)
    looked = _looked(brand, setup, history, now=now, as_of=as_of, within=within, progress=progress)
    found = _reconciled(brand, looked, shown, progress=progress)
    number = max(_last_number(shown), 0 if history is None else history.last_number()) + 1
    if begun is not None:
        begun.number, begun.edits = number, stands.edits
    progress("laying out the workbook")
    layout = lay_out(
        found,
        brand=brand.name,
        refresh=number,
        when=now.tz_convert(ZoneInfo(setup.settings.time_zone)).tz_localize(None).floor("s").to_pydatetime(),
        who=who,
        shown=shown,
        edits=stands.edits,
    )
    if history is None or dry_run:
        return Refreshed(found, number, written=False, changes=tuple(changes(layout, shown)), edits=stands.edits)
    progress("writing history and the workbook")
    with history.recording(_recorded(looked, number, now, who, shown)):
        surface.write(layout)
    return Refreshed(found, number, written=True, edits=stands.edits)


def linted(brand: Brand, *, now: pd.Timestamp, progress: Progress = quiet) -> list[Finding]:
    """All that lint finds in the setup, errors first; with exports there, also what they do not give.

    Raises CannotRun when the setup cannot be read at all.
    """
    setup = setup_from(tables_of(brand), brand.place)
    findings = lint(setup)
    if not any(one.level == "error" for one in findings):
        try:
            batch = pull(brand, setup, now=now, progress=progress)
        except NothingToRead as nothing:
            findings.append(Finding("warning", "exports", nothing.line))
        else:
            findings += [*_not_covered(brand, setup, batch), *_absent(batch)]
    return sorted(findings, key=lambda one: one.level != "error")


def stop_on_errors(findings: Iterable[Finding]) -> None:
    """Raises SetupWrong with the first error and how many more there are."""
    errors = [one for one in findings if one.level == "error"]
    if errors:
        more = f" ({len(errors) - 1} more: `mastersheet lint` lists them)" if len(errors) > 1 else ""
        raise SetupWrong(f"{errors[0].said}{more}", where=errors[0].where)


@dataclass(frozen=True)
class _Looked:
    """What was looked at: what the exports say, and the same with the past that history knows besides."""

    setup: Setup
    read: Batch
    batch: Batch
    as_of: pd.Timestamp
    first: pd.Timestamp
    findings: tuple[Finding, ...]


def _looked(
    brand: Brand,
    setup: Setup,
    history: History | None,
    *,
    now: pd.Timestamp,
    as_of: date | None,
    within: float | None = None,
    progress: Progress,
) -> _Looked:
    findings = lint(setup)
    stop_on_errors(findings)
    asked = None if as_of is None else _end_of(as_of, setup)
    read = pull(brand, setup, now=now, as_of=asked, within=within, progress=progress)
    moment = asked or newest(read)
    first, batch = first_of(read, moment), read
    if history is not None:
        progress("reading history")
        zone, systems = ZoneInfo(setup.settings.time_zone), set(setup.source_map["system"])
        batch = with_past(read, history, zone, as_of=moment, first=first, systems=systems)
    return _Looked(setup, read, batch, moment, first, tuple(findings))


def _reconciled(
    brand: Brand,
    looked: _Looked,
    shown: Mapping[str, pd.DataFrame],
    *,
    top_n: int | None = None,
    traced: tuple[str, str] | None = None,
    progress: Progress,
) -> Reconciliation:
    progress("reconciling")
    setup, batch = looked.setup, looked.batch
    found = reconcile(batch, filled(setup, batch, looked.as_of), as_of=looked.as_of, top_n=top_n, traced=traced)
    said = [Note("", one.where, one.said) for one in (*looked.findings, *_not_covered(brand, setup, batch))]
    today = looked.as_of.tz_convert(ZoneInfo(setup.settings.time_zone)).date()
    # History's rows were not read today.
    found = replace(found, notes=(*said, *found.notes), rows_read=looked.read.rows)
    return quieted(found, shown, today)


def _recorded(looked: _Looked, number: int, now: pd.Timestamp, who: str, shown: Mapping[str, pd.DataFrame]) -> Recorded:
    from sheets.history.store import Recorded

    return Recorded(
        number=number,
        at=now,
        who=who,
        as_of=looked.as_of,
        first=looked.first,
        batch=looked.read,
        tables={name: shown[table] for name, (table, _) in TABLES.items() if table in shown},
        zone=ZoneInfo(looked.setup.settings.time_zone),
    )


def _end_of(day: date, setup: Setup) -> pd.Timestamp:
    return in_utc(datetime(day.year, day.month, day.day), ZoneInfo(setup.settings.time_zone), end_of_day=True)


def _not_covered(brand: Brand, setup: Setup, batch: Batch) -> list[Finding]:
    """What the map asks for and the exports did not give; a system that was set aside as a whole is told already."""
    gone = {one.system for one in batch.set_aside} - set(batch.coverage["system"].astype("str"))
    rows = {f"Source Map row {row.at + 1}" for row in rows_of(setup) if row.system in gone}
    read = systems_of(brand, dict.fromkeys(setup.source_map["system"])).known
    return [one for one in lint_coverage(setup, batch.coverage, read) if one.where not in rows]


def _absent(batch: Batch) -> list[Finding]:
    return [Finding("warning", one.source, one.reason) for one in batch.set_aside]


def _last_number(shown: Mapping[str, pd.DataFrame]) -> int:
    log = shown.get("Log")
    if log is None or "Refresh" not in log:
        return 0
    numbers = [int(cell) for cell in log["Refresh"] if isinstance(cell, (int, float))]
    return max(numbers, default=0)
