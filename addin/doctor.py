"""`mastersheet doctor`: what a refresh and the buttons need, each line OK or what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from addin.excel.own_list import PYTHON, SCRIPT, allow, brand_line, list_file, valued
from addin.excel.template import BRAND, PYTHON_MAC, PYTHON_WINDOWS, TAB
from addin.excel.the_brand import expanded
from connectors.errors import CannotRun, MastersheetError
from sheets.brand import Brand, setup_of

if TYPE_CHECKING:
    import pandas as pd

OK: Final = "OK"
TO_DO: Final = "TO DO"
NOTE: Final = "NOTE"

_SCRIPTS: Final = "Library/Application Scripts/com.microsoft.Excel"
# Windows writes it beside what came by mail or from the web: 3 is the internet, 4 is a restricted site.
_MARK: Final = ":Zone.Identifier"


@dataclass(frozen=True)
class Said:
    """One line: what was looked at, whether it is well, and what was seen or is to do."""

    about: str
    level: Literal["OK", "TO DO", "NOTE"]
    said: str


def looked_over(brand: Brand, now: pd.Timestamp, *, system: str = sys.platform) -> Iterator[Said]:
    """Every line about a brand on this computer. system: as sys.platform says it."""
    yield _python()
    yield _versions()
    yield from _workbook(brand, system)
    yield from _google(brand)
    yield from _excel(brand, system)
    yield from _history(brand)
    yield from _systems(brand, now)
    yield _clock(brand, now)


def let_excel_start(brand: Brand, *, system: str = sys.platform) -> list[tuple[str, str]]:
    """Writes this Python, how it is started, and the brand's folder into the user's own list; gives its lines."""
    from sheets.history.place import brand_id

    lines = [(PYTHON, sys.executable), (brand_line(brand_id(brand)), str(brand.folder.resolve()))]
    if system == "darwin":
        lines.insert(1, (SCRIPT, script_name()))
    allow(lines)
    return lines


def script_name() -> str:
    """The script by which Excel on a Mac starts a program, as xlwings installs it for its own version."""
    return f"xlwings-{version('xlwings')}.applescript"


def _python() -> Said:
    needed = sys.version_info >= (3, 11)
    said = f"{sys.executable} ({sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro})"
    return Said("Python", OK if needed else TO_DO, said if needed else f"{said}: install Python 3.11 or newer")


def _versions() -> Said:
    try:
        wanted = next(one for one in requires("mastersheet") or [] if one.startswith("xlwings=="))
        pinned, there = wanted.partition("==")[2].split(";")[0].strip(), version("xlwings")
    except (PackageNotFoundError, StopIteration):
        return Said(
            "Versions", TO_DO, "mastersheet or xlwings is not installed here: python -m pip install mastersheet"
        )
    if pinned != there:
        return Said(
            "Versions", TO_DO, f"xlwings is {there} and must be {pinned}: python -m pip install xlwings=={pinned}"
        )
    return Said("Versions", OK, f"mastersheet {version('mastersheet')}, xlwings {there}")


def _workbook(brand: Brand, system: str) -> Iterator[Said]:
    file = brand.workbook
    try:
        setup = setup_of(brand)
    except MastersheetError as problem:
        yield Said("Workbook", TO_DO, problem.line)
        return
    name = file.name if brand.google is None else brand.place
    yield Said("Workbook", OK, f"{name}: {len(setup.skus):,} SKUs, {len(setup.locations):,} locations")
    from sheets.engine.source_map import lint

    errors = [one for one in lint(setup) if one.level == "error"]
    if errors:
        yield Said("Setup", TO_DO, f"{errors[0].line} (`mastersheet lint` lists all {len(errors)})")
    else:
        yield Said("Setup", OK, "the setup tables hold together")
    if brand.google is None and file.suffix.lower() == ".xlsm":
        yield from _buttons(brand, system)
        yield _from_the_web(file, system)


def _buttons(brand: Brand, system: str) -> Iterator[Said]:
    """What the macro needs: a place of Python that the user's own list names, and the brand."""
    from sheets.history.place import brand_id

    if system not in ("win32", "darwin"):
        yield Said("Buttons", NOTE, "they work in Excel on Windows or a Mac")
        return
    settings = button_settings(brand.workbook)
    if settings is None:
        yield Said("Buttons", NOTE, f"{brand.workbook.name} has no tab {TAB}: its macros are not ours")
        return
    setting = PYTHON_MAC if system == "darwin" else PYTHON_WINDOWS
    yield _startable(expanded(settings.get(setting, "")), setting, brand)
    if settings.get(BRAND) != brand_id(brand):
        yield Said(
            "Brand", TO_DO, f"the workbook is of the brand {settings.get(BRAND)}, the folder of {brand_id(brand)}"
        )
    if system == "darwin":
        script = Path.home() / _SCRIPTS / script_name()
        there = script.exists()
        yield Said("Script", OK if there else TO_DO, str(script) if there else "run once: xlwings runpython install")


def _startable(named: str, setting: str, brand: Brand) -> Said:
    """Whether Excel may start the Python that the workbook names, or without one the first of the user's own list."""
    listed = valued(PYTHON)
    here, todo = sys.executable, f"`mastersheet doctor {brand.folder} --allow` writes it into {list_file()}"
    if named.casefold() in [one.casefold() for one in listed] or (not named and listed):
        return Said("Buttons", OK, f"Excel may start {named or listed[0]}")
    if named and named.casefold() != here.casefold():
        return Said(
            "Buttons", TO_DO,
            f"the workbook asks Excel to start {named}, and this Python is {here}: run doctor --allow with that one, "
            f"or empty the cell beside {setting} on the hidden tab {TAB}",
        )  # fmt: skip
    return Said("Buttons", TO_DO, f"Excel may not start {here} yet; if that is right, {todo}")


