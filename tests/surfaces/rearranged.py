"""What moves along when cells of a workbook move: tables, rules, choices, names and the references in formulas.

The library that these tests edit with moves nothing along by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import openpyxl
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Tokenizer
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

# Where cells go; None: the cell is deleted.
To = Callable[[int, int], tuple[int, int] | None]
Area = tuple[int, int, int, int]  # left, top, right, bottom, from 1
Goes = Callable[[Area], Area | None]

_REFERENCE = re.compile(
    r"(?:('(?:[^']|'')+'|[\w.]+)!)?(\$?)([A-Z]{1,3})(\$?)(\d+)(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?", re.ASCII
)


def inserts(sheet: Worksheet, at: int, count: int, *, columns: bool) -> None:
    """Inserts rows or columns into a sheet."""

    def to(row: int, column: int) -> tuple[int, int]:
        if columns:
            return row, column + count if column >= at else column
        return row + count if row >= at else row, column

    rearranges(sheet, to)
    dimensions = sheet.column_dimensions if columns else sheet.row_dimensions
    there = dict(dimensions.items())
    dimensions.clear()
    for key, one in there.items():
        if columns:
            first, last = one.min or range_boundaries(f"{key}1")[0], one.max or range_boundaries(f"{key}1")[0]
            one.min, one.max = to(1, first)[1], to(1, last)[1]
            one.index = get_column_letter(one.min)
        else:
            one.index = to(key, 1)[0]
        dimensions[one.index] = one


def rearranges(sheet: Worksheet, to: To, goes: Goes | None = None) -> None:
    """Moves cells, and with them tables, rules, names and references. goes: where areas go."""
    goes = goes or partial(area_goes, to)
    cells = {}
    for (row, column), cell in sheet._cells.items():
        target = to(row, column)
        if target is not None:
            cell.row, cell.column = target
            cells[target] = cell
    sheet._cells = cells
    merged = [goes(one.bounds) for one in sheet.merged_cells.ranges]
    sheet.merged_cells = MultiCellRange([CellRange(ref_of(area)) for area in merged if area])
    for table in sheet.tables.values():
        table.ref = table.autoFilter.ref = ref_of(goes(range_boundaries(table.ref)))
    for validation in sheet.data_validations.dataValidation:
        areas = (goes(one.bounds) for one in validation.sqref.ranges)
        validation.sqref = MultiCellRange([CellRange(ref_of(area)) for area in areas if area])
    old, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
    for formatting in old:
        areas = [area for one in formatting.sqref.ranges if (area := goes(one.bounds))]
        for rule in formatting.rules if areas else []:
            sheet.conditional_formatting.add(" ".join(map(ref_of, areas)), rule)

    def reworded(text: str, here: str) -> str:
        return rewritten(text, lambda tab, area: (tab, goes(area) if (tab or here) == sheet.title else area))

    rewords(sheet.parent, reworded)


def rewords(book: openpyxl.Workbook, reworded: Callable[[str, str], str]) -> None:
    """Rewrites all formulas. reworded: a formula and its tab -> what it becomes."""
    for name in book.defined_names.values():
        name.attr_text = reworded("=" + name.attr_text, "")[1:]
    for sheet in book.worksheets:
        for name in sheet.defined_names.values():
            name.attr_text = reworded("=" + name.attr_text, sheet.title)[1:]
        for cell in sheet._cells.values():
            if cell.data_type == "f":
                cell.value = reworded(cell.value, sheet.title)
        for validation in sheet.data_validations.dataValidation:
            if validation.formula1:
                validation.formula1 = reworded("=" + validation.formula1, sheet.title)[1:]
        for formatting in sheet.conditional_formatting:
            for rule in formatting.rules:
                rule.formula = [reworded("=" + one, sheet.title)[1:] for one in rule.formula]


def ref_of(area: Area) -> str:
    left, top, right, bottom = area
    first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


def area_goes(to: To, area: Area) -> Area | None:
    """Where an area goes; what of it is deleted makes it shorter."""
    left, top, right, bottom = area
    first, last = to(top, left), to(bottom, right)
    if first is None and top < bottom:
        first = (top, left)
    if last is None and top < bottom:
        last = to(bottom - 1, right)
    if first is None or last is None:
        return None
    rows, columns = sorted((first[0], last[0])), sorted((first[1], last[1]))
    return columns[0], rows[0], columns[1], rows[1]


def rewritten(formula: str, change: Callable[[str | None, Area], tuple[str | None, Area | None]]) -> str:
    """A formula with each reference by address changed. change: tab and area -> the same anew, None deleted."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        found = _REFERENCE.fullmatch(token.value) if token.subtype == "RANGE" else None
        if found is None:
            continue
        of, fix_left, left, fix_top, top, fix_right, right, fix_bottom, bottom = found.groups()
        tab = of.strip("'").replace("''", "'") if of else None
        first, last = (column_index_from_string(left), int(top)), (right and column_index_from_string(right), bottom)
        tab, area = change(tab, (*first, last[0] or first[0], int(last[1] or first[1])))
        said = "" if tab is None else f"{quoted(tab)}!"
        if area is None:
            token.value = f"{said}#REF!"
            continue
        said += f"{fix_left}{get_column_letter(area[0])}{fix_top}{area[1]}"
        token.value = said + (f":{fix_right}{get_column_letter(area[2])}{fix_bottom}{area[3]}" if right else "")
    return "=" + "".join(token.value for token in tokens.items)


def in_row(formula: str, row: int, other: int) -> str:
    """A formula that moved from one row to another, so that it looks at its own row again."""

    def fixed(reference: re.Match[str]) -> str:
        return reference[0] if int(reference[2]) != row else f"{reference[1]}{other}"

    return re.sub(r"(?<![!\w$'])(\$?[A-Z]{1,3})(\d+)(?![\w(!])", fixed, formula)


def quoted(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'"
