"""Rows out of sight, and refreshes that break off: nobody's words, filter or hidden rows are lost."""

from __future__ import annotations

import pytest

from connectors.errors import CannotRun, ChangedMeanwhile
from sheets.surfaces.google import put_aside, sent
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text
from tests.excel.given import layout, turned
from tests.google.emulator import Fault
from tests.google.grid import Sheet
from tests.google.in_google import InGoogle
from tests.google.test_meanwhile import inserted, typed
from tests.google.test_users_words import fills


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


def test_a_large_refresh_does_not_write_over_the_first_cell(sheet, monkeypatch):
    """A user deleted the title rows of the first tab: no cell says "Refresh under way", and A1, a header now, stays."""
    sheet.write(layout(60))
    rows = {"sheetId": tab(sheet).number, "dimension": "ROWS", "startIndex": 0, "endIndex": 2}
    sheet.does({"deleteDimension": {"range": rows}})
    assert said(tab(sheet), 0, 0) == "SKU"
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    sheet.write(layout(60, 1000))
    assert said(tab(sheet), 0, 0) == "SKU"


def test_a_column_that_comes_in_the_last_moment_is_seen(sheet):
    """Between the last look and the batch a user inserts a column right of the key: the next try puts all right."""
    sheet.write(layout(6))
    sheet.read()
    sheet.google.faults.append(Fault(only="batchUpdate", meanwhile=(inserted(sheet, "COLUMNS", 1),)))
    with pytest.raises(ChangedMeanwhile):
        sheet.write(layout(6, 100))
    sheet.write(layout(6, 100))
    shown = sheet.read().tables["Positions"]
    assert shown["Units"].tolist() == [100, 101, 102, 103, 104, 105]


def in_parts_with(sheet: InGoogle, monkeypatch, most: int, *between: dict) -> None:
    """A refresh of several batches; between the first and the second a user works in it."""
    monkeypatch.setattr(sent.in_parts, "__defaults__", (most,))
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},)),
                            Fault(only="batchUpdate", meanwhile=between)]  # fmt: skip


def test_words_typed_between_two_batches_are_not_lost(sheet, monkeypatch):
    """A large refresh goes in many batches and takes minutes: what a buyer types meanwhile in a cell that we fill
    stays, and the refresh begins again."""
    sheet.write(fills([None] * 150))
    sheet.read()
    in_parts_with(sheet, monkeypatch, 6_000, typed(sheet, 152, 1, "the buyer's own"))
    whole = fills([f"from the system {at}" for at in range(150)])
    with pytest.raises(ChangedMeanwhile):
        sheet.write(whole)
    assert said(tab(sheet), 152, 1) == "the buyer's own"
    sheet.write(whole)
    assert said(tab(sheet), 151, 1) == "from the system 148"
    assert said(tab(sheet), 152, 1) == "the buyer's own"


def test_a_column_deleted_between_two_batches_costs_no_words(sheet, monkeypatch):
    """A user deletes a column left of Note while a large refresh is under way: not one note is written over."""
    sheet.write(layout(100))
    sheet.does(*(typed(sheet, 3 + row, 4, f"note {row}") for row in range(100)))
    whole = layout(100, 1000)
    flags = whole.tabs[0].tables[0].column("Flag").values
    flags[:] = ["CHECK" if at % 3 else "OK" for at in range(100)]
    area = {"sheetId": tab(sheet).number, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    sheet.read()
    in_parts_with(sheet, monkeypatch, 4_000, {"deleteDimension": {"range": area}})
    with pytest.raises(ChangedMeanwhile):
        sheet.write(whole)
    assert [said(tab(sheet), 3 + row, 3) for row in range(100)] == [f"note {row}" for row in range(100)]


@pytest.mark.parametrize("done", [1, 2, 3])
def test_a_filter_survives_a_large_refresh_that_breaks_off(sheet, monkeypatch, done):
    """It was put aside for rows to move: the next refresh puts it back, and keeps it in mind no longer."""
    sheet.write(layout(60, policy="laid anew"))
    area = {"sheetId": tab(sheet).number, "startRowIndex": 2, "endRowIndex": 63, "startColumnIndex": 0,
            "endColumnIndex": 5}  # fmt: skip
    sheet.does({"setBasicFilter": {"filter": {"range": area}}})
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},))] * done
    sheet.google.faults += [Fault(500, "{}", only="batchUpdate")] * 2
    with pytest.raises(CannotRun, match=f"part {done + 1} of . was not written"):
        sheet.write(turned(60, 100))
    sheet.write(turned(60, 100))
    assert tab(sheet).basic_filter is not None
    assert tab(sheet).basic_filter["range"]["endRowIndex"] == 63
    assert "mastersheet.aside" not in [each["metadataKey"] for each in sheet.google.books["book"].metadata]


