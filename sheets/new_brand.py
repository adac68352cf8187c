"""A new brand's folder: setup tables into a workbook, exports beside it, a mastersheet.toml."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from connectors.delimited import plain
from connectors.errors import CannotRun, FolderNotEmpty, SetupWrong
from connectors.frames import Batch
from sheets.brand import Brand, folder_name, lay
from sheets.config import FILE, Config, config_of, read_config
from sheets.config_text import FILE_NOTE, Shared, quoted, with_file, with_google, with_id
from sheets.engine.reconcile import reconcile
from sheets.engine.setup import Setup
from sheets.engine.source_map import Finding, lint
from sheets.history.place import new_id
from sheets.progress import Progress, quiet
from sheets.proposals import Proposed, propose
from sheets.pull import read_system
from sheets.setup_tables import HEADERS, TABLES, read_settings, read_setup
from sheets.surfaces.macros import Macros
from sheets.systems import role_of, systems_of
from sheets.tabs.workbook import lay_out

_LEFT_BY_PROGRAMS: Final = {".DS_Store", "Thumbs.db", "desktop.ini"}
_NAMED: Final = 3


@dataclass(frozen=True)
class NewBrand:
    """What was made: the folder, the reason of each proposal, and what lint warns of."""

    folder: Path
    proposals: tuple[str, ...]
    warnings: tuple[Finding, ...]


def new_brand(
    folder: Path,
    setup: Path | None = None,
    *,
    now: pd.Timestamp,
    macros: Callable[[Brand], Macros] | None = None,
    google: Shared | None = None,
    progress: Progress = quiet,
) -> NewBrand:
    """Makes a brand's folder from a folder with setup tables and exports, each of which may be missing.

    What is missing is proposed from the exports. Without `setup` the folder itself may hold exports, and nothing
    else. macros: what makes the workbook an .xlsm with buttons. google: the empty spreadsheet that is to be the
    workbook. Raises FolderNotEmpty, SetupWrong, CannotRun;
    nothing is then written.
    """
    _refuse_other_content(folder, besides={"exports"} if setup is None else set())
    source = folder if setup is None else setup
    if setup is not None and not setup.is_dir():
        raise CannotRun("no such folder", where=str(setup), expected="a folder with setup tables or exports")
    config = read_config(source / FILE) if (source / FILE).is_file() else Config()
    draft = Brand(source, config)
    proposed = _proposed(draft, now, progress)
    made = read_setup(proposed.tables)
    findings = lint(made)
    _refuse_errors(findings)

    systems = systems_of(draft, dict.fromkeys(made.source_map["system"])).known
    name = config.brand.name or folder.resolve().name
    if (source / FILE).is_file():
        text = (source / FILE).read_text(encoding="utf-8-sig")
        text = text if config.brand.id else with_id(text, name)
    else:
        text = _toml(name, systems)
    if macros is not None:
        text = with_file(text, str(Path(config.workbook.file).with_suffix(".xlsm")))
    if google is not None:
        text = with_google(text, google)
    brand = Brand(folder, config_of(text, folder / FILE))
    folder.mkdir(parents=True, exist_ok=True)
    progress("writing the workbook")
    _write_workbook(brand, made, now, None if macros is None else macros(brand))
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    if setup is not None and draft.exports.is_dir():
        # A link stays a link: nothing outside of the folder is read.
        shutil.copytree(draft.exports, brand.exports, symlinks=True)
    for system in systems:
        brand.exports_of(system).mkdir(parents=True, exist_ok=True)
    return NewBrand(folder, proposed.said, tuple(one for one in findings if one.level == "warning"))


def _refuse_other_content(folder: Path, besides: set[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise FolderNotEmpty("is a file", where=str(folder), expected="a new or empty folder")
    there = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    other = [name for name in there if name not in besides | _LEFT_BY_PROGRAMS]
    if other:
        more = f" and {len(other) - _NAMED} more" if len(other) > _NAMED else ""
        raise FolderNotEmpty(
            f"holds {', '.join(other[:_NAMED])}{more} already",
            where=str(folder),
            expected="a new or empty folder",
            todo="name another folder",
        )


def _proposed(draft: Brand, now: pd.Timestamp, progress: Progress) -> Proposed:
    """The setup tables that are there, and for the rest what the exports propose."""
    given = {name: table for name in TABLES if (table := _table(draft.folder / f"{name}.csv", name)) is not None}
    # Raises for a table that cannot be read before any export is opened.
    read_setup(given)
    if {"locations", "source_map", "skus"} <= set(given):
        return Proposed(given, ())
    mapped = given["source_map"]["system"].dropna() if "source_map" in given else []
    systems = systems_of(draft, dict.fromkeys(mapped))
    zone = read_settings(given.get("settings")).time_zone
    batches: dict[str, Batch] = {}
    for system in (*systems.known, *systems.strangers):
        progress(f"reading {system}")
        batches[system] = read_system(draft, system, zone, now=now)
    refused = [f"{one.system}: {one.reason}" for batch in batches.values() for one in batch.set_aside]
    proposed = propose(given, batches, {system: role_of(system, draft) for system in batches})
    return Proposed(proposed.tables, (*proposed.said, *(f"not used: {line}" for line in refused)))


def _table(path: Path, name: str) -> pd.DataFrame | None:
    """A setup CSV as text, headers as they stand; None when it is not there. Raises CannotRun."""
    if not path.is_file():
        return None
    try:
        rows = [row for row in csv.reader(path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)) if row]
    except (UnicodeDecodeError, csv.Error, OSError) as problem:
        what = "is not UTF-8 text" if isinstance(problem, UnicodeDecodeError) else f"cannot be read ({problem})"
        raise CannotRun(what, where=str(path), expected="a CSV file in UTF-8", todo="save it again") from None
    if not rows:
        raise CannotRun("is empty", where=str(path), expected=f"a header and the rows of {TABLES[name][1]}")
    header, *lines = rows
    for at, line in enumerate(lines, start=2):
        if len(line) != len(header):
            raise CannotRun(
                f"has {len(line)} cells",
                where=f"{path}:{at}",
                expected=f"{len(header)}, as in the header",
                todo="put a cell with a comma in it in quotes",
            )
    cells = [[cell.strip() or None for cell in line] for line in lines]
    names = [plain(one) for one in header]
    twice = [one for at, one in enumerate(header) if names[at] in names[:at]]
    if twice:
        raise CannotRun(f"has the column '{twice[0]}' twice", where=str(path), expected="each column once")
    return pd.DataFrame(cells, columns=_ours(header, name), dtype=object)


def _ours(header: Sequence[str], name: str) -> list[str]:
    """The engine's column names where the header means them, in whatever spelling."""
    meant = {plain(word): ours for ours, shown in HEADERS[name].items() for word in (ours, shown)}
    return [meant.get(plain(one), one) for one in header]


