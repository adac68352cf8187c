"""What a refresh lays over cells: colours, choices, warnings, notes, folded columns; what the user changed stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheets.surfaces.google.our_notes import written
from sheets.tabs.layout import Block, Column, Layout, Tab, Table
from tests.google.grid import Sheet
from tests.google.in_google import InGoogle


@pytest.fixture
def sheet(google) -> InGoogle:
    return InGoogle(google)


def made(rows: int, notes: dict[int, str] | None = None) -> Layout:
    skus = [f"S{at}" for at in range(rows)]
    columns = (
        Column("SKU", skus),
        Column("Units", list(range(rows)), "whole", notes=notes or {}),
        Column("Source", ["x"] * rows, shown="folded"),
        Column("Row", list(range(rows)), "whole", shown="hidden"),
        Column("Status", [None] * rows, owner="buyer", choices=("NEW", "KNOWN"), prompt="What you do about it"),
        Column("Place", [None] * rows, owner="buyer", choices="=Places[Place]"),
    )
    places = Table("Places", (Column("Place", ["NJ", "Reno"], owner="buyer"),), ("Place",), "buyer")
    return Layout((Tab("Stock", (Block(2, 0, Table("Stock", columns, ("SKU",), "laid anew")),)),
                   Tab("Places", (Block(0, 0, places),))))  # fmt: skip


def stock(sheet: InGoogle) -> Sheet:
    return sheet.google.books["book"].titled("Stock")


def validations(sheet: Sheet, column: int) -> dict[int, dict]:
    return {row: cell["dataValidation"] for (row, at), cell in sheet.cells.items()
            if at == column and "dataValidation" in cell}  # fmt: skip


def test_choices_are_offered_and_never_forced(sheet):
    """A list, and a range that grows with its table; another word is shown as unusual, and taken."""
    sheet.write(made(3))
    rules = validations(stock(sheet), 4)
    assert min(rules) == 3
    assert max(rules) > 20, "room for rows that come"
    assert rules[3] == {
        "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "NEW"}, {"userEnteredValue": "KNOWN"}]},
        "showCustomUi": True, "strict": False, "inputMessage": "What you do about it",
    }  # fmt: skip
    ranged = validations(stock(sheet), 5)[3]["condition"]
    assert ranged == {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "='Places'!$A$2:$A$503"}]}


def test_a_rule_of_the_users_on_our_column_stays(sheet):
    """A buyer who offers other words keeps them, also in rows that come."""
    sheet.write(made(3))
    own = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "MINE"}]}, "strict": True}
    area = {"sheetId": stock(sheet).number, "startRowIndex": 3, "endRowIndex": 6, "startColumnIndex": 4,
            "endColumnIndex": 5}  # fmt: skip
    sheet.does({"setDataValidation": {"range": area, "rule": own}})
    sheet.write(made(5))
    assert {row: validations(stock(sheet), 4)[row] for row in range(3, 8)} == dict.fromkeys(range(3, 8), own)


def test_our_columns_warn_and_do_not_lock(sheet):
    """Side by side as one range each; they grow with the table; the buyer's columns are free."""
    sheet.write(made(3))
    guarded = stock(sheet).protected
    assert [(one["range"]["startColumnIndex"], one["range"]["endColumnIndex"], one["warningOnly"], one["description"])
            for one in guarded] == [(0, 4, True, "mastersheet: Stock"), (6, 7, True, "mastersheet: Stock")]  # fmt: skip
    assert guarded[0]["range"]["endRowIndex"] == 6
    sheet.write(made(9))
    assert [one["range"]["endRowIndex"] for one in stock(sheet).protected] == [12, 12]


def test_a_warning_that_a_user_took_away_stays_away(sheet):
    """It is theirs to decide."""
    sheet.write(made(3))
    sheet.does({"deleteProtectedRange": {"protectedRangeId": stock(sheet).protected[0]["protectedRangeId"]}})
    sheet.write(made(9))
    assert [one["range"]["startColumnIndex"] for one in stock(sheet).protected] == [6]
    sheet.does({"deleteProtectedRange": {"protectedRangeId": stock(sheet).protected[0]["protectedRangeId"]}})
    sheet.write(made(12))
    assert stock(sheet).protected == []


def test_folded_columns_are_a_closed_group_and_hidden_ones_hidden(sheet):
    """As in a file."""
    sheet.write(made(3))
    columns = stock(sheet).columns
    assert [at for at in range(6) if columns[at].get("hiddenByUser")] == [2, 3]
    assert [
        (one["range"]["startIndex"], one["range"]["endIndex"], one["collapsed"]) for one in stock(sheet).groups
    ] == [(2, 3, True)]


def test_what_a_user_unfolded_stays_open(sheet):
    """A second refresh folds nothing again."""
    sheet.write(made(3))
    group = {**stock(sheet).groups[0], "collapsed": False}
    sheet.does({"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}})
    sheet.write(made(5))
    assert not stock(sheet).columns[2].get("hiddenByUser")


def test_notes_stand_on_their_cells_and_go(sheet):
    """One on each cell that has one, where its row now is; it goes with its reason, and a user's note stays."""
    sheet.write(made(3, {0: "in transit", 1: "mapping"}))

    def notes() -> dict[int, str]:
        return {row: cell["note"] for (row, at), cell in stock(sheet).cells.items() if at == 1 and "note" in cell}

    assert notes() == {3: written("in transit", ""), 4: written("mapping", "")}
    start = {"sheetId": stock(sheet).number, "rowIndex": 5, "columnIndex": 1}
    sheet.does({"updateCells": {"start": start, "rows": [{"values": [{"note": "ask Reno"}]}], "fields": "note"}})
    whole = made(3, {1: "mapping", 2: "late"})
    table = whole.tabs[0].tables[0]
    columns = [replace(one, values=list(one.values)[::-1], notes={2 - at: note for at, note in one.notes.items()})
               for one in table.columns]  # fmt: skip
    block = Block(2, 0, replace(table, columns=tuple(columns)))
    sheet.write(replace(whole, tabs=(replace(whole.tabs[0], blocks=(block,)), whole.tabs[1])))
    assert notes() == {3: "ask Reno", 4: written("mapping", "")}
    sheet.google.calls.clear()


def test_new_rows_look_like_the_last_one(sheet):
    """A format that a user gave a column goes on in rows that come."""
    sheet.write(made(3))
    area = {"sheetId": stock(sheet).number, "startRowIndex": 3, "endRowIndex": 6, "startColumnIndex": 1,
            "endColumnIndex": 2}  # fmt: skip
    sheet.does({"repeatCell": {"range": area, "cell": {"userEnteredFormat": {"textFormat": {"italic": True}}},
                               "fields": "userEnteredFormat.textFormat.italic"}})  # fmt: skip
    sheet.write(made(5))
    looks = [stock(sheet).cells[row, 1]["userEnteredFormat"] for row in range(3, 8)]
    assert [one["textFormat"]["italic"] for one in looks] == [True] * 5
    assert {one["numberFormat"]["pattern"] for one in looks} == {"#,##0"}