def button_settings(workbook: Path) -> dict[str, str] | None:
    """What stands on the hidden tab of a workbook's file; None where it has none."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(workbook))
    if TAB not in book.sheet_names:
        return None
    rows = [row for row in book.get_sheet_by_name(TAB).to_python() if len(row) > 1]
    return {str(row[0]): str(row[1]).strip() for row in rows}


def _from_the_web(file: Path, system: str) -> Said:
    try:
        mark = Path(f"{file}{_MARK}").read_text(encoding="utf-8", errors="replace") if system == "win32" else ""
    except OSError:
        mark = ""
    marked = any(line.strip() in ("ZoneId=3", "ZoneId=4") for line in mark.splitlines())
    if marked:
        return Said(
            "Macros", TO_DO,
            f"Windows blocks the macros of {file.name}, which came by mail or from the web: right-click it, "
            "Properties, tick Unblock; or keep it in a trusted location (Excel, Options, Trust Center)",
        )  # fmt: skip
    return Said(
        "Macros", OK, f"{file.name} is not marked as from the web" if system == "win32" else "nothing marks them"
    )


def _google(brand: Brand) -> Iterator[Said]:
    """Who signs in, and whether the sheet is shared for writing."""
    from sheets.connected import connected

    if brand.google is None:
        return
    try:
        said = list(connected(brand, ask=False))
    except MastersheetError as problem:
        yield Said("Google", TO_DO, problem.line)
        return
    yield Said("Google", OK, "; ".join(said[:-1]))


def _excel(brand: Brand, system: str) -> Iterator[Said]:
    if brand.google is not None:
        return
    if system not in ("win32", "darwin"):
        yield Said("Excel", NOTE, "there is none on this system: a refresh writes the file")
        return
    from sheets.surfaces.excel.found import open_in_excel

    try:
        there = open_in_excel(brand.workbook)
    except Exception as problem:
        yield Said("Excel", TO_DO, problem.line if isinstance(problem, CannotRun) else f"does not answer ({problem})")
        return
    said = (
        "holds the workbook: a refresh writes into it"
        if there
        else "does not hold the workbook: a refresh writes the file"
    )
    yield Said("Excel", OK, said)


def _history(brand: Brand) -> Iterator[Said]:
    from sheets.history.place import history_file, history_of, refuse_unfit

    try:
        url = brand.config.history.url
        if url is None or url.startswith("sqlite"):
            refuse_unfit(history_file(brand))
        history = history_of(brand)
        refreshes = [] if history is None else history.refreshes()
    except MastersheetError as problem:
        yield Said("History", TO_DO, problem.line)
        return
    except Exception as problem:
        yield Said("History", TO_DO, f"cannot be reached ({type(problem).__name__}): see `url` under [history]")
        return
    last = f", the last {refreshes[-1].number} of {refreshes[-1].at:%Y-%m-%d %H:%M} UTC" if refreshes else ""
    yield Said("History", OK, f"{len(refreshes):,} refresh{'' if len(refreshes) == 1 else 'es'} kept{last}")


def _systems(brand: Brand, now: pd.Timestamp) -> Iterator[Said]:
    """Each system's dropped files, or its Google Sheet; a system that is read from files needs no credential."""
    from sheets.systems import systems_of

    try:
        systems = systems_of(brand, dict.fromkeys(setup_of(brand).source_map["system"])).known
    except MastersheetError:
        return
    for system in systems:
        folder = brand.exports_of(system)
        times = [one.stat().st_mtime for one in folder.rglob("*") if one.is_file()] if folder.is_dir() else []
        if brand.system(system).google is not None:
            yield _shared(brand, system)
            if not times:
                continue
        if not times:
            yield Said(system, TO_DO, f"no file to read: drop an export into {folder}")
            continue
        hours = (now.timestamp() - max(times)) / 3600
        old = f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
        yield Said(system, OK, f"{len(times)} file{'' if len(times) == 1 else 's'}, the newest put there {old} ago")
    if brand.google is None and not any(brand.system(system).google for system in systems):
        yield Said("Credentials", OK, "none needed: all systems are read from files")


def _shared(brand: Brand, system: str) -> Said:
    """Whether a system's Google Sheet can be read."""
    from sheets.connected import connected

    try:
        said = list(connected(brand, system, ask=False))
    except MastersheetError as problem:
        return Said(system, TO_DO, problem.line)
    return Said(system, OK, "; ".join(said[:-1]))


def _clock(brand: Brand, now: pd.Timestamp) -> Said:
    """A clock that is behind what has been written already makes every age wrong."""
    seen = [one.stat().st_mtime for one in (brand.folder, *brand.exports.rglob("*")) if one.exists()]
    behind = (max(seen) - now.timestamp()) / 3600 if seen else 0.0
    if behind > 1:
        return Said(
            "Clock", TO_DO, f"{now:%Y-%m-%d %H:%M} UTC is {behind:.0f} hours before files here were written: set it"
        )
    return Said("Clock", OK, f"{now:%Y-%m-%d %H:%M} UTC")
