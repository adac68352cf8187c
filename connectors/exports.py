"""A system's dropped files, and its tabs of a shared sheet: each is opened, recognised and read, or set aside."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.base import Dropped, Kind, Opening
from connectors.cells import days_ahead, said_latest
from connectors.delimited import Rows, read_delimited
from connectors.errors import BadCell, CannotRead, NotSafe
from connectors.file_date import file_date as date_in
from connectors.frames import Batch, Note, SetAside
from connectors.key_lines import key_lines
from connectors.newest import Export, newest
from connectors.recognised import PLAIN, bound, opening_of, recognised
from connectors.tab import Tab, in_a_tab, rows_of_tab, said_once, theirs
from connectors.workbook_archive import is_workbook
from connectors.workbook_rows import read_workbook


@dataclass(frozen=True)
class _Found:
    """A file below a system's folder, when it was written, and the time that its name carries."""

    path: Path
    name: str
    folder: str
    written: pd.Timestamp
    named: pd.Timestamp | None


@dataclass(frozen=True)
class _Folder:
    """One system's folder, and how its files are read."""

    root: Path
    system: str
    kinds: Sequence[Kind]
    time_zone: ZoneInfo
    now: pd.Timestamp
    file_date: str | None
    opening: Opening


def read_exports(
    folder: Path,
    system: str,
    kinds: Sequence[Kind],
    *,
    time_zone: ZoneInfo,
    now: pd.Timestamp,
    as_of: pd.Timestamp | None = None,
    file_date: str | None = None,
    opening: Opening = PLAIN,
    tabs: Sequence[Tab] = (),
) -> Batch:
    """What the files of a system's folder say together: today's counts and coverage, past counts, the rest.

    Files lie at any depth and are opened by what they hold, not by their ending. A file that cannot be read is
    set aside with its reason, and the rest goes on; a byte-identical one is read once, with a note. file_date:
    the pattern of the date in the files' names. as_of: nothing later is used. opening: for kinds without one of
    their own. tabs: of a shared sheet, as files that were written when they were read. A folder that is not
    there, or is empty, gives an empty batch. Raises SetupWrong for a file_date that is no pattern.
    """
    place = _Folder(folder, system, kinds, time_zone, now, file_date, opening)
    notes: list[Note] = []
    aside: list[SetAside] = []
    exports: list[Export] = []
    sources: list[_Found | Tab] = [*_found(place, notes, aside), *tabs]
    for source in sources:
        kind: Kind | None = None
        try:
            kind, dropped = _recognised(place, source)
            export = _export(kind, dropped, source)
            said_once(export, exports)
        except CannotRead as problem:
            said = in_a_tab(problem, source) if isinstance(source, Tab) else problem
            aside.append(_set_aside(system, source.name, said, kind))
            continue
        exports.append(export)
    batch = newest(system, exports, kinds, time_zone, as_of)
    kept = batch.counts["as_of"].max() if len(batch.counts) else None
    return replace(
        batch,
        notes=(*notes, *batch.notes),
        set_aside=tuple(replace(one, kept_as_of=kept) for one in aside),
    )


def _export(kind: Kind, dropped: Dropped, source: _Found | Tab) -> Export:
    batch = kind.read(dropped)
    _not_ahead(batch, dropped)
    # Tabs of one spreadsheet stand side by side, unless a date says that each is of another day.
    beside = source.spreadsheet if isinstance(source, Tab) and dropped.named_time is None else ""
    return Export(kind, dropped.name, dropped.folder, dropped.file_time, dropped.named_time, batch, beside)


def _set_aside(system: str, name: str, problem: CannotRead, kind: Kind | None = None) -> SetAside:
    return SetAside(system, name, problem.line, counts=kind is None or bool(kind.supplies))


