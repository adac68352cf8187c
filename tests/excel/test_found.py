"""`mastersheet refresh` while the workbook is open in Excel."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlwings
from typer.testing import CliRunner

from addin.cli import app
from connectors.errors import CannotRun
from sheets.surfaces.excel.found import open_in_excel
from sheets.surfaces.excel.opened import OpenWorkbook
from sheets.surfaces.xlsx_file import XlsxFile
from tests.excel.engine import installed
from tests.excel.in_excel import opened
from tests.excel.told import Told


@pytest.fixture
def demo(tmp_path: Path, libreoffice) -> Path:
    installed(lambda path: libreoffice.converted(path, "xlsx"))
    folder = tmp_path / "demo"
    assert CliRunner().invoke(app, ["demo", str(folder)]).exit_code == 0
    (folder / "~$master.xlsx").write_bytes(b"Excel")  # as Excel lays it beside what it holds
    return folder


def test_the_open_workbook_is_refreshed_and_says_the_same_as_a_file(demo):
    """Every table of the open workbook is that of the same refresh in a file, which stays as it was saved."""
    saved = (demo / "master.xlsx").read_bytes()
    with opened(demo / "master.xlsx") as book:
        done = CliRunner().invoke(app, ["refresh", str(demo)])
        assert done.exit_code == 0, done.output
        assert "Refresh 2: master.xlsx, open in Excel, written, 11 flags on the daily check; save it" in done.output
        shown = OpenWorkbook(book).read()
        assert shown is not None
        assert shown.edits == ()
    assert (demo / "master.xlsx").read_bytes() == saved
    assert [path.read_bytes() for path in (demo / "backups").glob("*.xlsx")].count(saved) == 1
    (demo / "~$master.xlsx").unlink()
    assert CliRunner().invoke(app, ["refresh", str(demo)]).exit_code == 0
    told = XlsxFile(demo / "master.xlsx").read()
    assert told is not None
    assert shown.tables.keys() == told.tables.keys()
    for name, frame in told.tables.items():
        if name != "Log":  # of another minute and number
            pd.testing.assert_frame_equal(shown.tables[name], frame, check_dtype=False, rtol=1e-12)


def test_a_dry_run_leaves_the_open_workbook_alone(demo):
    """What would change is told of the file as it was saved; Excel is not told anything."""
    with opened(demo / "master.xlsx") as book:
        before = OpenWorkbook(book).read()
        done = CliRunner().invoke(app, ["refresh", str(demo), "--dry-run"])
        after = OpenWorkbook(book).read()
    assert done.exit_code == 0, done.output
    assert before is not None
    assert after is not None
    assert after.tables.keys() == before.tables.keys()
    assert all(after.tables[name].equals(frame) for name, frame in before.tables.items())


def test_a_workbook_of_that_name_elsewhere_is_not_it(demo, tmp_path):
    """Another brand's master.xlsx that is open is left alone, and the refresh says that its own is open."""
    other = tmp_path / "other" / "master.xlsx"
    other.parent.mkdir()
    other.write_bytes((demo / "master.xlsx").read_bytes())
    with opened(other):
        done = CliRunner().invoke(app, ["refresh", str(demo)])
    assert done.exit_code == 2
    assert "is open in Excel" in done.output
    assert other.read_bytes() == (demo / "master.xlsx").read_bytes()


def test_one_that_is_open_twice_is_neither(demo):
    """Two Excels that hold it: which one the user works in, nobody can know."""
    with opened(demo / "master.xlsx"), opened(demo / "master.xlsx"), pytest.raises(CannotRun, match="is open twice"):
        open_in_excel(demo / "master.xlsx")


def test_what_comes_from_the_cloud_is_found_by_its_name(demo, monkeypatch):
    """Of a workbook from OneDrive Excel says an address of the web, not its folder."""
    with opened(demo / "master.xlsx") as book:
        address = property(lambda self: "https://example.sharepoint.com/Shared Documents/master.xlsx")
        monkeypatch.setattr(type(book.impl), "fullname", address)
        found = open_in_excel(demo / "master.xlsx")
        assert found is not None
        assert found.book == book


def test_without_an_excel_nothing_is_found(demo, monkeypatch):
    """On a machine that has none, the file is what there is."""
    monkeypatch.setattr(xlwings, "engines", [])
    assert open_in_excel(demo / "master.xlsx") is None


def test_an_excel_that_does_not_answer_is_one_line(demo):
    """Instead of waiting for ever: what to do."""
    with opened(demo / "master.xlsx"):
        Told.refuses = staticmethod(lambda kind, name: kind == "Book" and name == "name")
        done = CliRunner().invoke(app, ["refresh", str(demo)])
        Told.refuses = staticmethod(lambda kind, name: False)
    assert done.exit_code == 2
    assert "Excel: does not answer" in done.output
    assert "Traceback" not in done.output
