"""Our texts, where a user inserts or deletes rows among them, and where tables above them grow."""

from __future__ import annotations

import pytest

from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text
from tests.google.grid import Sheet
from tests.google.in_google import InGoogle


@pytest.fixture
def sheet(google) -> InGoogle:
    return InGoogle(google)


def tab(sheet: InGoogle, title: str) -> Sheet:
    return sheet.google.books["book"].titled(title)


def said(sheet: Sheet, row: int, column: int) -> object:
    return next(iter(sheet.cells.get((row, column), {}).get("userEnteredValue", {}).values()), None)


def test_words_in_a_row_inserted_among_our_texts_stay(shared, run, internet):
    """A user inserts a row among the figures of the first tab and types into it."""
    shared.new()
    run("refresh", shared.brand)
    start = internet.google.books["book"].sheets[0]
    figures = [row for (row, column) in sorted(start.cells) if column == 1 and row in range(4, 9)]
    at = figures[2]
    google = InGoogle(internet.google)
    area = {"sheetId": start.number, "dimension": "ROWS", "startIndex": at, "endIndex": at + 1}
    google.does({"insertDimension": {"range": area, "inheritFromBefore": False}})
    where = {"sheetId": start.number, "rowIndex": at, "columnIndex": 1}
    google.does(
        {
            "updateCells": {
                "start": where,
                "fields": "userEnteredValue",
                "rows": [{"values": [{"userEnteredValue": {"stringValue": "Ann: call Reno"}}]}],
            }
        }
    )
    assert run("refresh", shared.brand).exit_code == 0
    start = internet.google.books["book"].sheets[0]
    assert "Ann: call Reno" in [next(iter(c.get("userEnteredValue", {}).values()), None) for c in start.cells.values()]


def test_a_row_inserted_among_our_texts_doubles_none(shared, run, internet):
    """Each text is found where it went, and the Log lists no edit that nobody made."""
    shared.new()
    run("refresh", shared.brand)
    start = internet.google.books["book"].sheets[0]
    area = {"sheetId": start.number, "dimension": "ROWS", "startIndex": 6, "endIndex": 7}
    InGoogle(internet.google).does({"insertDimension": {"range": area, "inheritFromBefore": False}})
    result = run("refresh", shared.brand)
    start = internet.google.books["book"].sheets[0]
    assert [said(start, row, 1) for row in range(12)].count("brand") == 1
    assert [said(start, row, 1) for row in range(12)].count("Today") == 1
    assert "Typed over" not in result.stderr


@pytest.mark.parametrize(("title", "row"), [("Log", 0), ("Daily Check", 0), ("Start", 0), ("Start", 5)])
def test_a_row_of_our_texts_that_a_user_deletes_stops_no_refresh(shared, run, internet, title, row):
    """A title, or a line of the first tab that nobody needs: it stays away."""
    shared.new()
    run("refresh", shared.brand)
    number = internet.google.books["book"].titled(title).number
    area = {"sheetId": number, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    InGoogle(internet.google).does({"deleteDimension": {"range": area}})
    run("refresh", shared.brand)
    result = run("refresh", shared.brand)
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("more", [2, 3])
def test_texts_below_a_table_that_grows_stay_in_their_order(sheet, more):
    """The first tab, once two systems more are mapped."""

    def start(many: int) -> Layout:
        systems = Table("Systems", (Column("System", [f"S{at}" for at in range(many)]),), ("System",), "laid anew")
        words = [Block(many + 4 + at, 1, Text(one, "label")) for at, one in enumerate(WORDS)]
        return Layout((Tab("Start", (Block(0, 1, Text("brand", "title")), Block(2, 1, systems), *words)),))

    sheet.write(start(3))
    sheet.write(start(3 + more))
    assert [one for row in range(30) if (one := said(tab(sheet, "Start"), row, 1)) in WORDS] == list(WORDS)


WORDS = ("What the words mean", "OK", "TIMING", "CHECK", "HOLD")
