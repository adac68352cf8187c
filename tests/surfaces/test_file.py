"""The workbook file of a brand's folder: replaced as a whole or left as it was."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import openpyxl
import pytest

from connectors.errors import CannotRun, WorkbookChanged, WorkbookOpen, WorkbookUnreadable
from sheets.surfaces import xlsx_file
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Layout


@pytest.fixture
def file(brand, tmp_path: Path) -> XlsxFile:
    """A workbook that was written once, alone in its folder."""
    file = XlsxFile(tmp_path / "master.xlsx")
    file.write(brand())
    return file


@pytest.fixture
def other(brand, positions) -> Callable[[], Layout]:
    """other(): the layout with other units each time."""
    made = count(1)

    def layout() -> Layout:
        units = [float(next(made))] * positions.rows
        columns = (replace(one, values=units) if one.header == "Units" else one for one in positions.columns)
        return brand(replace(positions, columns=tuple(columns)))

    return layout


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_first_write_leaves_one_file(file, tmp_path: Path):
    """A first write makes the workbook and nothing beside it."""
    assert _names(tmp_path) == ["master.xlsx"]


def test_the_old_file_is_backed_up(file, other, tmp_path: Path):
    """A second write keeps the workbook that stood there, to the byte, as saved by the user."""
    book = openpyxl.load_workbook(file.path)
    book["Buyer's setup"]["B2"] = 0.05
    book.save(file.path)
    before = file.path.read_bytes()
    file.write(other())
    (backup,) = (tmp_path / "backups").iterdir()
    assert backup.read_bytes() == before
    assert file.read().tables["Settings"]["Value"].iloc[0] == 0.05
    assert _names(tmp_path) == ["backups", "master.xlsx"]


def test_the_newest_ten_backups_are_kept(file, other, tmp_path: Path):
    """The oldest backups of this workbook go; other files in the folder stay."""
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 13):
        (folder / f"master-202601{day:02}-120000.xlsx").touch()
    others = {"master-before-sale.xlsx", "other-20260101-120000.xlsx", "notes.txt"}
    for name in others:
        (folder / name).touch()
    file.write(other())
    kept = set(_names(folder)) - others
    assert len(kept) == 10
    assert "master-20260112-120000.xlsx" in kept
    assert "master-20260103-120000.xlsx" not in kept
    assert others <= set(_names(folder))


def test_a_name_with_brackets_is_no_pattern(other, tmp_path: Path):
    """Backups of a workbook whose name holds signs of patterns are found by that name."""
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 13):
        (folder / f"a[1]-202601{day:02}-120000.xlsx").touch()
    file = XlsxFile(tmp_path / "a[1].xlsx")
    file.write(other())
    file.write(other())
    assert len(_names(folder)) == 10


@pytest.mark.parametrize("lock", ["~$master.xlsx", ".~lock.master.xlsx#"])
def test_an_open_workbook_is_not_written(file, brand, tmp_path: Path, lock):
    """While a program holds the workbook nothing is written; reading the saved state is possible when asked for."""
    (tmp_path / lock).touch()
    before = file.path.read_bytes()
    with pytest.raises(WorkbookOpen, match="Close it and try again"):
        file.write(brand())
    with pytest.raises(WorkbookOpen):
        file.read()
    assert file.read(even_if_open=True) is not None
    assert file.path.read_bytes() == before
    assert _names(tmp_path) == sorted([lock, "master.xlsx"])


def test_a_workbook_opened_meanwhile_is_not_replaced(file, other, tmp_path: Path, monkeypatch):
    """A workbook that a buyer opens while we write is left alone."""
    before = file.path.read_bytes()
    monkeypatch.setattr(xlsx_file, "to_disk", lambda _: (tmp_path / "~$master.xlsx").touch())
    with pytest.raises(WorkbookOpen):
        file.write(other())
    assert file.path.read_bytes() == before


def test_a_workbook_saved_meanwhile_is_not_replaced(file, other, tmp_path: Path):
    """What a buyer saved after we read the workbook is not written over; the next refresh, which reads it, writes."""
    assert file.read() is not None
    saved = file.path.read_bytes()
    file.path.write_bytes(saved)
    os.utime(file.path, ns=(1, 1))
    with pytest.raises(WorkbookChanged, match="was saved while it was being refreshed"):
        file.write(other())
    assert file.path.read_bytes() == saved
    assert [name for name in _names(tmp_path) if name != "backups"] == ["master.xlsx"]
    assert file.read() is not None
    file.write(other())
    file.write(other())


@pytest.mark.parametrize("step", ["patched", "back_up", "replaced"])
def test_a_failure_leaves_the_old_file(file, other, tmp_path: Path, monkeypatch, step):
    """Whatever fails, the old workbook is as it was and no part of a new one lies about."""

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    before = file.path.read_bytes()
    monkeypatch.setattr(xlsx_file, step, fail)
    with pytest.raises(CannotRun, match="cannot be written \\(the disk is full\\)"):
        file.write(other())
    assert file.path.read_bytes() == before
    assert [name for name in _names(tmp_path) if name != "backups"] == ["master.xlsx"]


def test_failing_again_keeps_one_backup(file, other, tmp_path: Path, monkeypatch):
    """A refresh that fails after its backup, again and again, leaves one, and pushes no older one out."""
    monkeypatch.setattr(xlsx_file, "replaced", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
    for _ in range(3):
        with pytest.raises(CannotRun):
            file.write(other())
    assert len(_names(tmp_path / "backups")) == 1


def test_backups_of_one_second_are_both_kept(file, other, tmp_path: Path):
    """Two refreshes within a second keep two backups: no backup is written over."""
    for _ in range(3):
        file.write(other())
    assert len(_names(tmp_path / "backups")) == 3


def test_a_layout_that_cannot_be_shown_leaves_nothing(file, brand, tmp_path: Path):
    """A mistake in a layout stops the writing halfway; nothing half made lies beside the workbook, then or later."""
    wrong = replace(brand(), names={"top_n": ("Settings", "Top N", "Value")})
    with pytest.raises(ValueError, match="no row 'Top N'"):
        file.write(wrong)
    gc.collect()
    assert _names(tmp_path) == ["master.xlsx"]


def test_a_held_file_is_open(file, other, monkeypatch):
    """A file that the system will not let us replace is open somewhere."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WorkbookOpen, match="is open in another program"):
        file.write(other())


def test_a_file_that_is_no_workbook_is_not_replaced(brand, tmp_path: Path):
    """What stands under the workbook's name and is none is never written over."""
    path = tmp_path / "master.xlsx"
    path.write_text("my notes")
    with pytest.raises(WorkbookUnreadable):
        XlsxFile(path).write(brand())
    assert path.read_text() == "my notes"
    assert _names(tmp_path) == ["master.xlsx"]


def test_a_broken_workbook_is_not_replaced(file, brand):
    """A workbook that can be opened and not looked through is not written over either."""
    file.path.write_bytes(file.path.read_bytes().replace(b"xl/workbook.xml", b"xl/workbook.xxx"))
    with pytest.raises(WorkbookUnreadable):
        file.write(brand())


def test_a_new_workbook_ends_in_xlsx(brand, tmp_path: Path):
    """A file of this kind under another ending would be refused by Excel; it is refused here."""
    with pytest.raises(WorkbookUnreadable, match=r"ends in \.xlsx"):
        XlsxFile(tmp_path / "master.xlsm").write(brand())
