"""People work in the workbook between refreshes: in any order of edits and refreshes, nothing of theirs is lost."""

from __future__ import annotations

import zipfile
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from lxml import etree

from connectors.errors import InTheWay
from sheets.surfaces.remembered import remembering
from sheets.tabs.layout import GONE

from .office import TABLES, Office
from .pictures import Picture
from .unharmed import parts_of, unharmed
from .user_days import Days
from .users import Place


def test_nothing_of_a_users_is_lost_or_misplaced_in_any_order_of_edits_and_refreshes():
    """After each refresh every user cell is at its key and header or at its address, and our cells say the layout."""
    many_days = settings(derandomize=True, deadline=None, database=None, max_examples=30, stateful_step_count=12)
    run_state_machine_as_test(Days, settings=many_days)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def _rows(office: Office, table: str) -> int:
    _, top, _, bottom = office.user.at(table).area
    return bottom - top


def _key(place: Place, row: int) -> list[object]:
    return [place.cell(row, header).value for header in ("SKU", "System") if header in place.headers]


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


@pytest.mark.parametrize("table", TABLES)
def test_a_sorted_table_keeps_each_word_at_its_key(office, table):
    """A user sorts a table that they wrote in, twice: what they wrote is on the row of its key each time."""
    header = office.user.adds_column(table, 9)
    said = {
        office.user.types(table, row, header): _key(office.user.at(table), row) for row in range(_rows(office, table))
    }
    for order in ([2, 1, 3, 0], [0, 3, 1]):
        office.user.sorts(table, order)
        office.refresh()
        there = office.user.at(table)
        assert {there.cell(row, header).value: _key(there, row) for row in range(_rows(office, table))} == said


def test_what_is_filtered_and_hidden_stays_so(office):
    """A filter and hidden rows of a table whose rows stay are as they were, and numbers in hidden rows are new."""
    office.user.filters("Positions", 1, "SKU")
    office.user.hides("Setup", 2)
    office.stock.units["A1"] = 49
    after = office.refresh()
    positions = after.tables["Positions"]
    assert after.hidden["Positions"] == {positions.row_at(0), positions.row_at(2), positions.row_at(3)}
    assert after.hidden["Setup"] == {after.tables["Setup"].row_at(2)}
    assert positions.rows[2]["Units"].value == 49
    (one,) = office.user.at("Positions").table.autoFilter.filterColumn
    assert (one.colId, one.filters.filter) == (0, ["a1"])


def test_rows_that_are_inserted_stay_where_they_are(office):
    """A blank row inside a table whose rows stay, with a word in it, stays between the same two keys."""
    office.user.inserts_row_inside("Positions", 0)
    said = office.user.types("Positions", 1, "Note")
    office.changes()
    rows = office.refresh().tables["Positions"].rows
    assert [(row["SKU"].value, row["Note"].value) for row in rows[:3]] == [("007", None), (None, said), ("a1", None)]
    assert rows[1]["Units"].value is None


def test_a_table_is_found_on_a_tab_of_another_name(office):
    """A tab that was renamed and a table that was cut out and inserted elsewhere are refreshed where they are."""
    tab = office.user.renames("Setup")
    said = office.user.types("Setup", 1, "Cost", 12.5)
    office.user.moves_table("Setup", 3)
    area = office.user.at("Setup").area
    now = office.refresh().tables["Setup"]
    assert (now.tab, now.area) == (tab, area)
    assert now.rows[1]["Cost"].value == said


def test_columns_that_changed_places_get_their_own_values(office):
    """Two columns that a user swapped, ours and theirs, hold what their headers say."""
    said = office.user.types("Positions", 3, "Note")
    order = office.user.at("Positions").headers
    office.user.swaps_columns("Positions", order.index("Units"), order.index("Note"))
    office.changes()
    now = office.refresh().tables["Positions"]
    assert now.headers == ["SKU", "Title", "Note", "Twice", "Order?", "Long", "Units", "Written"]
    assert (now.rows[3]["Note"].value, now.rows[3]["Units"].value) == (said, 30)


def test_a_deleted_row_comes_back_at_the_end(office):
    """A row that a user deleted is new again at the next refresh; the words on the other rows are at their keys."""
    said = [office.user.types("Positions", row, "Note") for row in range(4)]
    office.user.deletes_row("Positions", 1)
    rows = office.refresh().tables["Positions"].rows
    there = [(row["SKU"].value, row["Note"].value) for row in rows]
    assert there == [("007", said[0]), ("A1", said[2]), ("=A1", said[3]), ("a1", None)]


