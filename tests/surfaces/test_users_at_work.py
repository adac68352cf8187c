"""People work in the workbook between refreshes: in any order of edits and refreshes, nothing of theirs is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from openpyxl.styles import PatternFill
from openpyxl.utils import range_boundaries

from sheets.surfaces.remembered import remembering
from sheets.tabs.layout import GONE

from .office import SKUS, SYSTEMS, TABLES, Office
from .pictures import Picture
from .unharmed import parts_of, unharmed
from .users import Place

tables = st.sampled_from(TABLES)
few = st.integers(0, 7)


class Days(RuleBasedStateMachine):
    """Days at the office: edits, changes in systems and refreshes in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = Office(Path(self.folder.name))

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


def test_nothing_of_a_users_is_lost_or_misplaced_in_any_order_of_edits_and_refreshes():
    """After each refresh every user cell is at its key and header or at its address, and our cells say the layout."""
    many_days = settings(derandomize=True, deadline=None, database=None, max_examples=40, stateful_step_count=12)
    run_state_machine_as_test(Days, settings=many_days)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.mark.parametrize("table", TABLES)
def test_a_day_with_everything(office, table):
    """All kinds of edits around one table at once, then all that can change in the systems: nothing is harmed."""
    user = office.user
    header = user.adds_column(table, 1)
    user.types(table, 0, header)
    user.formula(table, 1, header, office.ours(table, 0), 1)
    user.notes(table, 2, header)
    user.colours(table, 2, header, 1)
    user.notes(table, 0, office.ours(table, 1))
    user.types(table, 1, office.ours(table, 1), "typed over")
    user.own_rule(table, office.ours(table, 0), 7)
    user.sorts(table, [3, 1, 2])
    user.inserts_rows(table, 1, 2)
    user.inserts_columns(table, 0, 1)
    user.swaps_columns(table, 0, 2)
    user.filters(table, 0, office.ours(table, 0))
    user.renames(table)
    user.types_beside(table, 3, 1)
    user.own_tab(table, 0, office.ours(table, 0))
    office.refresh()
    office.changes()
    office.refresh()


def test_a_key_that_comes_back_finds_its_row(office):
    """A SKU that was gone and comes back has its numbers on the row where the user's cells stayed."""
    header = office.user.adds_column("Positions", 9)
    said = office.user.types("Positions", 2, header)
    units = office.stock.units.pop("A1")
    assert office.refresh().tables["Positions"].rows[2]["Order?"].value == GONE
    office.stock.units["A1"] = units
    row = office.refresh().tables["Positions"].rows[2]
    assert (row["SKU"].value, row["Units"].value, row[header].value) == ("A1", units, said)


def test_a_formula_that_runs_down_a_column_holds_no_row(office):
    """Rows of closed gaps leave although a formula of the user's stood in all rows; one that stands alone holds its
    row."""
    header = office.user.adds_column("Gaps", 9)
    for row in range(4):
        office.user.formula("Gaps", row, header, "Gap", 1)
    office.stock.gaps = office.stock.gaps[2:]
    assert len(office.refresh().tables["Gaps"].rows) == 2
    office.user.formula("Gaps", 1, header, "Gap", 2)
    office.stock.gaps = office.stock.gaps[:1]
    rows = office.refresh().tables["Gaps"].rows
    assert [row["Flag"].value for row in rows] == ["CHECK", GONE]


def test_a_note_beside_no_key_stays(office):
    """What a buyer typed on a blank row that they inserted into a table laid anew is still there after a refresh."""
    office.user.inserts_row_inside("DailyCheck", 0)
    said = office.user.types("DailyCheck", 1, "Note")
    office.stock.gaps = office.stock.gaps[1:]
    rows = office.refresh().tables["DailyCheck"].rows
    assert [row["Note"].value for row in rows] == [None, None, None, said]


def _loses(book: openpyxl.Workbook, place: Place) -> None:
    place.cell(0, "Note").value = None


def _misplaces(book: openpyxl.Workbook, place: Place) -> None:
    place.cell(0, "Note").value, place.cell(1, "Note").value = None, place.cell(0, "Note").value


def _paints(book: openpyxl.Workbook, place: Place) -> None:
    place.cell(1, "Units").fill = PatternFill("solid", fgColor="FFFF0000")


def _writes_beside(book: openpyxl.Workbook, place: Place) -> None:
    place.sheet.cell(40, 40).value = 1


def _writes_a_wrong_number(book: openpyxl.Workbook, place: Place) -> None:
    place.cell(1, "Units").value = 4711


def _renames(book: openpyxl.Workbook, place: Place) -> None:
    place.sheet.title = "Else"


@pytest.mark.parametrize("harm", [_loses, _misplaces, _paints, _writes_beside, _writes_a_wrong_number, _renames])
def test_harm_would_be_seen(office, harm):
    """The comparison that these tests rest on fails when a cell, a format, a place or a name is not as it was."""
    office.user.types("Positions", 0, "Note")
    office.refresh()
    before, parts = Picture(office.user.book), parts_of(office.file.path)
    layout = remembering(office.stock.layout(dict(office.file.read().tables)))
    unharmed(before, parts, office.file.path, layout)
    book = openpyxl.load_workbook(office.file.path)
    (sheet,) = [one for one in book.worksheets if "Positions" in one.tables]
    harm(book, Place(sheet, sheet.tables["Positions"], range_boundaries(sheet.tables["Positions"].ref)))
    book.save(office.file.path)
    with pytest.raises(AssertionError):
        unharmed(before, parts, office.file.path, layout)
