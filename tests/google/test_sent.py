"""Refreshes too large for one batch, and for a spreadsheet."""

from __future__ import annotations

import json

import pytest

from connectors.errors import CannotRun
from sheets.surfaces.google import sent
from sheets.surfaces.google.sent import UNDER_WAY, in_parts
from tests.excel.given import layout
from tests.google.emulator import Fault
from tests.google.in_google import InGoogle


@pytest.fixture
def sheet(google, monkeypatch) -> InGoogle:
    """Every batch takes 6 kB alone."""
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    return InGoogle(google)


def batches(sheet: InGoogle) -> list[dict]:
    return [body for name, body in sheet.google.calls if name == "batchUpdate"]


def title(sheet: InGoogle) -> str:
    return sheet.google.books["book"].titled("Positions").cells[0, 0]["userEnteredValue"]["stringValue"]


def test_parts_are_as_large_as_may_be_and_hold_every_cell():
    """Cells that are too many for one are cut by rows, each row once and in its place."""
    area = {"sheetId": 1, "startRowIndex": 10, "endRowIndex": 110, "startColumnIndex": 0, "endColumnIndex": 1}
    rows = [{"values": [{"userEnteredValue": {"numberValue": at}}]} for at in range(100)]
    other = {"appendDimension": {"sheetId": 1, "dimension": "ROWS", "length": 1}}
    cells = {"updateCells": {"range": area, "rows": rows, "fields": "userEnteredValue"}}
    parts = list(in_parts([other, cells, other], 1_000))
    assert max(sum(len(json.dumps(one)) for one in part) for part in parts) <= 1_000
    assert [parts[0][0], parts[-1][-1]] == [other, other]
    found = {}
    for part in parts:
        for one in part:
            if "updateCells" in one:
                top = one["updateCells"]["range"]["startRowIndex"]
                assert one["updateCells"]["range"]["endRowIndex"] - top == len(one["updateCells"]["rows"])
                found |= {top + at: row for at, row in enumerate(one["updateCells"]["rows"])}
    assert found == dict(enumerate(rows, 10))


def test_a_large_refresh_ends_with_the_right_words(sheet):
    """Several batches; afterwards everything stands as one would have laid it."""
    sheet.write(layout(60))
    assert len(batches(sheet)) > 3
    assert title(sheet) == "Refresh 0"
    shown = sheet.read()
    assert shown is not None
    assert shown.tables["Positions"]["Twice"].tolist() == [2 * at for at in range(60)]
    assert shown.edits == ()


@pytest.mark.parametrize("part", [2, 3, 4])
def test_what_breaks_off_between_is_said_in_the_sheet_and_mended(sheet, part):
    """A reader sees that it is under way; the next refresh puts all right and takes nothing for an edit."""
    sheet.write(layout(60))
    refused = Fault(500, "{}", only="batchUpdate")
    sheet.google.calls.clear()
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},)) for _ in range(part - 1)]
    sheet.google.faults += [refused, refused]
    with pytest.raises(CannotRun, match="was not written"):
        sheet.write(layout(150, 1000))
    assert title(sheet) == UNDER_WAY
    shown = sheet.read()
    assert shown is not None
    assert shown.edits == ()
    sheet.write(layout(150, 1000))
    assert title(sheet) == "Refresh 1000"
    table = sheet.read().tables["Positions"]
    assert table["SKU"].tolist() == [f"SKU-{at:04}" for at in range(150)]
    assert table["Units"].tolist() == [1000 + at for at in range(150)]
    assert [one["name"] for one in sheet.google.books["book"].names].count("mastersheet_Positions") == 1


def test_a_first_refresh_that_breaks_off_is_mended(sheet):
    """Tabs that were made already are not made again."""
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},))]
    refused = Fault(500, "{}", only="batchUpdate")
    sheet.google.faults += [refused, refused]
    with pytest.raises(CannotRun):
        sheet.write(layout(60))
    sheet.write(layout(60))
    titles = [one.title for one in sheet.google.books["book"].sheets]
    assert titles.count("Positions") == 1
    assert sheet.read().tables["Positions"]["Units"].tolist() == list(range(60))


def test_more_cells_than_google_allows_are_refused_before_anything_is_sent(google):
    """With the largest tab, and what to do."""
    made = InGoogle(google)
    made.does({"updateSheetProperties": {
        "properties": {"sheetId": 0, "gridProperties": {"rowCount": 99_990, "columnCount": 100}},
        "fields": "gridProperties(rowCount,columnCount)"}})  # fmt: skip
    google.calls.clear()
    with pytest.raises(CannotRun) as refused:
        made.write(layout(60))
    assert "Google allows 10,000,000" in refused.value.line
    assert "Sheet1 has 99,990 x 100" in refused.value.line
    assert "batchUpdate" not in [name for name, _ in google.calls]