def test_a_deleted_column_of_ours_comes_back(office):
    """A column of ours that a user deleted is at the table's right end again, with its values."""
    office.user.deletes_column("Positions", "Units")
    now = office.refresh().tables["Positions"]
    assert now.headers[-1] == "Units"
    assert [row["Units"].value for row in now.rows] == [0, 10, 20, 30]


def test_a_word_where_a_table_grows_stops_the_refresh(office):
    """A word right below a table that must grow stops the refresh; once the user took it away, it is done."""
    office.user.types_below("Gaps", 0, "System")
    office.stock.gaps.append(("b c", "Skubana"))
    with pytest.raises(InTheWay, match="where the table Gaps grows"):
        office.refresh()
    there = office.user.at("Gaps")
    there.sheet.cell(there.area[3] + 1, there.area[0] + 1).value = None
    rows = office.refresh().tables["Gaps"].rows
    assert ("b c", "Skubana") in [(row["SKU"].value, row["System"].value) for row in rows]


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


def _cell(sheet: etree._Element, address: str) -> etree._Element:
    return next(one for one in sheet.iter("{*}c") if one.get("r") == address)


def _loses(sheet: etree._Element) -> None:
    cell = _cell(sheet, "G5")
    cell.remove(cell[0])


def _misplaces(sheet: etree._Element) -> None:
    one, other = _cell(sheet, "G5"), _cell(sheet, "G6")
    other.set("t", str(one.get("t")))
    other.append(one[0])


def _writes_a_wrong_number(sheet: etree._Element) -> None:
    _cell(sheet, "C6")[0].text = "4711"


def _paints(sheet: etree._Element) -> None:
    _cell(sheet, "C6").set("s", str(_cell(sheet, "G7").get("s")))


def _writes_beside(sheet: etree._Element) -> None:
    beside = deepcopy(_cell(sheet, "C6"))
    beside.set("r", "Z6")
    _cell(sheet, "C6").getparent().append(beside)


def _drops_a_link(sheet: etree._Element) -> None:
    for one in list(sheet.iter("{*}hyperlink")):
        one.getparent().remove(one)


def _hides(sheet: etree._Element) -> None:
    _cell(sheet, "C6").getparent().set("hidden", "1")


def _drops_a_rule(sheet: etree._Element) -> None:
    rules = next(sheet.iter("{*}conditionalFormatting"))
    rules.getparent().remove(rules)


def _rewrites(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)


HARMS = [
    (_loses, "gone from the workbook"),
    (_misplaces, r"Positions\[Note\] of"),
    (_writes_a_wrong_number, r"Positions\[Units\] of"),
    (_paints, r"Positions\[Units\] of"),
    (_writes_beside, "Positions"),
    (_drops_a_link, r"Positions\[Note\] of"),
    (_hides, "Positions: hidden rows"),
    (_drops_a_rule, "coloured words"),
]


@pytest.mark.parametrize(("harm", "said"), HARMS)
def test_harm_would_be_seen(office, harm, said):
    """The comparison that these tests rest on fails, and says where, when something is not as it should be."""
    office.user.types("Positions", 0, "Note")
    office.user.colours("Positions", 2, "Note", 0)
    office.user.links("Positions", 3, "Note")
    office.refresh()
    before, parts = Picture(office.user.book), parts_of(office.file.path)
    layout = remembering(office.stock.layout(dict(office.file.read().tables)))
    _rewrites(office.file.path, parts)
    unharmed(before, parts, office.file.path, layout)
    sheet = etree.fromstring(parts["xl/worksheets/sheet2.xml"])
    harm(sheet)
    _rewrites(office.file.path, parts | {"xl/worksheets/sheet2.xml": etree.tostring(sheet)})
    with pytest.raises(AssertionError, match=said):
        unharmed(before, parts, office.file.path, layout)


def test_a_change_of_a_users_own_tab_would_be_seen(office):
    """The comparison fails when a part that is not ours differs in a single blank."""
    tab = office.user.own_tab("Positions", 0, "Units")
    office.refresh()
    before, parts = Picture(office.user.book), parts_of(office.file.path)
    layout = remembering(office.stock.layout(dict(office.file.read().tables)))
    assert before.book.sheetnames[-1] == tab
    _rewrites(office.file.path, parts | {"xl/worksheets/sheet6.xml": parts["xl/worksheets/sheet6.xml"] + b" "})
    with pytest.raises(AssertionError, match=r"xl/worksheets/sheet6\.xml"):
        unharmed(before, parts, office.file.path, layout)
