"""What people wrote in and around our tables is there after every refresh, or the refresh stops and says where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import ChangedMeanwhile, FolderNotEmpty, InTheWay
from sheets.surfaces.google import sent
from sheets.surfaces.surface import Shown
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text
from tests.excel.given import layout
from tests.google.emulator import Fault
from tests.google.grid import Sheet
from tests.google.in_google import InGoogle
from tests.google.test_meanwhile import typed


@pytest.fixture
def sheet(google) -> InGoogle:
    return InGoogle(google)


def tab(sheet: InGoogle, title: str = "Positions") -> Sheet:
    return sheet.google.books["book"].titled(title)


def shown(sheet: InGoogle) -> Shown:
    found = sheet.read()
    assert found is not None
    return found


def entered(sheet: InGoogle, row: int, column: int, title: str = "Positions") -> object:
    cell = tab(sheet, title).cells.get((row, column), {})
    return next(iter(cell.get("userEnteredValue", {}).values()), None)


def noted(sheet: InGoogle, row: int, column: int, text: str) -> dict:
    start = {"sheetId": tab(sheet).number, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": [{"note": text}]}], "fields": "note"}}


@pytest.mark.parametrize("policy", ["laid anew", "by key", "kept", "appended"])
@pytest.mark.parametrize("column", [0, 1, 4])
def test_words_right_below_a_table_are_no_row_of_it(sheet, policy, column):
    """As many rows: they stay where they are. More rows: the refresh stops and names the cell."""
    sheet.write(layout(4, policy=policy))
    sheet.does(typed(sheet, 7, column, "checked by Ann"))
    sheet.write(layout(4, 100, policy=policy))
    assert entered(sheet, 7, column) == "checked by Ann"
    assert len(shown(sheet).tables["Positions"]) == 4
    with pytest.raises(InTheWay, match=f"{'ABCDE'[column]}8: holds something where the table Positions grows"):
        sheet.write(layout(6, 200, policy=policy))
    assert entered(sheet, 7, column) == "checked by Ann"


def test_rows_that_a_buyer_adds_below_are_rows(sheet):
    """In a buyer's table, where people type the next row."""
    sheet.write(layout(4, policy="buyer"))
    sheet.does(typed(sheet, 7, 0, "SKU-NEW"))
    assert shown(sheet).tables["Positions"]["SKU"].tolist() == [*(f"SKU-{at:04}" for at in range(4)), "SKU-NEW"]


def test_a_note_never_comes_to_another_sku(sheet):
    """Its row leaves the table, another comes: the note keeps its row, and the new SKU has none."""
    sheet.write(layout(5, policy="laid anew"))
    sheet.does(noted(sheet, 7, 4, "about SKU-0004"))
    sheet.write(layout(4, policy="laid anew"))
    other = layout(5, policy="laid anew")
    other.tabs[0].tables[0].column("SKU").values[4] = "SKU-NEW"
    sheet.write(other)
    keys = {entered(sheet, row, 0): row for row in range(3, 12) if entered(sheet, row, 0)}
    notes = {row for (row, column), cell in tab(sheet).cells.items() if column == 4 and cell.get("note")}
    assert len(notes) == 1
    assert keys["SKU-NEW"] not in notes


def test_a_tab_of_the_users_with_a_name_of_ours_is_theirs(sheet):
    """Ours gets another name; not a cell of theirs is touched."""
    sheet.does({"addSheet": {"properties": {"title": "Positions"}}})
    sheet.does(typed(sheet, 2, 0, "my words"), typed(sheet, 3, 0, "and more"))
    sheet.write(layout(4))
    assert [one.title for one in sheet.google.books["book"].sheets] == ["Sheet1", "Positions", "Positions (2)"]
    assert (entered(sheet, 2, 0), entered(sheet, 3, 0)) == ("my words", "and more")
    sheet.write(layout(5, 1))
    assert shown(sheet).tables["Positions"]["Units"].tolist() == [1, 2, 3, 4, 5]


def known(keys: list[str], more: int = 0) -> Layout:
    """A table whose first column of ours is its key, with a buyer's note in each row."""
    columns = (Column("SKU", keys), Column("Gap", [more + at for at, _ in enumerate(keys)], "whole"),
               Column("Note", [None for _ in keys], owner="buyer"))  # fmt: skip
    block = Block(2, 0, Table("Positions", columns, ("SKU",), "laid anew"))
    return Layout((Tab("Positions", (Block(0, 0, Text(f"Refresh {more}", "title")), block)),))


@pytest.mark.parametrize("most", [600, 900, 1_300, 2_000])
@pytest.mark.parametrize("done", range(1, 6))
def test_a_refresh_that_breaks_off_anywhere_loses_no_word(sheet, monkeypatch, most, done):
    """Wherever the parts end while rows move, the next refresh knows each row, with what a buyer wrote in it."""
    keys = [f"SKU-{at}" for at in range(6)]
    sheet.write(known(keys))
    for row in range(6):
        sheet.does(typed(sheet, 3 + row, 2, f"about {row}"))
    monkeypatch.setattr(sent.in_parts, "__defaults__", (most,))
    again = {"addSheet": {"properties": {}}}
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=(again,)) for _ in range(done)]
    sheet.google.faults += [Fault(500, "{}", only="batchUpdate")] * 2
    turned = known(keys[::-1], 100)
    try:
        sheet.write(turned)
    except Exception:
        sheet.google.faults.clear()
        sheet.write(turned)
    frame = shown(sheet).tables["Positions"]
    assert frame["SKU"].tolist() == keys[::-1]
    assert frame["Gap"].tolist() == [100, 101, 102, 103, 104, 105]
    assert frame["Note"].tolist() == [f"about {row}" for row in reversed(range(6))]


