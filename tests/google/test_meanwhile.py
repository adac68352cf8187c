"""People work in the sheet while a refresh runs: nothing of theirs is harmed, and no number stands at another SKU."""

from __future__ import annotations

import pytest

from connectors.errors import ChangedMeanwhile
from tests.excel.given import layout, turned
from tests.google.emulator import Fault
from tests.google.hands import HandsOnGoogle
from tests.google.in_google import InGoogle


@pytest.fixture
def sheet(google) -> InGoogle:
    made = InGoogle(google)
    made.write(layout(6))
    return made


def number(sheet: InGoogle) -> int:
    return sheet.google.books["book"].titled("Positions").number


def inserted(sheet: InGoogle, dimension: str, at: int) -> dict:
    area = {"sheetId": number(sheet), "dimension": dimension, "startIndex": at, "endIndex": at + 1}
    return {"insertDimension": {"range": area, "inheritFromBefore": False}}


def typed(sheet: InGoogle, row: int, column: int, text: str) -> dict:
    start = {"sheetId": number(sheet), "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": [{"userEnteredValue": {"stringValue": text}}]}],
                            "fields": "userEnteredValue"}}  # fmt: skip


def sorted_down(sheet: InGoogle) -> dict:
    area = {"sheetId": number(sheet), "startRowIndex": 3, "endRowIndex": 9, "startColumnIndex": 0, "endColumnIndex": 6}
    return {"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}}


WORK = {
    "a row above": lambda sheet: inserted(sheet, "ROWS", 1),
    "a row inside": lambda sheet: inserted(sheet, "ROWS", 5),
    "a column before": lambda sheet: inserted(sheet, "COLUMNS", 0),
    "a column inside": lambda sheet: inserted(sheet, "COLUMNS", 2),
    "another order": sorted_down,
    "another key": lambda sheet: typed(sheet, 4, 0, "SKU-0099"),
    "another header": lambda sheet: typed(sheet, 2, 1, "Pieces"),
    "another name": lambda sheet: {"updateSheetProperties": {
        "properties": {"sheetId": number(sheet), "title": "Stock"}, "fields": "title"}},
    "the tab deleted": lambda sheet: {"deleteSheet": {"sheetId": number(sheet)}},
}  # fmt: skip


@pytest.mark.parametrize("work", WORK)
def test_what_moved_between_reading_and_writing_stops_the_batch(google, sheet, work):
    """Not one cell is sent: the refresh begins again by what stands there now."""
    if work == "the tab deleted":
        sheet.does({"addSheet": {"properties": {"title": "Mine"}}})
    sheet.read()
    sheet.does(WORK[work](sheet))
    google.calls.clear()
    with pytest.raises(ChangedMeanwhile) as changed:
        sheet.write(layout(6, 100))
    assert [name for name, _ in google.calls] == ["getByDataFilter"]
    assert changed.value.where == "Google Sheets" + (", tab Positions" if work != "the tab deleted" else "")


def test_what_people_write_in_cells_that_we_do_not_touch_stops_nothing(google, sheet):
    """A note typed while a refresh runs stands where it was typed."""
    sheet.read()
    sheet.does(typed(sheet, 5, 4, "mine"))
    sheet.write(layout(6, 100))
    shown = sheet.read().tables["Positions"]
    assert shown["Note"].tolist() == [None, None, "mine", None, None, None]
    assert shown["Units"].tolist() == [100, 101, 102, 103, 104, 105]


def test_a_word_typed_where_rows_move_begins_again(google, sheet):
    """Rows of the daily check come and go with what people wrote in them: it must have been read."""
    sheet.write(layout(6, policy="laid anew"))
    sheet.read()
    sheet.does(typed(sheet, 5, 4, "mine"))
    with pytest.raises(ChangedMeanwhile):
        sheet.write(turned(6, 100))
    sheet.write(turned(6, 100))
    assert sheet.read().tables["Positions"]["Note"].tolist() == [None, None, None, "mine", None, None]


def test_a_row_inserted_in_the_last_moment_is_seen_after_the_batch(google, sheet):
    """Between the last look and the batch: the answer shows keys elsewhere, the next try puts every number right."""
    sheet.read()
    google.faults.append(Fault(only="batchUpdate", meanwhile=(inserted(sheet, "ROWS", 1),)))
    with pytest.raises(ChangedMeanwhile):
        sheet.write(layout(6, 100))
    sheet.write(layout(6, 100))
    shown = sheet.read().tables["Positions"]
    assert shown["SKU"].tolist() == [f"SKU-{at:04}" for at in range(6)]
    assert shown["Units"].tolist() == [100, 101, 102, 103, 104, 105]


def test_a_refresh_begins_again_by_itself(shared, internet, run):
    """Somebody inserts a row once: the command ends well, and the number is the next one."""
    shared.new()
    run("refresh", shared.brand)
    counts = internet.google.books["book"].titled("Counts").number
    area = {"sheetId": counts, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    internet.google.faults.append(
        Fault(only="getByDataFilter", meanwhile=({"insertDimension": {"range": area, "inheritFromBefore": False}},))
    )
    result = run("refresh", shared.brand)
    assert (result.exit_code, result.stdout[:10]) == (0, "Refresh 2:")
    assert [name for name, _ in internet.google.calls].count("getByDataFilter") == 3


def test_a_sheet_that_never_rests_is_said(shared, internet, run):
    """After the third time one line; nothing was written, and history keeps no refresh of it."""
    shared.new()
    run("refresh", shared.brand)
    counts = internet.google.books["book"].titled("Counts").number
    area = {"sheetId": counts, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    insert = {"insertDimension": {"range": area, "inheritFromBefore": False}}
    internet.google.faults += [Fault(only="getByDataFilter", meanwhile=(insert,)) for _ in range(3)]
    result = run("refresh", shared.brand)
    assert (result.exit_code, result.stderr) == (
        2, "Google Sheets, tab Counts: somebody worked in it while it was refreshed. Try again in some minutes\n"
    )  # fmt: skip
    assert run("refresh", shared.brand).stdout.startswith("Refresh 2:")


def test_two_users_at_once_keep_their_words(google, sheet):
    """A column of a user's own, rows turned round, a renamed tab: all at once between two refreshes."""
    hands = HandsOnGoogle(sheet, "Positions")
    mine = hands.adds_column({f"SKU-{at:04}": f"about {at}" for at in range(6)})
    hands.shuffles()
    hands.inserts()
    hands.renames()
    sheet.write(layout(6, 100))
    shown = sheet.read().tables["Positions"].set_index("SKU")
    assert shown[mine].tolist() == [f"about {at}" for at in reversed(range(6))]
    assert shown["Units"].tolist() == [105, 104, 103, 102, 101, 100]
