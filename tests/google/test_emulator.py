"""The stand-in is strict: what Google refuses, it refuses; what Google moves along, it moves along."""

from __future__ import annotations

from typing import Any

import gspread
import pytest

from tests.google.emulator import ADDRESS, Emulator

BATCH = f"{ADDRESS}/v4/spreadsheets/book:batchUpdate"


@pytest.fixture
def session(google: Emulator):
    google.made("book")
    return google.mounted()


def sent(session, *requests: dict[str, Any]) -> tuple[int, Any]:
    answer = session.post(BATCH, json={"requests": list(requests)})
    return answer.status_code, answer.json()


def cells(row: int, column: int, *values: Any, fields: str = "userEnteredValue") -> dict[str, Any]:
    kinds = {str: "stringValue", float: "numberValue", bool: "boolValue"}
    line = [
        {"userEnteredValue": {"formulaValue" if str(one).startswith("=") else kinds[type(one)]: one}} for one in values
    ]
    return {"updateCells": {"start": {"sheetId": 0, "rowIndex": row, "columnIndex": column},
                            "rows": [{"values": line}], "fields": fields}}  # fmt: skip


def values(session, *ranges: str, render: str = "UNFORMATTED_VALUE") -> list[list[list[Any]]]:
    asked = {"ranges": list(ranges), "valueRenderOption": render}
    answer = session.get(f"{ADDRESS}/v4/spreadsheets/book/values:batchGet", params=asked)
    assert answer.status_code == 200, answer.text
    return [one.get("values", []) for one in answer.json()["valueRanges"]]


