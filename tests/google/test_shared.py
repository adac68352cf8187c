"""The shared sheet: few calls, one batch, only what changed."""

from __future__ import annotations

import pytest

from tests.excel.given import layout, turned
from tests.google.emulator import Emulator, Fault
from tests.google.in_google import InGoogle


@pytest.fixture
def sheet(google: Emulator) -> InGoogle:
    return InGoogle(google)


def sent(google: Emulator) -> list[dict]:
    return [one for name, body in google.calls if name == "batchUpdate" for one in body["requests"]]


def test_an_empty_spreadsheet_shows_nothing_of_ours(sheet):
    """Before the first write."""
    assert sheet.read() is None


def test_what_is_written_is_read_and_a_second_refresh_sends_nothing(google, sheet):
    """Three reads and one batch; then three reads alone."""
    sheet.write(layout(20))
    shown = sheet.read()
    assert shown is not None
    assert shown.tables["Positions"]["Twice"].tolist() == [2 * at for at in range(20)]
    google.calls.clear()
    assert sheet.read() is not None
    sheet.write(layout(20))
    assert [name for name, _ in google.calls] == ["get", "values.batchGet"]


def test_one_changed_count_sends_one_cell(google, sheet):
    """And nothing else of the table."""
    sheet.write(layout(20))
    one = layout(20)
    values = one.tabs[0].tables[0].column("Units").values
    values[7] = 4711
    google.calls.clear()
    sheet.read()
    sheet.write(one)
    cells = [request["updateCells"] for request in sent(google) if "updateCells" in request]
    assert [[row["values"] for row in each["rows"]] for each in cells if each["range"]["startColumnIndex"] == 1] == [
        [[{"userEnteredValue": {"numberValue": 4711}}]]
    ]
    assert len([name for name, _ in google.calls]) == 4


def test_rows_that_move_take_the_users_cells_along(google, sheet):
    """Google sorts them: what a user typed, or noted in a row stays in it."""
    sheet.write(layout(6, policy="laid anew"))
    number = next(one.number for one in google.books["book"].sheets if one.title == "Positions")
    mine = {
        "userEnteredValue": {"stringValue": "mine"},
        "note": "ask",
        "userEnteredFormat": {"textFormat": {"bold": True}},
    }
    sheet.does(
        {
            "updateCells": {
                "start": {"sheetId": number, "rowIndex": 4, "columnIndex": 4},
                "fields": "*",
                "rows": [{"values": [mine]}],
            }
        }
    )  # SKU-0001's Note
    sheet.write(turned(6, 10))
    cells = google.books["book"].titled("Positions").cells
    assert [cells[row, 0]["userEnteredValue"]["stringValue"] for row in range(3, 9)] == [
        f"SKU-{at:04}" for at in reversed(range(6))
    ]
    assert cells[7, 4]["note"] == "ask"
    assert cells[7, 4]["userEnteredValue"] == {"stringValue": "mine"}  # fmt: skip


@pytest.mark.parametrize("applied", [True, False])
def test_a_write_without_an_answer_is_done_once(google, sheet, applied):
    """The connection broke: a look at the stamp tells whether Google had done it."""
    sheet.write(layout(6))
    google.faults.append(Fault(broken=True, applied=applied, only="batchUpdate"))
    sheet.write(layout(6, 10))
    shown = sheet.read()
    assert shown is not None
    assert shown.tables["Positions"]["Units"].tolist() == [10 + at for at in range(6)]
    assert len([name for name, _ in google.calls if name == "batchUpdate"]) == (2 if applied else 3)


def test_colours_are_ours_and_the_users_rules_stay(google, sheet):
    """Told by our marker; after the table grew they cover its new rows, below those of the user."""
    sheet.write(layout(6))
    sheet_ = google.books["book"].titled("Positions")
    assert len(sheet_.rules) == 2
    own = {"ranges": [{"sheetId": sheet_.number}], "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}
    sheet.does({"addConditionalFormatRule": {"rule": own, "index": 0}})
    sheet.write(layout(9, 1))
    rules = google.books["book"].titled("Positions").rules
    assert rules[0] == own
    assert [rule["ranges"][0]["endRowIndex"] for rule in rules[1:]] == [12, 12]
