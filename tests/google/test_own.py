"""Tabs and formulas of users' own go along when a brand moves, and give what they gave."""

from __future__ import annotations

from datetime import datetime

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from sheets.brand import open_brand, tables_of
from tests.surfaces.users import User


def in_google(google) -> dict[str, object]:
    """What the cells of the tab Plan hold in the stand-in: formulas, else values."""
    sheet = google.books["book"].titled("Plan")
    return {f"{get_column_letter(column + 1)}{row + 1}": next(iter(cell["userEnteredValue"].values()))
            for (row, column), cell in sheet.cells.items() if cell.get("userEnteredValue")}  # fmt: skip


def shown_in_google(google) -> dict[str, object]:
    """What the cells of the tab Plan show there."""
    book = google.books["book"]
    sheet = book.titled("Plan")
    return {f"{get_column_letter(column + 1)}{row + 1}": google._shown(book, sheet, row, column)
            for (row, column), cell in sheet.cells.items() if cell.get("userEnteredValue")}  # fmt: skip


@pytest.fixture
def planned(three_systems, run, libreoffice):
    """A brand in a file with a tab Plan of a buyer's, a formula in a column of theirs, and saved by a program."""
    three_systems.new()
    run("refresh", three_systems.brand)
    file = three_systems.brand / "master.xlsx"
    user = User(file)
    there = user.at("Positions")
    header = user.adds_column("Positions", len(there.headers) - 1)
    there = user.at("Positions")
    units = get_column_letter(there.area[0] + there.headers.index("FBA US"))
    for at in range(there.area[3] - there.area[1]):
        there.cell(at, header).value = f"={units}{there.row(at)}*2"
    plan = user.book.create_sheet("Plan")
    plan["A1"], plan["B1"] = "Ann's plan", datetime(2026, 12, 24)
    plan["A1"].font = Font(bold=True, size=16, color=Color(theme=1))
    plan["A1"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.6))
    plan["A1"].comment = Comment("ask Reno", "Ann")
    plan["B1"].number_format = "dd/mm/yyyy"
    plan["A2"], plan["A3"] = "007", 1234.5
    plan["A3"].number_format = '#,##0.00 "EUR"'
    plan["B2"] = f"=SUM(Positions!{units}:{units})"
    plan["B3"] = f'=VLOOKUP("A",Positions!A:{units},{units_at(units)},FALSE)'
    plan["B4"] = "=A3*2"
    plan["B5"] = "=SUM(Positions[FBA US])"
    plan["B6"] = '=_xlfn.XLOOKUP("A",Positions[SKU],Positions[FBA US])'
    plan["B7"] = '=INDIRECT("A3")'
    plan["C7"] = ArrayFormula("C7", "=SUM(A3:A4*A3:A4)")
    plan["B8"] = f"=Positions!{units}{there.row(0)}"
    plan["A4"] = 3
    plan.merge_cells("D1:F2")
    plan["D1"] = "merged"
    plan.column_dimensions["A"].width = 30
    plan.freeze_panes = "B2"
    plan.sheet_properties.tabColor = "FF0000"
    plan.conditional_formatting.add(
        "A3:A4", CellIsRule("greaterThan", ["5"], fill=PatternFill("solid", bgColor="FFFF00"))
    )
    user.saves()
    libreoffice.converted(file, "xlsx").replace(file)
    return three_systems


def units_at(letters: str) -> int:
    return openpyxl.utils.column_index_from_string(letters)


def test_look(planned, internet, run, tmp_path):
    book = openpyxl.load_workbook(planned.brand / "master.xlsx", data_only=True)
    print({c.coordinate: c.value for row in book["Plan"].iter_rows() for c in row if c.value is not None})
    internet.google.made("book")
    result = run("move", planned.brand, "google:book", "--sign-in", internet.key_file(tmp_path / "key.json"))
    print(result.output)
    for at, one in in_google(internet.google).items():
        print(at, one, shown_in_google(internet.google)[at])
    pos = tables_of(open_brand(planned.brand))["Positions"]
    print(pos.iloc[:, -1].tolist(), pos["FBA US"].tolist())
    result = run("move", planned.brand, "back.xlsx")
    print(result.output)
    book = openpyxl.load_workbook(planned.brand / "back.xlsx")
    print({c.coordinate: c.value for row in book["Plan"].iter_rows() for c in row if c.value is not None})
    values = openpyxl.load_workbook(planned.brand / "back.xlsx", data_only=True)
    print({c.coordinate: c.value for row in values["Plan"].iter_rows() for c in row if c.value is not None})
    assert 0
