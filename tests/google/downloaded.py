"""The spreadsheet as a workbook file, as Google's File, Download gives it: to be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.google.grid import Book, Cell, Sheet

# Of a sign's width, and of a column's edge.
_PIXELS, _EDGE = 7.2, 8
_VERTICAL = {"MIDDLE": "center", "TOP": "top", "BOTTOM": "bottom"}


def downloaded(book: Book, path: Path) -> Path:
    """Writes it, with values, formulas, formats, rules, choices, widths and folds."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet in book.sheets:
        _sheet(made.create_sheet(sheet.title), sheet)
    for name in book.names:
        sheet, area = book.sheet(name["range"].get("sheetId"), "names"), name["range"]
        first = f"${get_column_letter(area['startColumnIndex'] + 1)}${area['startRowIndex'] + 1}"
        last = f"${get_column_letter(area['endColumnIndex'])}${area['endRowIndex']}"
        quoted = sheet.title.replace("'", "''")
        text = f"'{quoted}'!{first}:{last}"
        made.defined_names[name["name"]] = openpyxl.workbook.defined_name.DefinedName(name["name"], attr_text=text)
    made.save(path)
    return path


def _sheet(tab: Worksheet, sheet: Sheet) -> None:
    grid = sheet.properties.get("gridProperties", {})
    tab.sheet_view.showGridLines = not grid.get("hideGridlines")
    tab.freeze_panes = tab.cell(grid.get("frozenRowCount", 0) + 1, grid.get("frozenColumnCount", 0) + 1)
    if "tabColorStyle" in sheet.properties:
        tab.sheet_properties.tabColor = _colour(sheet.properties["tabColorStyle"])
    for (row, column), cell in sheet.cells.items():
        _cell(tab, row + 1, column + 1, cell)
    for at, about in enumerate(sheet.columns, 1):
        letters = get_column_letter(at)
        if "pixelSize" in about:
            tab.column_dimensions[letters].width = (about["pixelSize"] - _EDGE) / _PIXELS
        if about.get("hiddenByUser"):
            tab.column_dimensions[letters].hidden = True
    for at, about in enumerate(sheet.rows, 1):
        if "pixelSize" in about:
            tab.row_dimensions[at].height = about["pixelSize"] * 0.75
    for merge in sheet.merges:
        tab.merge_cells(start_row=merge["startRowIndex"] + 1, end_row=merge["endRowIndex"],
                        start_column=merge["startColumnIndex"] + 1, end_column=merge["endColumnIndex"])  # fmt: skip
    for rule in sheet.rules:
        look = rule["booleanRule"]["format"]
        text = look.get("textFormat", {})
        formula = rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"].removeprefix("=")
        for area in rule["ranges"]:
            tab.conditional_formatting.add(
                _a1(area),
                FormulaRule(
                    [formula], fill=PatternFill(bgColor=_colour(look["backgroundColorStyle"])),
                    font=Font(bold=text.get("bold"), color=_colour(text["foregroundColorStyle"])),
                ),
            )  # fmt: skip
    tab.page_setup.orientation, tab.page_setup.fitToHeight = "landscape", False
    tab.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)


def _cell(tab: Worksheet, row: int, column: int, cell: Cell) -> None:
    one = tab.cell(row, column)
    value, look = cell.get("userEnteredValue", {}), cell.get("userEnteredFormat", {})
    if not value and set(look) <= {"textFormat", "verticalAlignment"} and "dataValidation" not in cell:
        return
    one.value = next(iter(value.values()), None)
    if "stringValue" in value:
        one.data_type = "s"
    text = look.get("textFormat", {})
    one.font = Font(
        name=text.get("fontFamily"), sz=text.get("fontSize"), bold=text.get("bold"),
        u="single" if text.get("underline") or "link" in text else None,
        color=_colour(text["foregroundColorStyle"]) if "foregroundColorStyle" in text else None,
    )  # fmt: skip
    one.alignment = Alignment(
        horizontal=look.get("horizontalAlignment", "").lower() or None,
        vertical=_VERTICAL.get(look.get("verticalAlignment", "")), wrap_text=look.get("wrapStrategy") == "WRAP",
        indent=1 if look.get("padding", {}).get("left", 0) > 3 else 0,
    )  # fmt: skip
    if "backgroundColorStyle" in look:
        one.fill = PatternFill("solid", fgColor=_colour(look["backgroundColorStyle"]))
    if "numberFormat" in look:
        one.number_format = look["numberFormat"]["pattern"]
    if "bottom" in look.get("borders", {}):
        one.border = Border(bottom=Side("thin", _colour(look["borders"]["bottom"]["colorStyle"])))
    rule = cell.get("dataValidation", {}).get("condition", {})
    if rule.get("type") == "ONE_OF_LIST":
        said = ",".join(each["userEnteredValue"] for each in rule["values"])
        choices = DataValidation("list", formula1=f'"{said}"')
        tab.add_data_validation(choices)
        choices.add(one)


def _a1(area: dict[str, int]) -> str:
    first = f"{get_column_letter(area['startColumnIndex'] + 1)}{area['startRowIndex'] + 1}"
    return f"{first}:{get_column_letter(area['endColumnIndex'])}{area['endRowIndex']}"


def _colour(style: dict[str, Any]) -> str:
    rgb = style["rgbColor"]
    return "".join(f"{round(rgb.get(name, 0) * 255):02X}" for name in ("red", "green", "blue"))
