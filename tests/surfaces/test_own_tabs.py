"""A tab of a user's own is written and read again as it was, in a file and in a Google Sheet."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest
from openpyxl.chart import BarChart

from connectors.google.asked import Asked
from sheets.surfaces.google.shared import GoogleSheet
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Block, Column, Layout, Tab, Table
from sheets.tabs.own import Look, OwnCell, OwnTab
from tests.google.emulator import Emulator

TITLE = Look(bold=True, italic=True, size=16, ink="#FFFFFF", fill="#000000", align="center")
PLAN = OwnTab(
    "Ann's plan",
    {
        (0, 0): OwnCell("Plan", look=TITLE),
        (1, 3): OwnCell("merged", look=Look(wrap=True)),
        (1, 0): OwnCell("007"),
        (1, 1): OwnCell(46380, look=Look(number="yyyy-mm-dd")),
        (2, 0): OwnCell(12.5, look=Look(number="#,##0.00"), note="ask Reno"),
        (2, 1): OwnCell(25, "=A3*2", look=Look(number="0.0%")),
        (3, 0): OwnCell(True),
        (4, 4): OwnCell(look=Look(fill="#FFF2CC")),
        (5, 0): OwnCell(note="a note alone"),
        (400, 2): OwnCell("=no formula"),
    },
    widths={0: 150, 2: 80},
    merges=((1, 3, 2, 4),),
    frozen=(1, 2),
    colour="#E6B800",
    hidden=True,
)  # fmt: skip
INSIDE = ((1, 4), (2, 3), (2, 4))
TABLE = Table("SKUs", (Column("SKU", ["A"], owner="buyer"),), ("SKU",), "buyer")
LAYOUT = Layout((Tab("SKUs", (Block(0, 0, TABLE),)),), own=(PLAN, OwnTab("Empty")))


@pytest.fixture(params=["file", "google"])
def surface(request, tmp_path):
    if request.param == "file":
        found = XlsxFile(tmp_path / "book.xlsx")
        found.write(LAYOUT)
        return found
    libreoffice = request.getfixturevalue("libreoffice")
    google = Emulator(lambda path: libreoffice.converted(path, "xlsx"), tmp_path)
    google.made("book")
    found = GoogleSheet(Asked(None, google.mounted()), "book")
    found.lay(LAYOUT)
    return found


def test_it_is_read_as_it_was_written(surface):
    """Cells, looks, notes, widths, merges, panes, colour, and that it is hidden."""
    surface.read()
    plan, empty = surface.theirs(LAYOUT).tabs
    assert empty == OwnTab("Empty")
    assert {at: cell for at, cell in plan.cells.items() if at not in INSIDE} == PLAN.cells
    assert replace(plan, cells={}, widths={}) == replace(PLAN, cells={}, widths={})
    assert all(abs(plan.widths[at] - PLAN.widths[at]) <= 3 for at in PLAN.widths)
    assert set(plan.widths) == set(PLAN.widths)


def test_what_does_not_go_along_is_said(tmp_path):
    """Charts, tables, choices."""
    file = tmp_path / "book.xlsx"
    XlsxFile(file).write(replace(LAYOUT, own=()))
    book = openpyxl.load_workbook(file)
    tab = book.create_sheet("Mine")
    tab.append(["SKU", "Units"])
    tab.append(["A", 1])
    tab.add_chart(BarChart(), "D1")
    tab.add_table(openpyxl.worksheet.table.Table(displayName="Mine", ref="A1:B2"))
    book.save(file)
    assert XlsxFile(file).theirs(LAYOUT).tabs[0].left == ("its charts, pictures and shapes, tables (their cells do)",)
