"""Tabs of a user's own in a new workbook file."""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheets.tabs.own import PLAIN, Look, OwnCell, OwnTab


def write_own(workbook: Workbook, tab: OwnTab, looks: dict[Look, Format]) -> None:
    """Adds one. looks: the formats that were made; takes those that are new."""
    sheet = workbook.add_worksheet(tab.name)
    if tab.colour:
        sheet.set_tab_color(tab.colour)
    if tab.hidden:
        sheet.hide()
    if any(tab.frozen):
        sheet.freeze_panes(*tab.frozen)
    for column, pixels in tab.widths.items():
        sheet.set_column_pixels(column, column, pixels)
    inside = set()
    for area in tab.merges:
        # Without a text of its own, so that the first cell is written as any other.
        first = tab.cells.get(area[:2], OwnCell())
        sheet.merge_range(*area, "", _format(workbook, first.look, looks))
        inside |= {(row, column) for row in range(area[0], area[2] + 1) for column in range(area[1], area[3] + 1)}
        inside.discard(area[:2])
    for at, cell in tab.cells.items():
        look = None if cell.look == PLAIN else _format(workbook, cell.look, looks)
        if at not in inside:
            _write(sheet, at, cell, look)
        if cell.note:
            sheet.write_comment(*at, cell.note, {"author": ""})


def _write(sheet: Worksheet, at: tuple[int, int], cell: OwnCell, look: Format | None) -> None:
    value = cell.value
    if cell.formula is not None:
        cached: Any = "" if value is None else value
        if cell.formula.startswith("{"):
            sheet.write_array_formula(*at, *at, cell.formula, look, cached)
        else:
            sheet.write_formula(*at, cell.formula, look, cached)
    elif value is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(value, str):
        sheet.write_string(*at, value[:_LONGEST], look)
    elif isinstance(value, bool):
        sheet.write_boolean(*at, value, look)
    else:
        sheet.write_number(*at, value, look)


# Excel takes no longer text in a cell.
_LONGEST: Final = 32_767


def _format(workbook: Workbook, look: Look, looks: dict[Look, Format]) -> Format:
    if look not in looks:
        said: dict[str, Any] = {
            "num_format": look.number or "General", "bold": look.bold, "italic": look.italic, "text_wrap": look.wrap,
        }  # fmt: skip
        said |= {name: value for name, value in (("font_size", look.size), ("font_color", look.ink),
                                                 ("bg_color", look.fill), ("align", look.align)) if value}  # fmt: skip
        looks[look] = workbook.add_format(said)
    return looks[look]
