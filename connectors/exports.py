"""A system's exports folder: every dropped file is opened, recognised and read; what cannot be is set aside."""

from __future__ import annotations

import fnmatch
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.base import Dropped, Kind, MappedKind, Opening, recognise
from connectors.cells import days_ahead, said_latest
from connectors.delimited import Rows, read_delimited
from connectors.errors import BadCell, CannotRead, NotRecognised, NotSafe
from connectors.file_date import file_date as date_in
from connectors.frames import Batch, Note, SetAside
from connectors.key_lines import key_lines
from connectors.newest import Export, newest
from connectors.workbook_archive import is_workbook
from connectors.workbook_rows import read_workbook

_PLAIN: Final = Opening()


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
    opening: Opening = _PLAIN,
) -> Batch:
    """What the files of a system's folder say together: today's counts and coverage, past counts, the rest.

    Files lie at any depth and are opened by what they hold, not by their ending. A file that cannot be read is
    set aside with its reason, and the rest goes on; a byte-identical one is read once, with a note. file_date:
    the pattern of the date in the files' names. as_of: nothing later is used. opening: for kinds without one of
    their own. A folder that is not there, or is empty, gives an empty batch. Raises SetupWrong for a file_date
    that is no pattern.
    """
    place = _Folder(folder, system, kinds, time_zone, now, file_date, opening)
    notes: list[Note] = []
    aside: list[SetAside] = []
    exports: list[Export] = []
    for found in _found(place, notes, aside):
        kind: Kind | None = None
        try:
            kind, dropped = _recognised(place, found)
            batch = kind.read(dropped)
            _not_ahead(batch, dropped)
        except CannotRead as problem:
            aside.append(_set_aside(system, found.name, problem, kind))
            continue
        exports.append(Export(kind, found.name, dropped.folder, found.written, found.named, batch))
    batch = newest(system, exports, kinds, time_zone, as_of)
    kept = batch.counts["as_of"].max() if len(batch.counts) else None
    return replace(
        batch,
        notes=(*notes, *batch.notes),
        set_aside=tuple(replace(one, kept_as_of=kept) for one in aside),
    )


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
    named = date_in(path.name, place.file_date, place.time_zone) if place.file_date else None
    if named is not None and days_ahead(named, place.now, place.time_zone):
        raise BadCell(
            "the date in its name is still to come",
            where=name,
            expected=said_latest(place.now, place.time_zone),
            todo="correct the name, or file_date in mastersheet.toml",
        )
    return _Found(path, name, name.split("/")[0] if "/" in name else "", written, named), digest


def _recognised(place: _Folder, found: _Found) -> tuple[Kind, Dropped]:
    """The kind that claims the file, and the file as that kind opens it."""
    kinds = _bound(place.kinds, found.name)
    problems: list[CannotRead] = []
    claims: list[tuple[Kind, Rows]] = []
    raw = found.path.read_bytes()
    openings = dict.fromkeys(_opening(kind, place.opening) for kind in kinds)
    keyed = any(opening.key_lines for opening in openings) and key_lines(raw) is not None
    for opening in [opening for opening in openings if opening.key_lines == keyed]:
        alike = [kind for kind in kinds if _opening(kind, place.opening) == opening]
        try:
            rows = _opened(found, raw, opening)
            claims.append((recognise(rows, found.name, alike), rows))
        except CannotRead as problem:
            problems.append(problem)
    if len(claims) > 1:
        raise NotRecognised(
            f"could be {' or '.join(kind.name for kind, _ in claims)}",
            where=found.name,
            expected="one kind of export to claim it by its header",
            todo="say which in mastersheet.toml, with `file` under the system's tables",
        )
    if not claims:
        raise problems[0]
    kind, rows = claims[0]
    return kind, Dropped(
        place.system, found.name, found.folder, rows, found.named, found.written, place.time_zone, place.now
    )


def _bound(kinds: Sequence[Kind], name: str) -> list[Kind]:
    """The kinds that say this file is theirs, else those that are bound to no files."""
    fits = [kind for kind in kinds if (file := _file(kind)) and _fits(name, file)]
    return fits or [kind for kind in kinds if not _file(kind)]


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatch(name.lower(), pattern.lower()) or fnmatch.fnmatch(
        name.rsplit("/", 1)[-1].lower(), pattern.lower()
    )


def _file(kind: Kind) -> str | None:
    return kind.file if isinstance(kind, MappedKind) else None


def _opening(kind: Kind, otherwise: Opening) -> Opening:
    """The kind's own way of opening; what it leaves open is the system's."""
    own = kind.opening if isinstance(kind, MappedKind) else _PLAIN
    return Opening(
        own.sheet or otherwise.sheet,
        own.header_row if own.header_row != _PLAIN.header_row else otherwise.header_row,
        own.encoding or otherwise.encoding,
        own.key_lines,
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
