"""Columns and headers, where a user moves, renames, reuses and empties them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import InTheWay
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text
from tests.excel.given import layout, turned
from tests.google.emulator import Fault
from tests.google.grid import Sheet
from tests.google.in_google import InGoogle
from tests.google.test_meanwhile import inserted, typed


@pytest.fixture
def sheet(google) -> InGoogle:
    return InGoogle(google)


def tab(sheet: InGoogle, title: str = "Positions") -> Sheet:
    return sheet.google.books["book"].titled(title)


def said(sheet: Sheet, row: int, column: int) -> object:
    return next(iter(sheet.cells.get((row, column), {}).get("userEnteredValue", {}).values()), None)


def laid(keys: list[str], more: int = 0) -> Layout:
    """A table that is laid anew, as the daily check is: key, a percentage, a buyer's note."""
    columns = (Column("SKU", keys), Column("Share", [0.125 + more] * len(keys), "percent"),
               Column("Note", [None for _ in keys], owner="buyer", choices=("ASKED", "DONE")))  # fmt: skip
    block = Block(2, 0, Table("Positions", columns, ("SKU",), "laid anew"))
    return Layout((Tab("Positions", (Block(0, 0, Text(f"Refresh {more}", "title")), block)),))


def test_words_typed_beside_a_row_stay_beside_their_sku(sheet):
    """A remark in the first free column, without a header, where rows move."""
    sheet.write(layout(6, policy="laid anew"))
    free = 6
    assert said(tab(sheet), 2, free) is None
    sheet.does(typed(sheet, 3, free, "ask Reno about SKU-0000"))
    sheet.write(turned(6, 100))
    (row,) = [row for row in range(2, 20) if said(tab(sheet), row, free) is not None]
    assert said(tab(sheet), row, 0) == "SKU-0000"


def test_an_empty_column_of_a_place_that_is_gone_can_be_used_again(sheet):
    """A location left the map; a user writes a header of their own over its empty column, and words below."""
    whole = layout(3)
    table = whole.tabs[0].tables[0]
    columns = (*table.columns[:2], Column("Reno", [1, 1, 1]), *table.columns[2:])
    blocks = (whole.tabs[0].blocks[0], Block(2, 0, replace(table, columns=columns)))
    sheet.write(replace(whole, tabs=(replace(whole.tabs[0], blocks=blocks),)))
    sheet.write(layout(3))
    sheet.does(typed(sheet, 2, 2, "Ann's remarks"), typed(sheet, 3, 2, "call Reno"), typed(sheet, 4, 2, "wait"))
    sheet.write(layout(3, 10))
    assert [said(tab(sheet), row, 2) for row in (2, 3, 4)] == ["Ann's remarks", "call Reno", "wait"]


def test_a_column_of_a_users_is_not_taken_for_a_new_one_of_ours(sheet):
    """A user has a column Reno of their own; then a location Reno comes: one line asks for another header."""
    sheet.write(layout(3))
    sheet.does(typed(sheet, 2, 6, "Reno"), typed(sheet, 3, 6, "moves in May"))
    whole = layout(3)
    table = replace(whole.tabs[0].tables[0], columns=(*whole.tabs[0].tables[0].columns, Column("Reno", [7, 8, 9])))
    blocks = (whole.tabs[0].blocks[0], Block(2, 0, table))
    with pytest.raises(InTheWay, match="Give yours another header"):
        sheet.write(replace(whole, tabs=(replace(whole.tabs[0], blocks=blocks),)))
    assert said(tab(sheet), 3, 6) == "moves in May"


def test_two_columns_that_were_swapped_by_cut_and_paste_keep_their_numbers(sheet):
    """Marks lie on the columns and stay where they are when cells are cut and pasted."""
    sheet.write(layout(3))
    there = tab(sheet)
    for row in range(2, 6):
        there.cells[row, 1], there.cells[row, 3] = there.cells[row, 3], there.cells[row, 1]
    sheet.google.books["book"].version = -1
    assert (said(there, 2, 1), said(there, 2, 3)) == ("Flag", "Units")
    sheet.write(layout(3, 100))
    headers = {said(tab(sheet), 2, column): said(tab(sheet), 3, column) for column in range(5)}
    assert (headers["Units"], headers["Flag"]) == (100, "OK")


def test_a_header_that_was_emptied_is_told_or_written_again(sheet):
    """It is written again."""
    sheet.write(layout(3))
    start = {"sheetId": tab(sheet).number, "rowIndex": 2, "columnIndex": 1}
    sheet.does({"updateCells": {"start": start, "rows": [{"values": [{}]}], "fields": "userEnteredValue"}})
    sheet.write(layout(3, 100))
    assert said(tab(sheet), 2, 1) == "Units"


def test_a_header_is_whole_after_a_row_came_in_the_last_moment(sheet):
    """The next try puts every number right, and the header that the first one wrote over."""
    sheet.write(layout(6))
    sheet.read()
    sheet.google.faults.append(Fault(only="batchUpdate", meanwhile=(inserted(sheet, "ROWS", 1),)))
    with pytest.raises(Exception, match="somebody worked"):
        sheet.write(layout(6, 100))
    sheet.write(layout(6, 100))
    assert [said(tab(sheet), 3, column) for column in range(5)] == ["SKU", "Units", "Twice", "Flag", "Note"]


def test_rows_of_a_table_with_checkboxes_leave_it(sheet):
    """A box that is not ticked says FALSE, which is no word of a user's."""
    sheet.write(laid(["A", "B", "C"]))
    boxes = [{"values": [{"userEnteredValue": {"boolValue": False}}]} for _ in range(3)]
    sheet.does(typed(sheet, 2, 4, "Done"), {"updateCells": {
        "start": {"sheetId": tab(sheet).number, "rowIndex": 3, "columnIndex": 4}, "rows": boxes,
        "fields": "userEnteredValue"}})  # fmt: skip
    sheet.write(laid(["A", "N"]))
    assert sheet.read().tables["Positions"]["SKU"].tolist() == ["A", "N"]


def test_a_blank_row_below_an_empty_table_can_be_deleted(shared, run, internet):
    """Google keeps the names of its columns, whose cells are gone: others are taken."""
    shared.new()
    run("refresh", shared.brand)
    number = internet.google.books["book"].titled("Demand").number
    area = {"sheetId": number, "dimension": "ROWS", "startIndex": 4, "endIndex": 6}
    InGoogle(internet.google).does({"deleteDimension": {"range": area}})
    result = run("refresh", shared.brand)
    assert result.exit_code == 0, result.stderr
