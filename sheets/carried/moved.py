"""A brand's workbook moved: from a file into a Google Sheet, or back, with what people wrote in it.

It is a refresh that reads here and writes there. The buyers' tables and columns go along, and so do columns that users
added to our tables, by the rows' keys, and tabs of their own. The history stays, since it knows the brand by its id.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from connectors.errors import CannotRun
from sheets.brand import Brand, lay, surface_of
from sheets.carried.columns import with_columns, with_formulas
from sheets.carried.formulas import Carrier
from sheets.carried.places import Places
from sheets.carried.tabs import carried_notes, carried_tabs, titles_of
from sheets.config import FILE, config_of
from sheets.config_text import Shared, with_file, with_google
from sheets.progress import Progress, quiet
from sheets.refresh import Refreshed, refresh
from sheets.surfaces.google.shared import GoogleSheet
from sheets.surfaces.google.typed import range_name
from sheets.surfaces.surface import Shown, Surface
from sheets.surfaces.theirs import Theirs
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Layout


@dataclass(frozen=True)
class Moved:
    """What was done. left: lines of what did not go along."""

    refreshed: Refreshed
    brand: Brand
    left: tuple[str, ...]


def move(
    brand: Brand, to: Shared | str, *, now: pd.Timestamp, who: str = "", progress: Progress = quiet
) -> Moved:  # fmt: skip
    """Moves the workbook into an empty spreadsheet, or into a new file beside mastersheet.toml.

    The old one stays where it is, and is refreshed no more. Raises CannotRun, and everything is as it was.
    """
    there = Brand(brand.folder, config_of(_edited(brand, to), brand.folder / FILE))
    if there.place == brand.place:
        raise CannotRun("is the workbook already", where=there.place, todo="name another place")
    if there.google is None and there.workbook.exists():
        raise CannotRun("is there already", where=str(there.workbook), todo="name another file, or move it away")
    left: tuple[str, ...] = ()
    if brand.google is None and there.google is None and there.workbook.suffix == brand.workbook.suffix:
        done = _copied(brand, there, now, who, progress)
    else:
        across = _Across(surface_of(brand), there)
        done = refresh(brand, now=now, who=who, progress=progress, surface=across)
        left = across.left
    # Read again: somebody may have edited it meanwhile.
    file = (brand.folder / FILE).resolve()
    fresh = file.with_name(f".{FILE}.part")
    fresh.write_text(_edited(brand, to), encoding="utf-8", newline="\n")
    shutil.copymode(file, fresh)
    fresh.replace(file)
    return Moved(done, there, left)


def _copied(brand: Brand, there: Brand, now: pd.Timestamp, who: str, progress: Progress) -> Refreshed:
    """From a file to a file: all that is in it goes along."""
    XlsxFile(brand.workbook).read(even_if_open=True)  # says so where it is none
    shutil.copyfile(brand.workbook, there.workbook)
    try:
        return refresh(brand, now=now, who=who, progress=progress, surface=XlsxFile(there.workbook))
    except BaseException:
        there.workbook.unlink(missing_ok=True)
        raise


def _edited(brand: Brand, to: Shared | str) -> str:
    """The text of mastersheet.toml with another workbook. Raises CannotRun where no command can change it."""
    file = brand.folder / FILE
    text = file.read_text(encoding="utf-8-sig")
    text = with_google(text, to) if isinstance(to, Shared) else with_file(text, to)
    wanted = to.spreadsheet if isinstance(to, Shared) else to
    try:
        made = tomllib.loads(text).get("workbook")
    except tomllib.TOMLDecodeError:
        made = None
    if made not in (f"google:{wanted}", {"file": wanted}):
        now = brand.config.workbook.file if brand.google is None else f"google:{brand.google}"
        raise CannotRun(
            "says where the workbook is in a way that no command can change", where=str(file),
            expected="`workbook = ...` above all sections, or a section [workbook]",
            todo=f'write workbook = "{now}" above all sections in place of it, then run this again',
        )  # fmt: skip
    return text


class _Across:
    """A surface that reads one workbook and writes another. left: what did not go along, once it is written."""

    def __init__(self, here: Surface, there: Brand) -> None:
        self._here, self._there = here, there
        self._shown: Shown | None = None
        self.left: tuple[str, ...] = ()

    def read(self) -> Shown | None:
        self._shown = self._here.read(even_if_open=True) if isinstance(self._here, XlsxFile) else self._here.read()
        return self._shown

    def write(self, layout: Layout) -> None:
        shown = {} if self._shown is None else self._shown.tables
        theirs = self._here.theirs(layout) if isinstance(self._here, (XlsxFile, GoogleSheet)) else Theirs()
        whole, left = carried(layout, shown, theirs, to_google=self._there.google is not None)
        lay(self._there, whole)
        self.left = left


def carried(
    layout: Layout, shown: Mapping[str, pd.DataFrame], theirs: Theirs, *, to_google: bool
) -> tuple[Layout, tuple[str, ...]]:
    """The layout with all that is the users' own, and a line for each thing that does not go along."""
    # Where a row is blank in one way of reading, and not in the other, which row is which is not known.
    rows = {name: of for name, of in theirs.rows.items() if name in shown and len(of) == len(shown[name])}
    theirs = replace(theirs, rows=rows)
    whole, left = with_columns(layout, shown, theirs)
    titles = titles_of(theirs.tabs, [tab.name for tab in layout.tabs], to_google=to_google)
    headers = {table.name: [column.header for column in table.columns] for tab in whole.tabs for table in tab.tables}
    ranges = {range_name(table, header): (table, header) for table, of in headers.items() for header in of}
    places = Places(theirs, whole, shown, titles)
    carrier = Carrier(places, headers, layout.names, ranges, to_google)
    whole, more = with_formulas(whole, shown, theirs, carrier)
    tabs, besides = carried_tabs(theirs, titles, carrier)
    notes, lost = carried_notes(theirs, places)
    return replace(whole, own=tuple(tabs), notes=notes), (*left, *more, *besides, *lost)
