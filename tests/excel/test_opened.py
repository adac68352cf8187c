"""The workbook that is open in Excel: written as a file is, with few calls, and as it was when Excel refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import xlwings
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection

from connectors.errors import CannotRun, InTheWay
from sheets.surfaces.excel.opened import OpenWorkbook
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Block, Layout, Tab
from tests.excel.engine import installed
from tests.excel.given import layout, turned
from tests.excel.in_excel import opened
from tests.excel.told import Refused, Told
from tests.excel.xlwings_source import missing_names

SETTINGS = ("screen_updating", "enable_events", "display_alerts", "calculation", "status_bar", "interactive")


@pytest.fixture(autouse=True)
def excel(libreoffice) -> Iterator[None]:
    installed(lambda path: libreoffice.converted(path, "xlsx"))
    yield
    Told.refuses = staticmethod(lambda kind, name: False)


def standing(book: xlwings.Book) -> dict[str, object]:
    """What a user would find changed: cells, tables' sizes, names, Excel's settings, where the cursor is."""
    typed = book.impl._typed
    return {
        "cells": {
            (sheet.title, cell.coordinate): cell.value for sheet in typed for row in sheet for cell in row
            if cell.value is not None
        },
        "tables": {table.name: table.ref for sheet in typed for table in sheet.tables.values()},
        "names": {name: one.attr_text for name, one in typed.defined_names.items()},
        "settings": [getattr(book.app.impl, name) for name in SETTINGS],
        "cursor": (
            book.impl._active,
            book.app.impl._selected._address(),
            {title: one._address() for title, one in book.impl._cursor.items()},
            {title: list(one) for title, one in book.impl._sights.items() if one != [1, 1]},
        ),
    }  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "master.xlsx"
    XlsxFile(path).write(layout(20))
    return path


def test_calls_to_excel_do_not_grow_with_rows(tmp_path):
    """A refresh of 2,000 rows, all of which change, asks Excel no more often than one of 20."""
    asked = []
    for rows in (20, 2000):
        path = tmp_path / f"{rows}.xlsx"
        XlsxFile(path).write(layout(rows))
        with opened(path) as book:
            Told.asked.clear()
            OpenWorkbook(book).write(layout(rows, 7))
            asked.append(sum(Told.asked.values()))
    assert asked[0] == asked[1]
    assert asked[0] < 480


def test_a_second_write_of_the_same_types_nothing(made):
    """What stands there already is not typed again: Excel's undo and calculation are left in peace."""
    with opened(made) as book:
        OpenWorkbook(book).write(layout(20, 3))
        Told.asked.clear()
        OpenWorkbook(book).write(layout(20, 3))
    assert [name for name in Told.asked if name[1] in ("formula=", "resize", "add_custom")] == []


def test_excel_is_as_the_user_had_it(made):
    """Calculation, events, painting, the tab in front, the selection and what is in sight are the same after it."""
    with opened(made) as book:
        book.app.calculation = "semiautomatic"
        book.sheets["Positions"].range("B5").select()
        book.app.api.ActiveWindow.ScrollRow = 12
        before = standing(book)
        OpenWorkbook(book).write(layout(26, 3))
        after = standing(book)
        assert (after["settings"], after["cursor"]) == (before["settings"], before["cursor"])
        assert after["cells"] != before["cells"]


def test_whatever_excel_refuses_everything_is_as_it_was(made):
    """Each call to Excel fails once, in turn: cells, tables, names and settings are those of before."""
    with opened(made) as book:
        book.sheets["Positions"].range("B5").select()
        Told.asked.clear()
        OpenWorkbook(book).write(layout(24, 3))
        calls = sum(Told.asked.values())
    assert calls > 100
    refused = 0
    for number in range(0, calls, 3):
        with opened(made) as book:
            book.sheets["Positions"].range("B5").select()
            before = standing(book)
            left = [number]

            def refuses(kind: str, name: str, left: list[int] = left) -> bool:
                left[0] -= 1
                return left[0] == -1

            Told.refuses = staticmethod(refuses)
            try:
                OpenWorkbook(book).write(layout(24, 3))
            except (CannotRun, Refused):
                refused += 1
            else:
                Told.refuses = staticmethod(lambda kind, name: False)
                continue
            Told.refuses = staticmethod(lambda kind, name: False)
            assert standing(book) == before, f"call {number}"
    assert refused > 30


