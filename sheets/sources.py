"""Systems that keep their counts in a Google Sheet: each spreadsheet is read once for all that stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Final

from connectors.errors import CannotRun
from connectors.frames import SetAside
from connectors.tab import Tab
from sheets.config import FILE

if TYPE_CHECKING:
    import pandas as pd

    from connectors.google.tabs import Cells, Structure
    from sheets.brand import Brand

# Seconds for all tries of a call: a system that does not answer keeps its last count.
_DEADLINE: Final = 90.0


class Sources:
    """A brand's source spreadsheets, each read when it is first asked for. now: the moment of reading."""

    def __init__(self, brand: Brand, now: pd.Timestamp) -> None:
        self._brand, self._now = brand, now
        self._read: dict[str, tuple[Structure, dict[str, Cells]] | CannotRun] = {}
        sections = brand.config.systems.values()
        self._locks = {one.google: Lock() for one in sections if one.google is not None}

    def of(self, system: str) -> tuple[tuple[Tab, ...], tuple[SetAside, ...]]:
        """A system's tabs, and what cannot be read of them; nothing for a system that has no spreadsheet."""
        section = self._brand.system(system)
        if section.google is None:
            return (), ()
        with self._locks[section.google]:
            if section.google not in self._read:
                self._read[section.google] = self._asked(section.google)
        found = self._read[section.google]
        if isinstance(found, CannotRun):
            from connectors.google.tabs import place_of

            place = place_of(section.google)
            line = found.line if found.line.startswith(place) else f"{place}: {found.line}"
            return (), (SetAside(system, place, line),)
        structure, cells = found
        tabs, aside = [], list(absent(system, section.tabs, structure))
        for title in section.tabs or structure.shown:
            about = structure.tab(title)
            if about is None or not about.grid:
                continue
            name = f"{structure.title}, tab {about.title}"
            if about.title in cells:
                tabs.append(Tab(section.google, about.title, name, cells[about.title], self._now))
            else:
                aside.append(SetAside(system, name, _too_large(name, about.size)))
        return tuple(tabs), tuple(aside)

    def _asked(self, spreadsheet: str) -> tuple[Structure, dict[str, Cells]] | CannotRun:
        from connectors.google.signed_in import signed_in
        from connectors.google.tabs import MOST_CELLS, cells_of, structure_of

        sections = [one for one in self._brand.config.systems.values() if one.google == spreadsheet]
        try:
            asked = signed_in(self._brand.sign_in, deadline=_DEADLINE)
            structure = structure_of(asked, spreadsheet)
            wanted = [structure.tab(title) for one in sections for title in one.tabs or structure.shown]
            there = dict.fromkeys(one.title for one in wanted if one and one.grid and one.size <= MOST_CELLS)
            return structure, cells_of(asked, spreadsheet, there)
        except CannotRun as problem:
            return problem


def absent(system: str, wanted: tuple[str, ...], structure: Structure) -> Iterator[SetAside]:
    """Tabs that are named and not there, or hold no cells."""
    for title in wanted:
        about = structure.tab(title)
        if about is None or not about.grid:
            there = ", ".join(repr(one.title) for one in structure.tabs if one.grid)
            what = f"has no tab '{title}'" if about is None else f"its tab '{title}' holds no cells"
            said = CannotRun(what, where=structure.title, expected=f"it among {there}",
                             todo=f"correct `tabs` in {FILE}, or give the tab its name back")  # fmt: skip
            yield SetAside(system, structure.title, said.line)


def _too_large(name: str, size: int) -> str:
    from connectors.google.tabs import MOST_CELLS

    return CannotRun(
        f"has {size:,} cells", where=name, expected=f"at most {MOST_CELLS:,}",
        todo="delete the empty rows and columns beyond the table there",
    ).line  # fmt: skip
