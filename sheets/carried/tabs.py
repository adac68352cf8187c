"""Tabs of users' own, made ready for another workbook: their formulas look where things are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from sheets.carried.formulas import Carrier
from sheets.carried.places import Places
from sheets.surfaces.marks import column_letters
from sheets.surfaces.theirs import Theirs
from sheets.tabs.own import OwnCell, OwnTab

# What Excel takes in a tab's name, and how much of it.
_STRANGE: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST: Final = 31
_NAMED: Final = 3
_SHORT: Final = 60


def titles_of(tabs: Iterable[OwnTab], ours: Iterable[str], *, to_google: bool) -> dict[str, str]:
    """What each tab is called there: as here, if nothing there has the name and a file takes it."""
    taken, found = {one.casefold() for one in ours}, {}
    for tab in tabs:
        name = tab.name if to_google else _STRANGE.sub("-", tab.name).strip("'")[:_LONGEST] or "Tab"
        # Excel keeps this name for itself.
        name = f"{name}-" if name.casefold() == "history" and not to_google else name
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = f"{name[:25]} ({number})"
        taken.add(free.casefold())
        found[tab.name] = free
    return found


def carried_tabs(theirs: Theirs, titles: Mapping[str, str], carrier: Carrier) -> tuple[list[OwnTab], list[str]]:
    """The tabs as they go along, and a line for each of which something does not."""
    tabs, left = [], []
    for tab in theirs.tabs:
        if tab.chart:
            left.append(f"Tab {tab.name}: all of it, which is a chart")
            continue
        lost: list[tuple[int, int]] = []
        cells = {at: _carried(tab.name, at, cell, carrier, lost) for at, cell in tab.cells.items()}
        made = replace(tab, name=titles[tab.name], cells=cells)
        tabs.append(made)
        if made.name != tab.name:
            left.append(f"Tab {tab.name}: its name, it is '{made.name}' there")
        if tab.left:
            left.append(f"Tab {tab.name}: {', '.join(tab.left)}")
        if lost:
            left.append(f"Tab {tab.name}: {values_alone(lost)}")
    left += [f"Tab {tab}: {many} cell{'' if many == 1 else 's'} of yours beside our tables"
             for tab, many in theirs.beside.items() if many]  # fmt: skip
    return tabs, left


def carried_notes(theirs: Theirs, places: Places) -> tuple[dict[tuple[str, int, int], str], list[str]]:
    """Users' notes on cells of our tables, where these are now; a line for each whose cell is not there any more."""
    notes, left = {}, []
    for (tab, row, column), note in theirs.notes.items():
        at = places.cell(tab, row, column)
        if at is None:
            left.append(f"Tab {tab}: the note on {column_letters(column)}{row + 1}: {one_line_of(note)}")
        else:
            notes[at] = note
    return notes, left


def one_line_of(note: str) -> str:
    """The beginning of a note."""
    plain = " ".join(note.split())
    return plain if len(plain) <= _SHORT else f"{plain[:_SHORT]}..."


def values_alone(cells: Iterable[tuple[int, int]]) -> str:
    """Which formulas are values there, in words."""
    found = [f"{column_letters(column)}{row + 1}" for row, column in cells]
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    many = "formula" if len(found) == 1 else "formulas"
    return f"the {many} in {', '.join(found[:_NAMED])}{more}: there stand values, as of today"


def _carried(
    tab: str, at: tuple[int, int], cell: OwnCell, carrier: Carrier, lost: list[tuple[int, int]]
) -> OwnCell:  # fmt: skip
    if cell.formula is None:
        return cell
    made = None if cell.several else carrier(cell.formula, (tab, *at), array=cell.array)
    if made is None:
        lost.append(at)
    return replace(cell, formula=made)
