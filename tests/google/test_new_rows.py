"""Rows that come into a table look as the others, and bring nothing along that was about other rows."""

from __future__ import annotations

import pytest

from sheets.surfaces.marks import NOTE
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text
from tests.google.grid import Sheet
from tests.google.in_google import InGoogle

YELLOW = {"rgbColor": {"red": 1, "green": 1}}


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


def row_of(sheet: InGoogle, key: str) -> int:
    return next(row for row in range(3, 40) if said(tab(sheet), row, 0) == key)


def fill(sheet: InGoogle, row: int, columns: int = 3) -> dict:
    area = {"sheetId": tab(sheet).number, "startRowIndex": row, "endRowIndex": row + 1, "startColumnIndex": 0,
            "endColumnIndex": columns}  # fmt: skip
    return {"repeatCell": {"range": area, "cell": {"userEnteredFormat": {"backgroundColorStyle": YELLOW}},
                           "fields": "userEnteredFormat.backgroundColorStyle"}}  # fmt: skip


def yellow(sheet: InGoogle) -> list[object]:
    return [
        said(tab(sheet), row, 0)
        for row in range(3, 40)
        if tab(sheet).cells.get((row, 0), {}).get("userEnteredFormat", {}).get("backgroundColorStyle") == YELLOW
    ]


def test_a_new_sku_that_takes_the_place_of_another_looks_like_the_rest(sheet):
    """Where one leaves the daily check and one comes, the new row has formats and choices as the others."""
    sheet.write(laid(["A", "B", "C"]))
    sheet.write(laid(["A", "N", "C"]))
    cell = tab(sheet).cells[row_of(sheet, "N"), 1]
    assert cell.get("userEnteredFormat", {}).get("numberFormat") == {"type": "PERCENT", "pattern": "0.0%"}


def test_a_new_sku_in_the_middle_looks_like_the_rest(sheet):
    """It comes between others, since the daily check is sorted by money."""
    sheet.write(laid(["A", "B", "C"]))
    sheet.write(laid(["A", "N", "B", "C"]))
    cell = tab(sheet).cells[row_of(sheet, "N"), 1]
    assert cell.get("userEnteredFormat", {}).get("numberFormat") == {"type": "PERCENT", "pattern": "0.0%"}


def test_a_colour_stays_with_its_sku_when_another_comes(sheet):
    """A new one above it changes nothing of how it was painted."""
    sheet.write(laid(["A", "B", "C"]))
    sheet.does(fill(sheet, row_of(sheet, "C")))
    sheet.write(laid(["N", "A", "B", "C"]))
    assert yellow(sheet) == ["C"]


def test_a_colour_does_not_come_to_a_sku_that_nobody_painted(sheet):
    """The last row but one is painted, and a new one comes above."""
    sheet.write(laid(["A", "B", "C"]))
    sheet.does(fill(sheet, row_of(sheet, "B")))
    sheet.write(laid(["N", "A", "B", "C"]))
    assert yellow(sheet) == ["B"]


def test_a_colour_of_a_sku_that_left_does_not_come_to_another(sheet):
    """A row is painted green for 'done' and leaves; the next that comes is not."""
    sheet.write(laid(["A", "B", "C", "D"]))
    sheet.does(fill(sheet, row_of(sheet, "B")))
    sheet.write(laid(["A", "C", "D"]))
    sheet.write(laid(["N", "A", "C", "D"]))
    assert yellow(sheet) == []


def test_a_note_below_a_table_does_not_come_to_a_sku(sheet):
    """One leaves, one comes, and the note on the blank cell right below stays there."""
    sheet.write(laid(["A", "B", "C"]))
    start = {"sheetId": tab(sheet).number, "rowIndex": 6, "columnIndex": 2}
    sheet.does({"updateCells": {"start": start, "rows": [{"values": [{"note": "Ann checks these"}]}],
                                "fields": "note"}})  # fmt: skip
    sheet.write(laid(["N", "B", "C"]))
    assert "note" not in tab(sheet).cells.get((row_of(sheet, "N"), 2), {})


def test_lines_that_a_user_adds_to_our_note_stay(sheet):
    """A cell has one note in Google: what is written below ours in it stays, also when ours changes."""

    def noted(units: int) -> Layout:
        columns = (Column("SKU", ["A"]), Column("Units", [units], "whole", notes={0: f"in transit {units}"}))
        return Layout((Tab("Positions", (Block(2, 0, Table("Positions", columns, ("SKU",), "laid anew")),)),))

    sheet.write(noted(1))
    ours = tab(sheet).cells[3, 1]["note"]
    assert ours.startswith(NOTE)
    start = {"sheetId": tab(sheet).number, "rowIndex": 3, "columnIndex": 1}
    mine = f"{ours}\nAnn: Reno confirmed 24 on the truck"
    sheet.does({"updateCells": {"start": start, "rows": [{"values": [{"note": mine}]}], "fields": "note"}})
    sheet.write(noted(1))
    assert "Ann: Reno confirmed" in tab(sheet).cells[3, 1]["note"]


def test_a_row_below_a_buyers_table_takes_a_code_to_the_letter(sheet):
    """The cell below is formatted as text, so that 007 stays 007."""
    columns = (Column("SKU", ["001", "002"], owner="buyer"), Column("Title", ["a", "b"], owner="buyer"))
    sheet.write(Layout((Tab("SKUs", (Block(2, 0, Table("SKUs", columns, ("SKU",), "buyer")),)),)))
    cells = tab(sheet, "SKUs").cells
    assert cells[4, 0]["userEnteredFormat"]["numberFormat"]["type"] == "TEXT"
    assert cells.get((5, 0), {}).get("userEnteredFormat", {}).get("numberFormat", {}).get("type") == "TEXT"