def test_what_stands_where_a_table_grows_is_never_typed_over(made):
    """A note of the user's just below the table stops the refresh before anything is written."""
    with opened(made) as book:
        book.sheets["Positions"].range("B24").formula = "mine"
        before = standing(book)
        with pytest.raises(InTheWay, match="holds something where the table Positions grows"):
            OpenWorkbook(book).write(layout(24, 3))
        assert standing(book) == before


def test_a_missing_table_is_named(made):
    """What the open workbook lacks is laid into the file: one line says how."""
    more = layout(20)
    extra = replace(more.tabs[0].tables[0], name="Gaps")
    both = Layout((more.tabs[0], Tab("Gaps", (Block(0, 0, extra),))))
    with opened(made) as book, pytest.raises(InTheWay, match=r"has no Gaps.*`mastersheet refresh`"):
        OpenWorkbook(book).write(both)


def test_colours_reach_the_rows_that_are_new(made):
    """After the table grew each rule of ours covers all its rows, and says of each its own."""
    with opened(made) as book:
        OpenWorkbook(book).write(layout(24, 3))
        rules = [
            (str(area.sqref), rule.formula[0])
            for area in book.impl._typed["Positions"].conditional_formatting
            for rule in area.rules
        ]
    assert sorted(rules) == [
        ("D4:D27", '($D4="CHECK")*("mastersheet:flag"<>"")'),
        ("D4:D27", '($D4="OK")*("mastersheet:flag"<>"")'),
    ]


def test_every_name_that_is_asked_for_is_in_xlwings_own_engines(made):
    """What this code asks of the stand-in, the engines for Windows and for the Mac have under the same names."""
    with opened(made) as book:
        Told.asked.clear()
        OpenWorkbook(book).read()
        OpenWorkbook(book).write(layout(24, 3))
    assert ("Range", "formula") in Told.asked
    assert missing_names(Told.asked) == {}


def test_what_is_the_users_in_a_row_goes_where_its_key_goes(tmp_path):
    """Rows that change places take along notes, colours and formulas of the user's, and stay hidden."""
    path = tmp_path / "master.xlsx"
    XlsxFile(path).write(layout(6, policy="laid anew"))
    with opened(path) as book:
        sheet = book.impl._typed["Positions"]
        sheet["E5"].value = "my own word"  # the Note of SKU-0001
        sheet["E5"].fill = PatternFill("solid", fgColor="FFCCFFCC")
        sheet["E5"].comment = Comment("ask them", "the buyer")
        sheet["E6"].value = "=B6+1"
        sheet.row_dimensions[7].hidden = True  # SKU-0003
        OpenWorkbook(book).write(turned(6, 10))
        rows = {sheet.cell(row, 1).value: row for row in range(4, 10)}
        assert [rows[f"SKU-{at:04}"] for at in range(6)] == [9, 8, 7, 6, 5, 4]
        mine = sheet.cell(rows["SKU-0001"], 5)
        assert (mine.value, mine.fill.fgColor.rgb, mine.comment.text) == ("my own word", "FFCCFFCC", "ask them")
        assert sheet.cell(rows["SKU-0002"], 5).value == f"=B{rows['SKU-0002']}+1"
        assert [row for row in range(4, 10) if sheet.row_dimensions[row].hidden] == [rows["SKU-0003"]]
        assert sheet.cell(rows["SKU-0001"], 2).value == 11


def test_when_excel_refuses_after_sorting_rows_are_where_they_were(tmp_path):
    """Each call after the rows were sorted fails once, in turn: they go back with all that is in them."""
    path = tmp_path / "master.xlsx"
    XlsxFile(path).write(layout(6, policy="laid anew"))
    with opened(path) as book:
        Told.asked.clear()
        OpenWorkbook(book).write(turned(6, 10))
        calls = sum(Told.asked.values())
    refused = 0
    for number in range(0, calls, 2):
        with opened(path) as book:
            book.impl._typed["Positions"]["E5"].value = "my own word"
            before, left = standing(book), [number]

            def refuses(kind: str, name: str, left: list[int] = left) -> bool:
                left[0] -= 1
                return left[0] == -1

            Told.refuses = staticmethod(refuses)
            try:
                OpenWorkbook(book).write(turned(6, 10))
            except (CannotRun, Refused):
                refused += 1
                Told.refuses = staticmethod(lambda kind, name: False)
                assert standing(book) == before, f"call {number}"
            Told.refuses = staticmethod(lambda kind, name: False)
    assert refused > 50


