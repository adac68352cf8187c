"""Days at the office: what users do to a workbook, what changes in systems, and refreshes, in any order."""

from __future__ import annotations

import re
import tempfile
from datetime import datetime
from pathlib import Path

import openpyxl
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from connectors.errors import InTheWay

from .office import COLUMNS, SKUS, SYSTEMS, TABLES, Office

# Why a refresh may refuse to write, after what these users do.
_FAIR = re.compile(r"of your own where the table|stands in its place|has the table \w+ where")


class Careful(Office):
    """A workbook whose user goes back to the last refresh when something of theirs is in the way of the next."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._last = self.file.path.read_bytes()

    def refresh(self) -> None:
        """Refreshes, or asserts that nothing was written and goes back."""
        if self._touched:
            self._user.saves()
            self._touched = False
        saved = self.file.path.read_bytes()
        try:
            super().refresh()
        except InTheWay as refused:
            if not _FAIR.search(str(refused)):
                raise
            assert self.file.path.read_bytes() == saved
            self.file.path.write_bytes(self._last)
            self._user.opens(openpyxl.load_workbook(self.file.path))
        assert self.file.read().edits == ()
        self._last = self.file.path.read_bytes()

    def ours(self, table: str, place: int) -> str:
        """A column of a table that is ours and was not deleted; the key where all were."""
        there = self.user.at(table).headers
        columns = [one.header for one in COLUMNS[table] if one.owner == "ours" and one.header in there]
        return columns[place % len(columns)] if columns else "SKU"


tables = st.sampled_from(TABLES)
few = st.integers(0, 7)
# What is typed; None: a link.
VALUES = (
    None,
    12.5,
    -3,
    0,
    True,
    datetime(2026, 10, 5),
    datetime(2026, 10, 5, 8, 30),
    " a ",
    "a\nb",
    "007",
    "<&>",
    "é",
)
# Columns of ours that may be deleted: no key, and none that the layout needs to know buyers' words.
DELETED = ("Title", "Units", "Twice", "Long", "Rank", "Gap", "More", "Id", "Written")


class Days(RuleBasedStateMachine):
    """Days at the office: edits, changes in systems and refreshes in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = Careful(Path(self.folder.name))

    def teardown(self) -> None:
        try:
            self.office.refresh()
        finally:
            self.folder.cleanup()

    @rule()
    def refresh(self):
        self.office.refresh()

    @rule(sku=st.sampled_from(SKUS), units=st.integers(0, 50), refresh=st.booleans())
    def units_change(self, sku, units, refresh):
        self.office.stock.units[sku] = units
        self._then(refresh)

    @rule(at=few, refresh=st.booleans())
    def sku_goes(self, at, refresh):
        units = self.office.stock.units
        if len(units) > 1:
            del units[list(units)[at % len(units)]]
        self._then(refresh)

    @rule(sku=st.sampled_from(SKUS), system=st.sampled_from(SYSTEMS), place=few, refresh=st.booleans())
    def gap_opens_closes_or_moves(self, sku, system, place, refresh):
        gaps = self.office.stock.gaps
        if (sku, system) in gaps:
            gaps.remove((sku, system))
        if place < len(gaps):
            gaps.insert(place, (sku, system))
        self._then(refresh)

    @rule(table=tables, row=few, column=few)
    def types(self, table, row, column):
        self.office.user.types(table, row, self.office.mine(table, column))

    @rule(table=tables, row=few, column=few, of=few, kind=few)
    def puts_formula(self, table, row, column, of, kind):
        self.office.user.formula(table, row, self.office.mine(table, column), self.office.ours(table, of), kind)

    @rule(table=tables, row=few, column=few)
    def empties(self, table, row, column):
        self.office.user.empties(table, row, self.office.mine(table, column))

    @rule(table=tables, row=few, column=few, colour=few)
    def colours_and_notes(self, table, row, column, colour):
        headers = self.office.user.at(table).headers
        header = headers[column % len(headers)]
        self.office.user.notes(table, row, header)
        self.office.user.colours(table, row, header, colour)

    @rule(table=tables, row=few, column=few, value=st.sampled_from(VALUES))
    def types_a_value_or_links(self, table, row, column, value):
        header = self.office.mine(table, column)
        if value is None:
            self.office.user.links(table, row, header)
        else:
            self.office.user.types(table, row, header, value)

    @rule(table=tables, row=few, column=few, with_number=st.booleans())
    def types_over_ours(self, table, row, column, with_number):
        header = self.office.ours(table, column)
        self.office.user.types(table, row, header, 4711 if with_number and header != "Closed" else "typed over")

    @rule(table=tables, place=few)
    def adds_column(self, table, place):
        self.office.user.adds_column(table, place)

    @rule(table=tables, one=few, other=few)
    def swaps_columns(self, table, one, other):
        self.office.user.swaps_columns(table, one, other)

    @rule(table=tables, column=few, ours=st.booleans())
    def deletes_or_renames_column(self, table, column, ours):
        headers = self.office.user.at(table).headers
        if ours:
            there = [one for one in DELETED if one in headers]
            if there:
                self.office.user.deletes_column(table, there[column % len(there)])
        elif added := [one for one in headers if one.startswith("mine ")]:
            self.office.user.renames_column(table, added[column % len(added)])

    @rule(table=tables, down=few)
    def moves_table(self, table, down):
        self.office.user.moves_table(table, down)

    @rule(table=tables, row=few)
    def copies_row(self, table, row):
        self.office.user.copies_row(table, row)

    @rule(table=tables, away=few, column=few)
    def types_below(self, table, away, column):
        # Of ours there, a table that the user makes longer would take it for a cell typed over.
        self.office.user.types_below(table, away, self.office.mine(table, column))

    @rule(table=tables, order=st.lists(few, min_size=2, max_size=5))
    def sorts(self, table, order):
        self.office.user.sorts(table, order)

    @rule(table=tables, row=few)
    def deletes_row(self, table, row):
        self.office.user.deletes_row(table, row)

    @rule(table=st.sampled_from(["Positions", "Setup"]))
    def adds_row(self, table):
        self.office.user.adds_row(table, SKU=self.office.user.words())

    @rule(table=tables, place=few, count=st.integers(1, 2), kind=st.sampled_from(["above", "inside", "left"]))
    def inserts(self, table, place, count, kind):
        if kind == "above":
            self.office.user.inserts_rows(table, place, count)
        elif kind == "inside":
            self.office.user.inserts_row_inside(table, place)
        else:
            self.office.user.inserts_columns(table, place, count)

    @rule(table=tables)
    def renames(self, table):
        self.office.user.renames(table)

    @rule(table=tables, row=few, filters=st.booleans())
    def hides(self, table, row, filters):
        if filters:
            self.office.user.filters(table, row, self.office.ours(table, row))
        else:
            self.office.user.hides(table, row)

    @rule(table=tables, row=st.integers(0, 40), away=few)
    def types_beside(self, table, row, away):
        self.office.user.types_beside(table, row, away)

    @rule(table=tables, row=few, column=few)
    def adds_tab(self, table, row, column):
        self.office.user.own_tab(table, row, self.office.ours(table, column))

    @rule(table=tables, column=few, limit=few)
    def adds_colour_rule(self, table, column, limit):
        self.office.user.own_rule(table, self.office.ours(table, column), limit)

    def _then(self, refresh: bool) -> None:
        if refresh:
            self.office.refresh()
