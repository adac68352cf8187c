"""Which formulas of the user's may give something else after a refresh, so that what they gave before is stale."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Final

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from sheets.surfaces.marks import Area
from sheets.surfaces.package import Package, TableThere, area_of
from sheets.surfaces.patch.cells_there import Formulas, formulas_of

# Functions that look at cells which their formula does not name.
_ANYWHERE: Final = re.compile(r"(?:_xlfn\.)?(?:OFFSET|INDIRECT|CELL|INFO|GETPIVOTDATA)\(", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"^(?:'((?:[^']|'')+)'!|([\w.]+)!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)$")
_OUTSIDE: Final = re.compile(r"^'?[^'!]*\[\d+\]")
_COLUMN: Final = re.compile(r"^(\w+)\[(?:\[#This Row\],\[([^\[\]]+)\]|([^\[\]#@]+))\]$")
# A range of more cells than these is taken to change; so is what a chain of more formulas leads to.
_MOST_CELLS: Final = 500
_LONGEST: Final = 50

Place = tuple[str, int, int]  # tab, row, column


class Dependents:
    """What formulas look at, in one workbook. ours: whether a refresh may write a cell."""

    def __init__(self, package: Package, ours: Callable[[Place], bool]) -> None:
        self._package, self._ours = package, ours
        self._tabs = {tab.name: tab for tab in package.tabs()}
        self._tables: dict[str, tuple[str, TableThere]] = {
            table.name.casefold(): (tab.name, table) for tab in self._tabs.values() for table in package.tables(tab)
        }
        self._formulas: dict[str, Formulas] = {}
        self._known: dict[Place, bool] = {}

    def may_change(self, formula: str, at: Place, depth: int = 0) -> bool:
        """Whether a formula, as it stands in the part, may give something else than before.

        It does not where it looks, itself and through other formulas, only at cells that a refresh leaves alone.
        """
        if depth > _LONGEST or _ANYWHERE.search(formula):
            return True
        try:
            tokens = Tokenizer("=" + unescape(formula)).items
        except TokenizerError:
            return True
        for token in tokens:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                area = self._area(token.value, at)
                if area is None or any(self._changes(one, depth) for one in _places(*area)):
                    return True
        return False

    def _area(self, said: str, at: Place) -> tuple[str, Area] | None:
        """The cells that an operand names; None where they are unknown or too many."""
        if _OUTSIDE.match(said):
            return at[0], (0, 0, -1, -1)
        address = _ADDRESS.match(said)
        if address is not None:
            tab = (address[1] or "").replace("''", "'") or address[2] or at[0]
            return self._if_few(tab, area_of(address[3]))
        column = _COLUMN.match(said)
        name, table = self._tables.get(column[1].casefold() if column else "", ("", None))
        header = "" if column is None else column[2] or column[3]
        if table is None or header not in table.headers:
            return None
        place = table.area[1] + table.headers.index(header)
        if column is not None and column[2]:
            inside = name == at[0] and table.area[0] < at[1] <= table.last_row
            return (name, (at[1], place, at[1], place)) if inside else None
        return self._if_few(name, (table.area[0] + 1, place, table.last_row, place))

    def _if_few(self, tab: str, area: Area) -> tuple[str, Area] | None:
        many = (area[2] - area[0] + 1) * (area[3] - area[1] + 1)
        return (tab, area) if tab in self._tabs and many <= _MOST_CELLS else None

    def _changes(self, place: Place, depth: int) -> bool:
        if place not in self._known:
            # What looks at itself, around a corner, is taken to change.
            self._known[place] = True
            self._known[place] = self._ours(place) or self._formula_changes(place, depth)
        return self._known[place]

    def _formula_changes(self, place: Place, depth: int) -> bool:
        tab, *cell = place
        if tab not in self._formulas:
            part = self._tabs[tab].part
            self._formulas[tab] = formulas_of(self._package, part, lambda row, column: self._ours((tab, row, column)))
        there = self._formulas[tab]
        anchor = there.anchor(cell[0], cell[1])
        if anchor not in there.texts:
            return False
        formula = there.texts[anchor]
        return formula is None or self.may_change(formula, (tab, *anchor), depth + 1)


def _places(tab: str, area: Area) -> Iterator[Place]:
    for row in range(area[0], area[2] + 1):
        for column in range(area[1], area[3] + 1):
            yield tab, row, column