def fills(titles: list[str | None]) -> Layout:
    columns = (Column("SKU", [f"S{at}" for at, _ in enumerate(titles)], owner="buyer"),
               Column("Title", titles, owner="buyer", fills=True))  # fmt: skip
    return Layout((Tab("Positions", (Block(2, 0, Table("Positions", columns, ("SKU",), "buyer")),)),))


def test_a_cell_that_a_buyer_fills_meanwhile_is_theirs(sheet):
    """We would have filled it: the refresh begins again, and leaves what they typed."""
    sheet.write(fills([None, "x"]))
    sheet.read()
    sheet.does(typed(sheet, 3, 1, "the buyer's own"))
    with pytest.raises(ChangedMeanwhile):
        sheet.write(fills(["from the system", "x"]))
    sheet.write(fills(["from the system", "x"]))
    assert entered(sheet, 3, 1) == "the buyer's own"


@pytest.mark.parametrize(("row", "column"), [(7, 0), (8, 3), (9, 4), (2, 6), (4, 6)])
def test_words_typed_meanwhile_where_we_will_write_stop_the_batch(sheet, row, column):
    """Rows and a column that come, anywhere in them."""
    sheet.write(layout(4))
    sheet.read()
    whole = layout(7, 100)
    table = whole.tabs[0].tables[0]
    more = replace(table, columns=(*table.columns, Column("Age", [None] * 7)))
    wider = replace(whole, tabs=(replace(whole.tabs[0], blocks=(whole.tabs[0].blocks[0], Block(2, 0, more))),))
    sheet.does(typed(sheet, row, column, "mine"))
    with pytest.raises(ChangedMeanwhile):
        sheet.write(wider)
    assert entered(sheet, row, column) == "mine"


def test_a_text_of_ours_is_not_laid_over_words_typed_meanwhile(sheet):
    """A cell outside tables."""
    sheet.write(layout(4))
    sheet.read()
    sheet.does(typed(sheet, 0, 0, "our heading"))
    with pytest.raises(ChangedMeanwhile):
        sheet.write(layout(4, 100))


@pytest.mark.parametrize("name", ["max_cover", "MAX_COVER"])
def test_a_name_of_the_users_own_is_never_moved(sheet, brand_layout, name):
    """A setting of ours has the same name: the refresh stops before anything is sent."""
    sheet.does({"addNamedRange": {"namedRange": {
        "name": name, "range": {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 5, "startColumnIndex": 0,
                                "endColumnIndex": 1}}}})  # fmt: skip
    sheet.google.calls.clear()
    with pytest.raises(InTheWay, match=f"a named range {name} of your own"):
        sheet.write(brand_layout)
    assert "batchUpdate" not in [called for called, _ in sheet.google.calls]


@pytest.fixture
def brand_layout() -> Layout:
    """A tab whose one setting has a name."""
    columns = (Column("Setting", ["Max Cover"]), Column("Value", [120], "whole", owner="buyer"))
    settings = Table("Settings", columns, ("Setting",), "buyer")
    return Layout((Tab("Settings", (Block(0, 0, settings),)),), {"max_cover": ("Settings", "Max Cover", "Value")})


def test_a_name_that_we_made_is_ours(sheet, brand_layout):
    """A second refresh takes it for granted, and moves it with its cell."""
    sheet.write(brand_layout)
    sheet.google.calls.clear()
    sheet.write(brand_layout)
    assert [called for called, _ in sheet.google.calls] == ["get", "values.batchGet"]


def test_a_heading_stays_when_a_table_is_pasted_elsewhere(sheet):
    """The title stays in its cell, words of the user's where the title would have gone stay too."""
    sheet.write(layout(3))
    there = tab(sheet)
    cells = {at: there.cells.pop(at) for at in list(there.cells) if at[0] >= 2}
    there.cells |= {(row + 10, column): cell for (row, column), cell in cells.items()}
    for one in sheet.google.books["book"].names:
        for edge in ("startRowIndex", "endRowIndex"):
            one["range"][edge] += 10
    sheet.google.books["book"].version = -1
    sheet.does(typed(sheet, 10, 0, "my own heading"))
    sheet.write(layout(3, 100))
    assert (entered(sheet, 0, 0), entered(sheet, 10, 0)) == ("Refresh 100", "my own heading")
    assert shown(sheet).tables["Positions"]["Units"].tolist() == [100, 101, 102]


def test_a_name_without_cells_harms_nothing(sheet):
    """A name of the user's whose cells were deleted."""
    sheet.write(layout(3))
    sheet.google.books["book"].names.append({"name": "old", "namedRangeId": "x"})
    sheet.write(layout(3, 100))
    assert shown(sheet).tables["Positions"]["Units"].tolist() == [100, 101, 102]


@pytest.mark.parametrize(
    ("held", "what"),
    [
        ("note", "something on the tab Sheet1"),
        ("name", "names or marks of an earlier try"),
        ("tab", "a tab Positions, whose name is ours,"),
    ],
)
def test_a_sheet_that_is_not_quite_empty_is_refused(sheet, held, what):
    """A note, a name, a tab that is named like ours: nothing is made, nothing is deleted."""
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}
    sheet.does({
        "note": {"updateCells": {"start": start, "rows": [{"values": [{"note": "mine"}]}], "fields": "note"}},
        "name": {"addNamedRange": {"namedRange": {"name": "mine", "range": area}}},
        "tab": {"addSheet": {"properties": {"title": "Positions"}}},
    }[held])  # fmt: skip
    before = [one.title for one in sheet.google.books["book"].sheets]
    with pytest.raises(FolderNotEmpty, match=what):
        sheet.lay(layout(3))
    assert [one.title for one in sheet.google.books["book"].sheets] == before