def _refuse_errors(findings: Sequence[Finding]) -> None:
    errors = [one for one in findings if one.level == "error"]
    if errors:
        raise SetupWrong("; ".join(one.line for one in errors))


def _write_workbook(brand: Brand, setup: Setup, now: pd.Timestamp, macros: Macros | None) -> None:
    """The workbook before its first refresh: the buyer's tabs full, ours empty."""
    found = reconcile(Batch(), setup, as_of=now)
    when = now.tz_convert(setup.settings.time_zone).tz_localize(None).floor("s").to_pydatetime()
    lay(brand, lay_out(found, brand=brand.name, refresh=0, when=when, who=""), macros)


def _toml(name: str, systems: Sequence[str]) -> str:
    lines = [
        "# Lines that begin with # are notes for you.",
        "",
        "[brand]",
        f"name = {quoted(name)}",
        "# What its history is kept under. It stays when the folder or the name changes.",
        f"id = {quoted(new_id(name))}",
        "",
        FILE_NOTE,
        "[workbook]",
        'file = "master.xlsx"',
        "",
        "# One section per system. Its files lie in exports/, in the folder with the system's name.",
        "# file_date says how the day stands in a file's name: stock-2026-10-05.csv has %Y-%m-%d. Take its # away",
        "# where files have one; a table with a column for the day needs none.",
    ]
    for system in systems:
        lines += [
            "",
            f"[systems.{quoted(system)}]",
            f"# exports/{folder_name(system)}",
            '# file_date = "%Y-%m-%d"',
        ]
    return "\n".join(lines) + "\n"