REFUSED = {
    "an unknown name": ({"addSheet": {"propertys": {}}}, 'Unknown name "propertys"'),
    "an unknown request": ({"addSheets": {}}, 'Unknown name "addSheets"'),
    "a wrong type": ({"addSheet": {"properties": {"title": 7}}}, "TYPE_STRING"),
    "a truth for a number": ({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": True}}, "TYPE_INT32"),
    "an unknown enum": ({"appendDimension": {"sheetId": 0, "dimension": "LINES", "length": 1}}, "TYPE_ENUM"),
    "a read-only field": ({"addSheet": {"properties": {"dataSourceSheetProperties": {}}}}, "read-only"),
    "two keys": ({"addSheet": {}, "deleteSheet": {"sheetId": 0}}, "must set exactly one field"),
    "no key": ({}, "must set exactly one field"),
    "no fields": ({"updateCells": {"range": {"sheetId": 0}}}, "At least one field must be listed"),
    "an unknown field": ({"updateCells": {"range": {"sheetId": 0}, "fields": "value"}}, "Invalid field selection"),
    "a sheet that is not there": ({"deleteSheet": {"sheetId": 9}}, "No grid with id: 9"),
    "beyond the grid": (cells(1000, 0, "x"), "exceeds grid limits. Max rows: 1000, max columns: 26"),
    "a rule that is not there": ({"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}}, "No conditional format"),
    "two values in a cell": ({"updateCells": {"start": {"sheetId": 0}, "fields": "userEnteredValue", "rows": [
        {"values": [{"userEnteredValue": {"stringValue": "a", "numberValue": 1}}]}]}}, "a value has one type"),
    "too many cells": ({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}}, "the limit of 1"),
    "metadata on two columns": ({"createDeveloperMetadata": {"developerMetadata": {"metadataKey": "a",
        "visibility": "DOCUMENT", "location": {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS",
        "startIndex": 0, "endIndex": 2}}}}}, "one row or column"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_google_refuses_is_refused_and_nothing_of_the_batch_is_done(google, session, what):
    """With 400 and a reason; a request before it in the same batch is undone."""
    request, said = REFUSED[what]
    status, answer = sent(session, cells(0, 0, "kept out"), request)
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert said in answer["error"]["message"]
    assert values(session, "Sheet1") == [[]]


def test_empty_cells_at_the_end_are_left_out_of_an_answer(session):
    """Of rows and of columns; numbers and truths stay what they are; a text of a formula stays a text."""
    sent(session, cells(0, 0, 1.5, True, "=1+1"), cells(2, 1, "x"))
    text = {"userEnteredValue": {"stringValue": "=1+1"}}
    start = {"sheetId": 0, "rowIndex": 3}
    sent(session, {"updateCells": {"start": start, "rows": [{"values": [text]}], "fields": "userEnteredValue"}})
    assert values(session, "Sheet1!A1:D9") == [[[1.5, True, 2], [], ["", "x"], ["=1+1"]]]
    assert values(session, "Sheet1!A1:C1", render="FORMULA") == [[[1.5, True, "=1+1"]]]


def test_metadata_rules_names_and_formulas_follow_a_column_that_moves(google, session):
    """A user drags column B behind D, and inserts a row: everything that points there points there still."""
    made = {
        "metadataKey": "k",
        "metadataValue": "Units",
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}},
    }
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 1, "endColumnIndex": 2}
    rule = {"ranges": [area], "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}
    sent(
        session,
        cells(0, 0, "=SUM(B1:B2)", 4.0, "c", "d"),
        cells(1, 1, 5.0),
        {"createDeveloperMetadata": {"developerMetadata": made}},
        {"addNamedRange": {"namedRange": {"name": "units", "range": area}}},
        {"addConditionalFormatRule": {"rule": rule}},
    )
    source = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    status, _ = sent(
        session,
        {"moveDimension": {"source": source, "destinationIndex": 4}},
        {"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}},
    )
    assert status == 200
    assert values(session, "Sheet1", render="FORMULA") == [[["=SUM(D1:D3)", "c", "d", 4.0], [], ["", "", "", 5.0]]]
    assert values(session, "A1") == [[[9]]]
    book = google.books["book"]
    assert book.metadata[0]["location"]["dimensionRange"]["startIndex"] == 3
    moved = {**area, "startColumnIndex": 3, "endColumnIndex": 4, "endRowIndex": 3}
    assert book.names[0]["range"] == book.sheets[0].rules[0]["ranges"][0] == moved  # fmt: skip


def test_what_stands_in_a_deleted_column_is_gone_with_its_metadata(google, session):
    """Formulas that pointed there say so."""
    made = {
        "metadataKey": "k",
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}},
    }
    sent(session, cells(0, 0, "=B1", 4.0), {"createDeveloperMetadata": {"developerMetadata": made}})
    gone = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    assert sent(session, {"deleteDimension": {"range": gone}})[0] == 200
    assert values(session, "A1", render="FORMULA") == [[["=#REF!"]]]
    assert google.books["book"].metadata == []  # fmt: skip


def test_sorting_takes_formats_notes_and_formulas_along(google, session):
    """By a column's values, empty ones last; a formula looks at its own row still."""
    noted = {"userEnteredValue": {"numberValue": 1}, "note": "ask"}
    sent(
        session,
        cells(0, 0, 3.0, "=A1*2"),
        cells(1, 0, 2.0, "=A2*2"),
        {"updateCells": {"start": {"sheetId": 0, "rowIndex": 3}, "rows": [{"values": [noted]}], "fields": "*"}},
    )
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
    spec = {"dimensionIndex": 0, "sortOrder": "ASCENDING"}
    assert sent(session, {"sortRange": {"range": area, "sortSpecs": [spec]}})[0] == 200
    assert values(session, "Sheet1", render="FORMULA") == [[[1], [2.0, "=A2*2"], [3.0, "=A3*2"]]]
    assert google.books["book"].sheets[0].cells[0, 0]["note"] == "ask"  # fmt: skip


def test_a_field_mask_leaves_what_it_names(session):
    """And is refused where it names what is not there."""
    address = f"{ADDRESS}/v4/spreadsheets/book"
    answer = session.get(address, params={"fields": "sheets(properties(title),data(columnMetadata))"}).json()
    assert list(answer) == ["sheets"]
    assert answer["sheets"][0]["properties"] == {"title": "Sheet1"}
    assert len(answer["sheets"][0]["data"][0]["columnMetadata"]) == 26
    assert session.get(address, params={"fields": "sheets(titles)"}).status_code == 400
    assert session.get(address, params={"field": "sheets"}).status_code == 400


def test_gspread_itself_works_on_it(google, session):
    """The client that people use: its own calls find their routes."""
    book = gspread.Client(auth=None, session=session).open_by_key("book")
    sheet = book.worksheet("Sheet1")
    sheet.resize(rows=5, cols=3)
    assert (sheet.row_count, sheet.col_count) == (5, 3)
    assert [one.title for one in book.worksheets()] == ["Sheet1"]


def test_ranges_of_a_spreadsheet_give_what_cells_show(session):
    """Other sheets are left out; a formula's value or error stands beside what was entered, with the cell's format."""
    form = {"numberFormat": {"type": "DATE", "pattern": "d/m/yyyy"}}
    dated = {"repeatCell": {"range": {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1, "endColumnIndex": 1},
                            "cell": {"userEnteredFormat": form}, "fields": "userEnteredFormat"}}  # fmt: skip
    other = {"addSheet": {"properties": {"title": "Other"}}}
    assert sent(session, other, cells(0, 0, 46300.0, "=1+1", "=1/0"), dated)[0] == 200
    fields = "sheets(properties(title),data(rowData(values(effectiveValue,effectiveFormat))))"
    asked = {"ranges": "'Sheet1'", "fields": fields}
    answer = session.get(f"{ADDRESS}/v4/spreadsheets/book", params=asked)
    line = [{"effectiveValue": {"numberValue": 46300.0}, "effectiveFormat": form},
            {"effectiveValue": {"numberValue": 2}},
            {"effectiveValue": {"errorValue": {"type": "DIVIDE_BY_ZERO"}}}]  # fmt: skip
    assert answer.json() == {"sheets": [{"properties": {"title": "Sheet1"}, "data": [{"rowData": [{"values": line}]}]}]}
    answer = session.get(f"{ADDRESS}/v4/spreadsheets/book", params={**asked, "ranges": "'Gone'"})
    assert (answer.status_code, "Unable to parse range" in answer.text) == (400, True)
