"""A brand's workbook that its buyer changed between two refreshes: a recalculation gives every cached value back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from addin.cli import app
from sheets.surfaces.xlsx_file import XlsxFile


def _sku_gone(book: Workbook) -> None:
    for cell in book["SKUs"][5]:
        cell.value = None


def _tabs_renamed(book: Workbook) -> None:
    book["Positions"].title, book["Daily Check"].title = "My positions", "Today's"


def _location_renamed(book: Workbook) -> None:
    for row in book["Source Map"].iter_rows():
        for cell in row:
            if cell.value == "FBA CA":
                cell.value = "FBA Canada"


def _tab_deleted(book: Workbook) -> None:
    del book["Gaps"]


def _rows_turned(book: Workbook) -> None:
    """The rows of Counts the other way round, as a user sorts them."""
    sheet = book["Counts"]
    area = sheet[sheet.tables["Counts"].ref][1:]
    values = [[cell.value for cell in row] for row in area][::-1]
    for row, line in zip(area, values, strict=True):
        for cell, value in zip(row, line, strict=True):
            cell.value = value


@pytest.fixture(scope="module")
def folder_of_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("brand") / "demo"
    assert CliRunner().invoke(app, ["demo", str(folder)]).exit_code in (0, 3)
    return folder


@pytest.mark.parametrize("edit", [_sku_gone, _tabs_renamed, _location_renamed, _tab_deleted, _rows_turned])
def test_a_changed_workbook_is_made_true_again(
    folder_of_demo: Path, edit: Callable[[Workbook], None], changed_by_recalculation, tmp_path: Path
):
    """After each change the refresh runs, and a forced recalculation gives every cached value of every table back."""
    folder = tmp_path / "demo"
    shutil.copytree(folder_of_demo, folder)
    path = folder / "master.xlsx"
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    done = CliRunner().invoke(app, ["refresh", str(folder)])
    assert done.exit_code in (0, 3), done.output
    assert changed_by_recalculation(path) == []
    shown = XlsxFile(path).read()
    assert shown is not None
    assert shown.tables["Gaps"]["Gap"].notna().sum() > 0


def test_a_cell_that_was_typed_over_is_in_the_log(folder_of_demo: Path, tmp_path: Path):
    """A number of ours that a buyer typed over is replaced; the Log and the command say where and what stood there."""
    folder = tmp_path / "demo"
    shutil.copytree(folder_of_demo, folder)
    path = folder / "master.xlsx"
    book = openpyxl.load_workbook(path)
    header = [cell.value for cell in book["Counts"][4]]
    book["Counts"].cell(5, header.index("On Hand") + 1).value = 999
    key = ", ".join(str(book["Counts"].cell(5, header.index(name) + 1).value) for name in ("SKU", "Location"))
    book.save(path)
    done = CliRunner().invoke(app, ["refresh", str(folder)])
    assert f"Typed over, replaced: Counts {key}: On Hand 999" in done.output
    shown = XlsxFile(path).read()
    assert shown is not None
    log = shown.tables["Log"]
    assert log["Edits Replaced"].tolist() == [None, f"1: Counts {key}: On Hand 999"]
    assert shown.tables["Counts"]["On Hand"].iloc[0] != 999


def test_a_text_and_a_small_table_are_watched_too(folder_of_demo: Path, tmp_path: Path):
    """A title that was typed over and a number in a table that has no room for the hidden column are told as well."""
    path = tmp_path / "master.xlsx"
    shutil.copy(folder_of_demo / "master.xlsx", path)
    book = openpyxl.load_workbook(path)
    book["Start"]["B1"] = "Mine"
    header, first = book["Segments"][book["Segments"].tables["SegmentSummary"].ref][:2]
    first[[cell.value for cell in header].index("No Rate")].value = 5
    book.save(path)
    shown = XlsxFile(path).read()
    assert shown is not None
    assert [edit.line for edit in shown.edits] == ["Start B1: Mine", f"SegmentSummary {first[0].value}: No Rate 5"]


@pytest.mark.parametrize("program", ["openpyxl", "LibreOffice"])
def test_another_programs_saving_is_no_edit(folder_of_demo: Path, libreoffice, program, tmp_path: Path):
    """Nobody typed anything where another program only saved the workbook in its own way."""
    path = folder_of_demo / "master.xlsx"
    if program == "openpyxl":
        book = openpyxl.load_workbook(path)
        path = tmp_path / "master.xlsx"
        book.save(path)
    else:
        path = libreoffice.converted(path, "xlsx")
    shown = XlsxFile(path).read()
    assert shown is not None
    assert shown.edits == ()


def test_the_print_area_follows_the_daily_check(folder_of_demo: Path):
    """What is printed of Daily Check ends with its table, which the first refresh filled."""
    book = openpyxl.load_workbook(folder_of_demo / "master.xlsx")
    sheet = book["Daily Check"]
    rows = sheet.tables["DailyCheck"].ref.partition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert int(rows) > 6
    assert sheet.print_area.endswith(f"${rows}")


def test_a_cost_that_no_program_worked_out_stops_a_refresh(folder_of_demo: Path, tmp_path: Path):
    """A formula of the buyer's without its value would read as an empty cell: the line says which and what to do."""
    folder = tmp_path / "demo"
    shutil.copytree(folder_of_demo, folder)
    path = folder / "master.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["SKUs"]
    header = [cell.value for cell in sheet[4]]
    cell = sheet.cell(6, header.index("Unit Cost") + 1)
    cell.value = "=2*3"
    book.save(path)
    before = path.read_bytes()
    done = CliRunner().invoke(app, ["refresh", str(folder)])
    assert done.exit_code == 2
    line = f"tab SKUs, cell {cell.coordinate}, Unit Cost: holds a formula whose value is not known yet"
    assert " ".join(done.output.split()).count(line) == 1
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right there that few users have")
def test_a_workbook_behind_a_link_stays_there(folder_of_demo: Path, tmp_path: Path):
    """Where the folder holds a link to the workbook, the file behind it is refreshed and backed up; the link stays."""
    folder, shared = tmp_path / "demo", tmp_path / "shared"
    shutil.copytree(folder_of_demo, folder)
    shared.mkdir()
    (folder / "master.xlsx").rename(shared / "acme.xlsx")
    (folder / "master.xlsx").symlink_to(shared / "acme.xlsx")
    before = (shared / "acme.xlsx").read_bytes()
    assert CliRunner().invoke(app, ["refresh", str(folder)]).exit_code in (0, 3)
    assert (folder / "master.xlsx").is_symlink()
    assert (shared / "acme.xlsx").read_bytes() != before
    assert CliRunner().invoke(app, ["restore", str(folder)]).exit_code == 0
    assert (folder / "master.xlsx").is_symlink()
    assert (shared / "acme.xlsx").read_bytes() == before