def _found(place: _Folder, notes: list[Note], aside: list[SetAside]) -> list[_Found]:
    """The files to read, in the order of their names; of byte-identical ones the first that was written.

    Files in different folders, or with different dates in their names, are never the same export: a stock that
    did not move for a day is exported alike on both.
    """
    by_content: dict[tuple[bytes, str, pd.Timestamp | None], list[_Found]] = {}
    for path in _files(place.root):
        name = path.relative_to(place.root).as_posix()
        try:
            one, digest = _look_at(place, path, name)
        except CannotRead as problem:
            aside.append(_set_aside(place.system, name, problem))
            continue
        by_content.setdefault((digest, one.folder, one.named), []).append(one)
    kept = []
    for alike in by_content.values():
        first = min(alike, key=lambda one: (one.written, one.name))
        kept.append(first)
        notes.extend(
            Note(place.system, one.name, f"the same file as {first.name}: read once")
            for one in alike
            if one is not first
        )
    return sorted(kept, key=lambda one: one.name)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below the folder in the order of names, but those that programs leave behind."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            left = name.startswith((".", "~$")) or name.lower().endswith((".tmp", ".part", ".crdownload"))
            if not left and name.lower() not in ("thumbs.db", "desktop.ini"):
                yield Path(here, name)


def _look_at(place: _Folder, path: Path, name: str) -> tuple[_Found, bytes]:
    """The file and the digest of its bytes. Raises NotSafe, and BadCell for a date to come in its name."""
    if path.is_symlink():
        raise NotSafe("is a link", where=name, expected="the file itself", todo="copy the file here")
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        written = pd.Timestamp(path.stat().st_mtime, unit="s", tz="UTC").as_unit("us")
    except OSError as problem:
        raise NotSafe(
            f"cannot be opened ({problem.strerror})",
            where=name,
            expected="a file that may be read",
            todo="close it in other programs, or allow it to be read",
        ) from problem
    named = _date_in(place, path.name, name)
    return _Found(path, name, name.split("/")[0] if "/" in name else "", written, named), digest


def _date_in(place: _Folder, title: str, name: str) -> pd.Timestamp | None:
    """The date that a file's name or a tab's title carries. Raises BadCell for one to come."""
    named = date_in(title, place.file_date, place.time_zone) if place.file_date else None
    if named is not None and days_ahead(named, place.now, place.time_zone):
        raise BadCell(
            "the date in its name is still to come",
            where=name,
            expected=said_latest(place.now, place.time_zone),
            todo="correct the name, or file_date in mastersheet.toml",
        )
    return named


def _recognised(place: _Folder, source: _Found | Tab) -> tuple[Kind, Dropped]:
    """The kind that claims a file or a tab, and it as that kind opens it."""
    if isinstance(source, Tab):
        return _recognised_tab(place, source)
    kinds = bound(place.kinds, source.name)
    raw = source.path.read_bytes()
    keyed = any(opening_of(kind, place.opening).key_lines for kind in kinds) and key_lines(raw) is not None
    kind, rows = recognised(
        kinds, source.name, lambda opening: _opened(source, raw, opening), otherwise=place.opening, key_lines=keyed
    )
    return kind, Dropped(
        place.system, source.name, source.folder, rows, source.named, source.written, place.time_zone, place.now
    )


def _recognised_tab(place: _Folder, tab: Tab) -> tuple[Kind, Dropped]:
    named = _date_in(place, tab.title, tab.name)
    kind, rows = recognised(
        theirs(place.kinds, tab), tab.name, lambda opening: rows_of_tab(tab, opening), otherwise=place.opening
    )
    return kind, Dropped(
        place.system, tab.name, "", rows, named, tab.read_at, place.time_zone, place.now, "time of reading"
    )


def _opened(found: _Found, raw: bytes, opening: Opening) -> Rows:
    if is_workbook(raw):
        return read_workbook(found.path, found.name, sheet=opening.sheet, header_row=opening.header_row)
    above, header_row = (key_lines(raw) if opening.key_lines else None) or ({}, opening.header_row)
    rows = read_delimited(raw, found.name, header_row=header_row, encoding=opening.encoding)
    return replace(rows, above=above) if above else rows


def _not_ahead(batch: Batch, dropped: Dropped) -> None:
    """Raises BadCell when the file counts a day more than one ahead."""
    for shape in ("counts", "coverage", "splits", "balances"):
        frame: pd.DataFrame = getattr(batch, shape)
        if len(frame) and days_ahead(frame["as_of"].max(), dropped.now, dropped.time_zone):
            latest = frame["as_of"].max().tz_convert(dropped.time_zone)
            raise BadCell(
                f"{shape} of {latest:%Y-%m-%d} are still to come",
                where=dropped.name,
                expected=said_latest(dropped.now, dropped.time_zone),
                todo="correct it where it comes from and export again",
            )