@pytest.mark.parametrize("done", [1, 2, 3])
def test_hidden_rows_survive_a_large_refresh_that_breaks_off(sheet, monkeypatch, done):
    """The same of rows that a user hid: the same SKUs are out of sight, and no others."""
    sheet.write(layout(60, policy="laid anew"))
    area = {"sheetId": tab(sheet).number, "dimension": "ROWS", "startIndex": 5, "endIndex": 7}
    sheet.does({"updateDimensionProperties": {"range": area, "properties": {"hiddenByUser": True},
                                              "fields": "hiddenByUser"}})  # fmt: skip
    stood = [said(tab(sheet), row, 0) for row in hidden(sheet)]
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},))] * done
    sheet.google.faults += [Fault(500, "{}", only="batchUpdate")] * 2
    with pytest.raises(CannotRun, match=f"part {done + 1} of . was not written"):
        sheet.write(turned(60, 100))
    sheet.write(turned(60, 100))
    assert {said(tab(sheet), row, 0) for row in hidden(sheet)} == set(stood)


def test_what_was_put_aside_comes_back_where_rows_moved_since(sheet, monkeypatch):
    """A user inserts a row above after a large refresh broke off: filter and hidden rows go along with the table."""
    sheet.write(layout(60, policy="laid anew"))
    area = {"sheetId": tab(sheet).number, "startRowIndex": 2, "endRowIndex": 63, "startColumnIndex": 0,
            "endColumnIndex": 5}  # fmt: skip
    rows = {"sheetId": tab(sheet).number, "dimension": "ROWS", "startIndex": 5, "endIndex": 7}
    sheet.does({"setBasicFilter": {"filter": {"range": area}}},
               {"updateDimensionProperties": {"range": rows, "properties": {"hiddenByUser": True},
                                              "fields": "hiddenByUser"}})  # fmt: skip
    stood = [said(tab(sheet), row, 0) for row in hidden(sheet)]
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},))] * 2
    sheet.google.faults += [Fault(500, "{}", only="batchUpdate")] * 2
    with pytest.raises(CannotRun, match=r"part 3 of . was not written") as broken:
        sheet.write(turned(60, 100))
    assert broken.value.partly
    sheet.does(inserted(sheet, "ROWS", 1))
    sheet.write(turned(60, 100))
    assert tab(sheet).basic_filter is not None
    there = tab(sheet).basic_filter["range"]
    assert (there["startRowIndex"], there["endRowIndex"]) == (3, 64)
    assert {said(tab(sheet), row, 0) for row in hidden(sheet)} == set(stood)


def test_an_answer_that_is_lost_between_two_batches_stops_nothing(sheet, monkeypatch):
    """Its batch was done: what stands there is looked at, and the next one goes on."""
    sheet.write(layout(60))
    sheet.does(typed(sheet, 5, 4, "mine"))
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    sheet.google.faults.append(Fault(only="batchUpdate", applied=True, broken=True))
    sheet.write(layout(90, 1000))
    shown = sheet.read().tables["Positions"]
    assert shown["Units"].tolist() == [1000 + at for at in range(90)]
    assert shown["Note"].tolist()[2] == "mine"


def test_more_hidden_rows_than_metadata_takes_stop_no_refresh(sheet, monkeypatch):
    """The filter is remembered alone: hidden rows stay in sight where it breaks off, and all else is put right."""
    sheet.write(layout(60, policy="laid anew"))
    area = {"sheetId": tab(sheet).number, "startRowIndex": 2, "endRowIndex": 63, "startColumnIndex": 0,
            "endColumnIndex": 5}  # fmt: skip
    rows = {"sheetId": tab(sheet).number, "dimension": "ROWS", "startIndex": 5, "endIndex": 55}
    sheet.does({"setBasicFilter": {"filter": {"range": area}}},
               {"updateDimensionProperties": {"range": rows, "properties": {"hiddenByUser": True},
                                              "fields": "hiddenByUser"}})  # fmt: skip
    monkeypatch.setattr(sent.in_parts, "__defaults__", (6_000,))
    monkeypatch.setattr(put_aside, "_MOST", 5_600)
    sheet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},))] * 2
    sheet.google.faults += [Fault(500, "{}", only="batchUpdate")] * 2
    with pytest.raises(CannotRun, match="was not written"):
        sheet.write(turned(60, 100))
    sheet.write(turned(60, 100))
    assert (tab(sheet).basic_filter is not None, hidden(sheet)) == (True, [])
    assert sheet.read().tables["Positions"]["Units"].tolist() == [100 + at for at in reversed(range(60))]
