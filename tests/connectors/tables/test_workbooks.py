"""Workbooks as rows of text, and the ones that are not opened."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from connectors.errors import BadCell, CannotRead, HeaderChanged, NothingInIt
from connectors.workbook_rows import read_workbook


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """book({sheet: rows}): a workbook with these sheets."""

    def write(sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "strings_to_numbers": False}) as file:
            for name, rows in sheets.items():
                sheet = file.add_worksheet(name)
                for number, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        write_one = sheet.write_string if isinstance(cell, str) else sheet.write
                        if cell != "":
                            write_one(number, place, cell)
                sheet.activate()
            for name in hidden:
                file.get_worksheet_by_name(name).hide()
        return path

    return write


def changed(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same archive with something replaced in one part."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return path


def test_cells_are_text_as_they_stand(book):
    """Whole numbers lose their .0, dates and booleans have one form, text is not touched."""
    row = ["007", "1E5", "=A1", 12.0, 1.5, 4006381333931, dt.date(2026, 10, 5), dt.datetime(2026, 10, 5, 13, 5), True]
    path = book({"Stock": [[f"c{number}" for number in range(9)], row]})
    rows = read_workbook(path, "book.xlsx")
    assert rows.cells.iloc[0].tolist() == [
        "007", "1E5", "=A1", "12", "1.5", "4006381333931", "2026-10-05", "2026-10-05T13:05:00", "TRUE",
    ]  # fmt: skip


def test_blank_rows_and_columns_beyond_the_header_are_left_out(book):
    """Blank rows are skipped, lines are the sheet's row numbers, cells right of the header are not read."""
    rows = read_workbook(book({"S": [[], ["SKU", "Qty"], ["A", 1], [], ["B", 2, "note"], ["C"]]}), "book.xlsx")
    assert rows.header == ("SKU", "Qty")
    assert rows.lines.tolist() == [3, 5, 6]
    assert rows.cells[1].tolist() == ["1", "2", ""]


def test_sheet_and_header_row(book):
    """The sheet named is read, else the first visible one with cells; header_row counts from 1."""
    sheets = {"Hidden": [["x"], ["y"]], "Empty": [], "Stock": [["SKU"], ["A"]], "Old": [["title"], ["SKU"], ["B"]]}
    path = book(sheets, hidden=("Hidden",))
    assert read_workbook(path, "b").cells[0].tolist() == ["A"]
    assert read_workbook(path, "b", sheet="Old", header_row=2).cells[0].tolist() == ["B"]
    assert read_workbook(path, "b", sheet="Hidden").cells[0].tolist() == ["y"]
    with pytest.raises(HeaderChanged) as refused:
        read_workbook(path, "b.xlsx", sheet="Stok")
    assert refused.value.line == (
        "b.xlsx: has no sheet 'Stok'; expected it among 'Hidden', 'Empty', 'Stock', 'Old'. "
        "Name the sheet in mastersheet.toml, or export it again"
    )


def test_broken_formula_is_not_a_blank(book):
    """A cell that shows an error reads as that error, so that a broken count is refused, not missing."""
    path = book({"S": [["SKU", "Qty"], ["A", 1], ["B", 2]]})
    changed(path, "xl/worksheets/sheet1.xml", b'<c r="B3"><v>2</v></c>', b'<c r="B3" t="e"><v>#N/A</v></c>')
    assert read_workbook(path, "b.xlsx").cells[1].tolist() == ["1", "#N/A"]


def test_header_twice(book):
    """A name that stands twice in the header is refused: which column is meant cannot be known."""
    with pytest.raises(HeaderChanged) as refused:
        read_workbook(book({"S": [["SKU", "Qty", "qty"], ["A", 1, 2]]}), "b.xlsx")
    assert refused.value.line == (
        "b.xlsx:1: has the column 'Qty' twice; expected each name once in the header. "
        "Take one of them out, or give them different names"
    )


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([], "b.xlsx: is empty; expected a header and rows."),
        ([["SKU", "Qty"], [], []], "b.xlsx: has a header and no rows; expected at least one row."),
    ],
)
def test_nothing_in_it(book, rows, line):
    """A sheet without rows is not zero stock."""
    with pytest.raises(NothingInIt) as refused:
        read_workbook(book({"S": rows}), "b.xlsx")
    assert refused.value.line == f"{line} Export it again; an empty report is not zero stock"


def test_cell_too_long(book):
    """A cell longer than any workbook program writes is refused at its row."""
    path = book({"S": [["SKU", "Qty"], ["A", 1], ["LONG", 2]]})
    changed(path, "xl/sharedStrings.xml", b"LONG", b"L" * 100_000)
    with pytest.raises(BadCell) as refused:
        read_workbook(path, "b.xlsx")
    assert refused.value.line == (
        "b.xlsx:3: column 'SKU' has a cell of 100,000 characters; expected at most 32,767. "
        "Shorten it where it comes from, or leave the column out of the export"
    )


