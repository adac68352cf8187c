"""`mastersheet doctor`: each line is OK or what to do."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from addin import doctor
from addin.cli import app
from addin.excel.own_list import allow, list_file, own_list, valued
from sheets.brand import open_brand
from sheets.history.place import brand_id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "demo"
    assert CliRunner().invoke(app, ["demo", str(made), "--button"]).exit_code == 0
    return made


def looked(folder: Path, system: str = "win32", now: pd.Timestamp | None = None) -> dict[str, tuple[str, str]]:
    found = doctor.looked_over(open_brand(folder), now or pd.Timestamp.now("UTC"), system=system)
    return {one.about: (one.level, one.said) for one in found}


def test_a_brand_that_is_well_has_nothing_to_do(folder):
    """Each line of the command begins with OK, or with NOTE for what is not of this system."""
    done = CliRunner().invoke(app, ["doctor", str(folder)])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert len(lines) > 10
    assert all(re.match(r"(OK|NOTE)\s+\S", line) for line in lines)
    assert any(re.match(r"OK\s+History\s+1 refresh kept, the last 1 of", line) for line in lines), done.output
    assert any(re.match(r"OK\s+Workbook\s+master.xlsm: 40 SKUs, 6 locations", line) for line in lines)


def test_the_buttons_may_start_this_python_once_it_is_allowed(folder):
    """Before: what to run. `--allow` writes it into the user's own list, and the line is OK."""
    level, said = looked(folder)["Buttons"]
    assert level == "TO DO"
    assert f"`mastersheet doctor {folder} --allow`" in said
    done = CliRunner().invoke(app, ["doctor", str(folder), "--allow"])
    assert f"python={sys.executable}" in done.output
    assert looked(folder)["Buttons"] == ("OK", f"Excel may start {sys.executable}")
    assert valued(f"brand.{brand_id(open_brand(folder))}") == [str(folder)]


def test_a_python_that_only_the_workbook_names_is_told(folder):
    """A colleague's place: allowing this one would not help, and the line does not say that it would."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "master.xlsm", keep_vba=True)
    cell = next(row[1] for row in book["Button"].iter_rows() if row[0].value == "Python (Windows)")
    cell.value = "/colleague/python"
    book.save(folder / "master.xlsm")
    doctor.let_excel_start(open_brand(folder))
    level, said = looked(folder)["Buttons"]
    assert level == "TO DO"
    assert said.startswith("the workbook asks Excel to start /colleague/python, and this Python is")
    assert "empty the cell beside Python (Windows) on the hidden tab Button" in said
    allow([("python", "/colleague/python")])
    assert looked(folder)["Buttons"] == ("OK", "Excel may start /colleague/python")


def test_allowing_twice_keeps_one_line_of_each(folder):
    """A program is added to the others; a brand's folder is where it was said last to be."""
    allow([("python", "/other/python"), ("brand.acme", "/old")])
    for _ in range(2):
        doctor.let_excel_start(open_brand(folder))
    allow([("brand.acme", "/new")])
    lines = own_list()
    assert len(lines) == len(set(lines)) == 4
    assert valued("python") == [sys.executable, "/other/python"]
    assert valued("brand.acme") == ["/new"]


def test_a_list_that_cannot_be_read_is_one_line(folder):
    """What is broken, and that it can be made again."""
    list_file().parent.mkdir(parents=True, exist_ok=True)
    list_file().write_bytes(b"\xff\xfe\xff")
    done = CliRunner().invoke(app, ["doctor", str(folder), "--allow"])
    assert done.exit_code == 2
    assert "Delete it, then `mastersheet doctor --allow`" in done.output


