"""Rows out of sight, and refreshes that break off: nobody's words, filter or hidden rows are lost."""

from __future__ import annotations

import pytest

from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text
from tests.excel.given import layout
from tests.google.grid import Sheet
from tests.google.in_google import InGoogle
from tests.google.test_meanwhile import typed


@pytest.fixture
def sheet(google) -> InGoogle:
    return InGoogle(google)


def tab(sheet: InGoogle, title: str = "Positions") -> Sheet:
    return sheet.google.books["book"].titled(title)


def laid(keys: list[str], more: int = 0) -> Layout:
    """A table that is laid anew, as the daily check is: key, a percentage, a buyer's note."""
    columns = (Column("SKU", keys), Column("Share", [0.125 + more] * len(keys), "percent"),
               Column("Note", [None for _ in keys], owner="buyer", choices=("ASKED", "DONE")))  # fmt: skip
    block = Block(2, 0, Table("Positions", columns, ("SKU",), "laid anew"))
    return Layout((Tab("Positions", (Block(0, 0, Text(f"Refresh {more}", "title")), block)),))


def hidden(sheet: InGoogle) -> list[int]:
    return [row for row, one in enumerate(tab(sheet).rows) if one.get("hiddenByUser")]


@pytest.mark.parametrize("policy", ["laid anew", "kept"])
def test_hidden_rows_below_a_table_stop_no_refresh(sheet, policy):
    """A user hides the blank rows below; SKUs come: their rows are in sight, the rest stays hidden."""
    sheet.write(layout(4, policy=policy))
    area = {"sheetId": tab(sheet).number, "dimension": "ROWS", "startIndex": 7, "endIndex": 60}
    sheet.does({"updateDimensionProperties": {"range": area, "properties": {"hiddenByUser": True},
                                              "fields": "hiddenByUser"}})  # fmt: skip
    whole = layout(6, 100, policy=policy)
    sheet.write(whole)
    assert sheet.read().tables["Positions"]["SKU"].tolist() == [f"SKU-{at:04}" for at in range(6)]
    assert hidden(sheet) == list(range(9, 60))


def test_hidden_rows_below_a_table_that_keeps_its_size_stop_no_refresh(sheet):
    """The same where one SKU leaves and one comes: words stay with their SKU."""
    sheet.write(laid(["A", "B", "C"]))
    area = {"sheetId": tab(sheet).number, "dimension": "ROWS", "startIndex": 6, "endIndex": 60}
    sheet.does({"updateDimensionProperties": {"range": area, "properties": {"hiddenByUser": True},
                                              "fields": "hiddenByUser"}})  # fmt: skip
    sheet.does(typed(sheet, 4, 2, "about B"))
    sheet.write(laid(["N", "B", "C"]))
    frame = sheet.read().tables["Positions"]
    assert frame[["SKU", "Note"]].values.tolist() == [["N", None], ["B", "about B"], ["C", None]]
    assert hidden(sheet) == list(range(6, 60))