def archive(path: Path, parts: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in parts.items():
            file.writestr(name, raw)
    return path.read_bytes()


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
ODS = (
    f'<office:document-content xmlns:office="{OFFICE}office:1.0" xmlns:table="{OFFICE}table:1.0" '
    f'xmlns:text="{OFFICE}text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{{rows}}'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)


def test_open_document_is_read(tmp_path):
    """An .ods sheet is read like any other, and the blank rows that it repeats to the bottom are not rows."""
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{text.format(cell)}</table:table-row>" for cell in ("SKU", "007"))
    rows += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    content = ODS.format(rows=rows).encode()
    archive(tmp_path / "s.ods", {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})
    assert read_workbook(tmp_path / "s.ods", "s.ods").cells[0].tolist() == ["007"]


def test_zip_bomb_is_not_opened(tmp_path, read):
    """An archive named .xlsx that unpacks to a hundred times its size is set aside unopened."""
    bomb = archive(tmp_path / "bomb", {"xl/workbook.xml": b"0" * (60 << 20)})
    reason = read({"stock.xlsx": bomb}).set_aside[0].reason
    assert reason.startswith("stock.xlsx: unpacks to 1,0")
    assert reason.endswith(" times its size; expected at most 100 times. Export it again as CSV")


def test_archive_of_countless_parts_is_not_opened(tmp_path, read):
    """An archive of more than 10,000 parts is set aside unopened."""
    crowd = archive(tmp_path / "crowd", {f"p{number}": b"" for number in range(10_001)})
    assert read({"stock.xlsx": crowd}).set_aside[0].reason == (
        "stock.xlsx: holds 10,001 parts; expected at most 10,000. Export it again as CSV"
    )


def test_lone_cell_far_away_is_not_laid_out(book, read):
    """A stray cell in the last row and column would fill all memory with blanks: the file is set aside."""
    path = book({"S": [["SKU", "Qty"], ["A", 1]]})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    changed(path, "xl/worksheets/sheet1.xml", b"</sheetData>", far)
    assert read({"stock.xlsx": path.read_bytes()}).set_aside[0].reason == (
        "stock.xlsx: has a cell in row 1,048,576 and one in column 16,384; expected a sheet of at most 30,000,000 "
        "cells. Delete the rows and columns beyond the table and save it again"
    )


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
NO_WORKBOOK = (
    "stock.xlsx: is not a workbook that can be read; expected a whole .xlsx, .xlsm, .xlsb, .xls or .ods file, or CSV "
    "or TSV text. Export it again; if it is an archive, unpack it here"
)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (
            LOCKED,
            "stock.xlsx: is locked with a password; expected a workbook that opens without one. "
            "Save it without a password",
        ),
        (LOCKED[:600], NO_WORKBOOK),
        (b"PK\x03\x04 and then nothing of a workbook", NO_WORKBOOK),
    ],
)
def test_locked_or_broken_workbook(raw, line, read):
    """A locked workbook, a broken one and what only looks like one are set aside, each with one line."""
    assert [aside.reason for aside in read({"stock.xlsx": raw}).set_aside] == [line]


def test_archive_of_tables_is_no_workbook(tmp_path, read):
    """A zip of CSV files is told to be unpacked."""
    raw = archive(tmp_path / "zip", {"counts.csv": b"sku,location\n"})
    assert read({"stock.xlsx": raw}).set_aside[0].reason == NO_WORKBOOK


def test_cut_workbook(book, read):
    """A workbook that was cut while it was copied is set aside."""
    raw = book({"S": [["SKU", "Qty"], *([f"SKU-{number}", number] for number in range(500))]}).read_bytes()
    assert read({"stock.xlsx": raw[: len(raw) // 2]}).set_aside[0].reason == NO_WORKBOOK


@pytest.mark.parametrize("keep", range(1, 12))
def test_any_cut_is_a_cannot_read(keep, book, tmp_path):
    """Wherever a workbook is cut, reading it raises CannotRead and nothing else."""
    raw = book({"S": [["SKU", "Qty"], ["A", 1]]}).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(raw[: len(raw) * keep // 12])
    with pytest.raises(CannotRead):
        read_workbook(cut, "cut.xlsx")


def test_an_xls_workbook_gives_the_same_rows(book, libreoffice):
    """The binary .xls of Excel 97 to 2003, as LibreOffice writes it: cells, types and row numbers as in .xlsx."""
    day = dt.date(2026, 10, 5)
    path = book({"Stock": [["sku", "units", "as_of"], ["007", 12.0, day], ["1E5", 40, day], ["=A1", 0, day]]})
    old = libreoffice.converted(path, "xls")
    assert old.read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    rows, wanted = read_workbook(old, "book.xls"), read_workbook(path, "book.xlsx")
    assert rows.header == wanted.header
    assert rows.cells.to_numpy().tolist() == wanted.cells.to_numpy().tolist()
    assert rows.lines.tolist() == wanted.lines.tolist() == [2, 3, 4]
    assert rows.cells[0].tolist() == ["007", "1E5", "=A1"]