def test_the_last_refresh_can_be_brought_back(tmp_path):
    """Cells, rows, tables, names and what is the user's in a row are as before; a second time there is nothing to."""
    path, kept = tmp_path / "master.xlsx", tmp_path / "backups" / "last-refresh.json.gz"
    XlsxFile(path).write(layout(6, policy="laid anew"))
    with opened(path) as book:
        sheet = book.impl._typed["Positions"]
        sheet["E5"].value = "my own word"
        sheet["E5"].comment = Comment("ask them", "the buyer")
        sheet.row_dimensions[7].hidden = True
        before = standing(book)
        surface = OpenWorkbook(book, kept=kept)
        surface.write(turned(9, 10))
        assert standing(book)["cells"] != before["cells"]
        OpenWorkbook(book, kept=kept).take_back()
        assert standing(book) == before
        assert sheet["E5"].comment.text == "ask them"
        assert sheet.row_dimensions[7].hidden
        with pytest.raises(CannotRun, match=r"no refresh of the open workbook to take back.*mastersheet restore"):
            surface.take_back()


@pytest.mark.parametrize("change", ["a cell of ours", "the order of rows", "a row more"])
def test_what_was_changed_since_is_never_overwritten_by_bringing_back(tmp_path, change):
    """A workbook that is not as the refresh left it stays as it is, and one line says what is in the way."""
    path, kept = tmp_path / "master.xlsx", tmp_path / "last-refresh.json.gz"
    XlsxFile(path).write(layout(6))
    with opened(path) as book:
        OpenWorkbook(book, kept=kept).write(layout(6, 10))
        sheet = book.sheets["Positions"]
        if change == "a cell of ours":
            sheet.range("B5").formula = 4711
        elif change == "the order of rows":
            sheet.range("A4:A5").formula = [["SKU-0001"], ["SKU-0000"]]
        else:
            sheet.tables["Positions"].resize(sheet.range("A3:E10"))
        before = standing(book)
        with pytest.raises(CannotRun, match="is not as the last refresh left it"):
            OpenWorkbook(book, kept=kept).take_back()
        assert standing(book) == before


def test_what_excel_refuses_while_bringing_back_is_told(tmp_path):
    """Each thing is taken back on its own; one that is refused is said, with what to do."""
    path, kept = tmp_path / "master.xlsx", tmp_path / "last-refresh.json.gz"
    XlsxFile(path).write(layout(6))
    with opened(path) as book:
        before = standing(book)
        OpenWorkbook(book, kept=kept).write(layout(8, 10))
        Told.refuses = staticmethod(lambda kind, name: (kind, name) == ("Table", "resize"))
        with pytest.raises(CannotRun, match=r"could not be brought back as a whole.*Close it without saving"):
            OpenWorkbook(book, kept=kept).take_back()
        Told.refuses = staticmethod(lambda kind, name: False)
        after = standing(book)
        assert after["settings"] == before["settings"]
        assert after["names"] == before["names"]


def test_a_note_alone_keeps_a_row_that_leaves(tmp_path):
    """What somebody wrote on a row of a table laid anew stays in sight though its key is gone."""
    path = tmp_path / "master.xlsx"
    XlsxFile(path).write(layout(6, policy="laid anew"))
    with opened(path) as book:
        sheet = book.impl._typed["Positions"]
        sheet["B9"].comment = Comment("count it again", "the buyer")  # SKU-0005
        OpenWorkbook(book).write(layout(4, policy="laid anew"))
        keys = [sheet.cell(row, 1).value for row in range(4, 10)]
        assert keys == ["SKU-0000", "SKU-0001", "SKU-0002", "SKU-0003", "SKU-0005", None]
        assert sheet["B8"].comment.text == "count it again"