def test_on_a_mac_the_script_must_be_installed(folder, tmp_path, monkeypatch):
    """Missing: what to run once; there: its place. It is the one of this xlwings."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert looked(folder, "darwin")["Script"] == ("TO DO", "run once: xlwings runpython install")
    script = tmp_path / "Library" / "Application Scripts" / "com.microsoft.Excel" / doctor.script_name()
    script.parent.mkdir(parents=True)
    script.write_text("on VbaHandler", encoding="utf-8")
    assert looked(folder, "darwin")["Script"] == ("OK", str(script))
    lines = doctor.let_excel_start(open_brand(folder), system="darwin")
    assert ("script", "xlwings-0.37.8.applescript") in lines


@pytest.mark.parametrize(("zone", "level"), [("3", "TO DO"), ("4", "TO DO"), ("2", "OK"), (None, "OK")])
def test_macros_that_windows_blocks_are_told_with_how_to_clear_it(folder, zone, level):
    """The mark of the web, as Windows lays it beside the file."""
    if zone is not None:
        (folder / "master.xlsm:Zone.Identifier").write_text(f"[ZoneTransfer]\nZoneId={zone}\n", encoding="utf-8")
    found = looked(folder)["Macros"]
    assert found[0] == level
    assert ("tick Unblock" in found[1]) == (level == "TO DO")


def test_another_release_of_xlwings_is_told(folder, monkeypatch):
    """The engines change with each release: the one that is pinned must be there."""
    real = doctor.version
    monkeypatch.setattr(doctor, "version", lambda name: "0.38.1" if name == "xlwings" else real(name))
    level, said = looked(folder)["Versions"]
    assert level == "TO DO"
    assert "xlwings is 0.38.1 and must be 0.37.8: python -m pip install xlwings==0.37.8" in said


def test_a_workbook_that_is_gone_and_a_system_without_files_are_told(folder):
    """What, where and what to do; exit code 2."""
    (folder / "master.xlsm").rename(folder / "else.xlsm")
    done = CliRunner().invoke(app, ["doctor", str(folder)])
    assert done.exit_code == 2
    assert re.search(r"TO DO\s+Workbook\s+\S+: is not there", done.output)
    (folder / "else.xlsm").rename(folder / "master.xlsm")
    for one in (folder / "exports" / "flieber").iterdir():
        one.unlink()
    level, said = looked(folder)["Flieber"]
    assert (level, said) == ("TO DO", f"no file to read: drop an export into {folder / 'exports' / 'flieber'}")


def test_history_in_a_synced_folder_is_told(folder, tmp_path, monkeypatch):
    """A database that OneDrive copies while it is written breaks."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / "OneDrive - Acme" / "data"))
    level, said = looked(folder)["History"]
    assert level == "TO DO"
    assert "OneDrive - Acme" in said


def test_a_clock_that_is_behind_is_told(folder):
    """Files here were written after what the clock says: every age would be wrong."""
    level, said = looked(folder, now=pd.Timestamp.now("UTC") - pd.Timedelta(hours=30))["Clock"]
    assert level == "TO DO"
    assert "30 hours before files here were written" in said


def test_a_workbook_of_another_brand_is_told(folder):
    """The folder was made again under another id: the workbook still names the old one."""
    text = (folder / "mastersheet.toml").read_text(encoding="utf-8")
    (folder / "mastersheet.toml").write_text(re.sub(r'id = ".*"', 'id = "other-1"', text), encoding="utf-8")
    level, said = looked(folder)["Brand"]
    assert level == "TO DO"
    assert "of other-1" in said


def test_macros_that_are_not_ours_are_noted(folder, tmp_path):
    """An .xlsm of the buyer's own, without the hidden tab."""
    import openpyxl

    book = openpyxl.load_workbook(folder / "master.xlsm", keep_vba=True)
    del book["Button"]
    book.save(folder / "master.xlsm")
    assert looked(folder)["Buttons"] == ("NOTE", "master.xlsm has no tab Button: its macros are not ours")


def test_files_are_told_with_their_age(folder):
    """Since when a system's newest file lies there."""
    for one in (folder / "exports" / "skubana").rglob("*"):
        os.utime(one, (one.stat().st_atime, one.stat().st_mtime - 5 * 86_400))
    assert re.fullmatch(r"\d+ files, the newest put there 5 days ago", looked(folder)["Skubana"][1])
