"""Reading the tables of a workbook file that buyers worked in."""

from __future__ import annotations

import zipfile
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest

from connectors.errors import WorkbookOpen, WorkbookUnreadable
from sheets.surfaces.xlsx_new import write_new
from sheets.surfaces.xlsx_read import read_tables


@pytest.fixture
def master(brand, tmp_path: Path) -> Path:
    path = tmp_path / "master.xlsx"
    write_new(brand(), path)
    return path


def _edited(path: Path, edit) -> None:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def test_a_table_is_found_by_name_wherever_it_was_moved(master):
    """A table that a user moved to another place and tab is still read by its name."""

    def edit(book):
        sheet = book["Buyer's setup"]
        table = sheet.tables.pop("Settings")
        other = book.create_sheet("Elsewhere")
        for row in sheet["A1:B4"]:
            for cell in row:
                other.cell(cell.row + 9, cell.column + 4, cell.value)
        table.ref = table.autoFilter.ref = "E10:F13"
        other.add_table(table)

    _edited(master, edit)
    assert read_tables(master).tables["Settings"].to_dict("list") == {
        "Setting": ["Gap %", "Gap Units", "Max Cover"],
        "Value": [0.03, 10, 120],
    }


def test_what_a_user_types_comes_back_as_it_is(master):
    """Dates, times of day, text and numbers that a buyer typed are read as such; an error is an empty cell."""

    def edit(book):
        sheet = book["Positions"]
        for row, value in enumerate([datetime(2026, 10, 5), time(6, 0), "=NA()", "010", True, 7.0], 5):
            sheet[f"M{row}"].number_format = "General"
            sheet[f"M{row}"] = value
        sheet["M8"].data_type = "s"
        sheet["M12"] = "#N/A"
        sheet["M12"].data_type = "e"

    _edited(master, edit)
    read = read_tables(master).tables["Positions"]["Note"].tolist()
    assert read == [datetime(2026, 10, 5), 0.25, None, "010", True, 7, None, None, None]
    assert [type(value) for value in read[3:6]] == [str, bool, int]


def test_blank_rows_are_left_out(master):
    """A row that a user emptied is no row."""

    def edit(book):
        for cell in book["Buyer's setup"][3][:2]:
            cell.value = None

    _edited(master, edit)
    assert read_tables(master).tables["Settings"]["Setting"].tolist() == ["Gap %", "Max Cover"]


def test_a_totals_row_is_no_row(master):
    """The totals row that a user switched on is not read as data."""

    def edit(book):
        sheet = book["Buyer's setup"]
        table = sheet.tables["Settings"]
        table.ref, table.totalsRowCount = "A1:B5", 1
        sheet["A5"], sheet["B5"] = "Total", 130.03

    _edited(master, edit)
    assert len(read_tables(master).tables["Settings"]) == 3


@pytest.mark.parametrize(("lock", "program"), [("~$master.xlsx", "Excel"), (".~lock.master.xlsx#", "LibreOffice")])
def test_an_open_workbook_is_not_read(master, lock, program):
    """While a program holds the workbook its file is not what the buyer sees: refused, naming program and lock file.
    Who wants the last saved state can have it."""
    master.with_name(lock).touch()
    with pytest.raises(WorkbookOpen) as refused:
        read_tables(master)
    assert refused.value.line == (
        f"master.xlsx: is open in {program}. Close it and try again; if nobody has it open, delete {lock}"
    )
    assert len(read_tables(master, even_if_open=True).tables) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a workbook"),
        (b"sku,units\na,1\n", "is not a workbook"),
        (b"PK\x03\x04 cut short", "is not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old .xls kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_line(tmp_path: Path, content, said):
    """A file of another kind, an old or a locked workbook is refused by name, with what to do, never with a trace."""
    path = tmp_path / "master.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookUnreadable, match=said) as refused:
        read_tables(path)
    assert refused.value.line.startswith("master.xlsx: ")
    assert "\n" not in refused.value.line


def test_an_archive_of_something_else_is_refused(tmp_path: Path):
    """A zip file that is no workbook is refused as such."""
    path = tmp_path / "master.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("counts.csv", "sku,units\n")
    with pytest.raises(WorkbookUnreadable, match="an archive of something else"):
        read_tables(path)


def test_a_broken_part_is_refused(master):
    """A workbook one of whose parts is cut short is refused, not half read."""
    with zipfile.ZipFile(master) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(master, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[: len(content) // 2] if "table1" in name else content)
    with pytest.raises(WorkbookUnreadable, match="cannot be read as a workbook"):
        read_tables(master)


def test_an_archive_that_unpacks_beyond_measure_is_refused(tmp_path: Path):
    """A small file that would unpack to hundreds of times its size is refused before it is unpacked."""
    path = tmp_path / "master.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (60 << 20))
    with pytest.raises(WorkbookUnreadable, match="times its size"):
        read_tables(path)


def test_a_lone_cell_far_away_is_refused(master):
    """One cell in the sheet's last corner must not make the reader lay out billions of blank ones."""
    _edited(master, lambda book: book["Positions"].cell(1_048_576, 16_384, "x"))
    with pytest.raises(WorkbookUnreadable, match="Positions"):
        read_tables(master)


def test_a_tab_in_utf_16_is_refused(master):
    """A tab whose part is in UTF-16, which the format allows, is refused by name, and not read as an empty one."""
    with zipfile.ZipFile(master) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["xl/worksheets/sheet2.xml"].decode().replace("UTF-8", "UTF-16", 1)
    parts["xl/worksheets/sheet2.xml"] = text.encode("utf-16")
    with zipfile.ZipFile(master, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    with pytest.raises(WorkbookUnreadable, match="tab Positions is kept in UTF-16"):
        read_tables(master)