def test_while_a_cell_is_edited_a_refresh_waits_and_then_says_so(made, monkeypatch):
    """Excel refuses everything for a moment: it goes on afterwards; for longer than a while: one line says why."""
    monkeypatch.setattr("sheets.surfaces.excel.busy.WAIT", 0.6)
    with opened(made) as book:
        left = [2]

        def for_a_moment(kind: str, name: str) -> bool:
            left[0] -= name == "screen_updating="
            return name == "screen_updating=" and left[0] >= 0

        Told.refuses = staticmethod(for_a_moment)
        OpenWorkbook(book).write(layout(20, 3))
        before = standing(book)
        Told.refuses = staticmethod(lambda kind, name: name.endswith("="))
        with pytest.raises(CannotRun, match=r"a cell is being edited.*Press Enter or Esc"):
            OpenWorkbook(book).write(layout(20, 4))
        Told.refuses = staticmethod(lambda kind, name: False)
        assert standing(book) == before


def test_a_protected_sheet_is_named_before_anything_is_written(made):
    """Locked cells stop it; where the user unlocked ours, and no row comes or goes, it is written."""
    with opened(made) as book:
        sheet = book.impl._typed["Positions"]
        sheet.protection.sheet = True
        before = standing(book)
        with pytest.raises(InTheWay, match=r"tab Positions: is protected.*Unprotect Sheet"):
            OpenWorkbook(book).write(layout(20, 3))
        assert standing(book) == before
        for row in sheet.iter_rows():
            for cell in row:
                cell.protection = Protection(locked=False)
        OpenWorkbook(book).write(layout(20, 3))
        assert sheet["B4"].value == 3
        with pytest.raises(InTheWay, match="is protected"):
            OpenWorkbook(book).write(layout(21, 3))


def test_merged_cells_where_a_table_grows_are_named(made):
    """Excel takes none into a table: one line says so before anything is written."""
    with opened(made) as book:
        book.impl._typed["Positions"].merge_cells("B25:C25")
        before = standing(book)
        with pytest.raises(InTheWay, match="has merged cells where the table Positions grows"):
            OpenWorkbook(book).write(layout(24, 3))
        assert standing(book) == before


def test_what_cannot_be_kept_for_later_keeps_no_refresh_back(made, tmp_path):
    """No room for the steps: the workbook is written all the same, and bringing back says that there is nothing to."""
    (tmp_path / "file").write_text("in the way of a folder", encoding="utf-8")
    with opened(made) as book:
        surface = OpenWorkbook(book, kept=tmp_path / "file" / "last-refresh.json.gz")
        surface.write(layout(20, 3))
        assert book.impl._typed["Positions"]["B4"].value == 3
        with pytest.raises(CannotRun, match="no refresh of the open workbook to take back"):
            surface.take_back()


def test_steps_that_cannot_be_read_are_named(made, tmp_path):
    """A file that is broken, or of another release: the backups are the way back."""
    kept = tmp_path / "last-refresh.json.gz"
    kept.write_bytes(b"broken")
    with (
        opened(made) as book,
        pytest.raises(CannotRun, match=r"last-refresh.json.gz: cannot be read.*mastersheet restore"),
    ):
        OpenWorkbook(book, kept=kept).take_back()


def test_what_can_be_neither_written_nor_taken_back_is_told(made):
    """Excel refuses from some moment on, for good: the line never says that all is as it was."""
    with opened(made) as book:
        left = [3]

        def refuses(kind: str, name: str) -> bool:
            left[0] -= (kind, name) == ("Range", "formula=")
            return left[0] <= 0 and kind in ("Range", "Table") and name in ("formula=", "resize")

        Told.refuses = staticmethod(refuses)
        with pytest.raises(CannotRun, match=r"nor taken back as a whole .*Close it without saving") as raised:
            OpenWorkbook(book).write(layout(24, 3))
        Told.refuses = staticmethod(lambda kind, name: False)
    assert "what was written is taken back" not in raised.value.line


def test_words_below_a_table_that_became_shorter_stop_bringing_back(tmp_path):
    """They would stand between the rows that come back."""
    path, kept = tmp_path / "master.xlsx", tmp_path / "last-refresh.json.gz"
    XlsxFile(path).write(layout(6, policy="laid anew"))
    with opened(path) as book:
        OpenWorkbook(book, kept=kept).write(layout(4, policy="laid anew"))
        book.sheets["Positions"].range("E9").formula = "my total"
        before = standing(book)
        with pytest.raises(CannotRun, match="is not as the last refresh left it"):
            OpenWorkbook(book, kept=kept).take_back()
        assert standing(book) == before
