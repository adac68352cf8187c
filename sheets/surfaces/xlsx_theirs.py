"""What users have in a workbook file besides our tables: their tabs, and formulas in their columns of our tables."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sheets.surfaces.cell_colours import Palette
from sheets.surfaces.marks import NOTE, texts_marked
from sheets.surfaces.package import Package, TableThere, TabThere, area_of
from sheets.surfaces.patch.cells_there import values_at
from sheets.surfaces.patch.standing import found_among, marks_of, texts_before
from sheets.surfaces.remembered import WRITTEN
from sheets.surfaces.theirs import Theirs, inside
from sheets.surfaces.visible import plain
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Layout
from sheets.tabs.own import PLAIN, Area, Look, OwnCell, OwnTab

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

# Of a sign of the usual letters; a width in a file has the column's edge in it.
_PIXELS: Final = 7
# The usual size of letters, in Excel and in ours.
_USUAL: Final = (10.0, 11.0)
# The usual ink.
_BLACK: Final = "#000000"
_ERROR: Final = re.compile(r"#[A-Z0-9/]+[!?]?|#N/A")


def theirs_in(path: Path, layout: Layout) -> Theirs:
    """Reads them. Looks are those that people see: fonts, fills, formats of numbers, widths, merges, notes."""
    from openpyxl import load_workbook

    with Package(path) as package:
        tables = {tab: package.tables(tab) for tab in package.tabs()}
        marks = marks_of(package)
        at_home = {tab.name for tab in found_among(tables, marks, layout, path.name).tabs.values() if tab is not None}
        ours = {tab for tab in tables if tab.name in at_home or texts_before(marks, tab)}
        with warnings.catch_warnings():
            # It says what of the users' it does not know; here nothing of that is lost.
            warnings.simplefilter("ignore")
            book = load_workbook(path)
        colours = Palette(book.loaded_theme)
        sheets: dict[str, Any] = {sheet.title: sheet for sheet in book}
        own = [_tab(package, tab, sheets.get(tab.name), colours) for tab in tables if tab not in ours]
        cells: dict[tuple[str, int, int], OwnCell] = {}
        notes: dict[tuple[str, int, int], str] = {}
        beside: dict[str, int] = {}
        for tab in ours:
            if tab.name in sheets:
                areas = [one.area for one in tables[tab]]
                found = _cells(package, tab, sheets[tab.name], colours, areas)
                cells |= {(tab.name, *at): cell for at, cell in found.items() if cell.formula is not None}
                texts = [area for area in texts_marked(texts_before(marks, tab)) if area is not None]
                beside[tab.name] = _beside(sheets[tab.name], [*areas, *texts])
                notes |= {(tab.name, *at): note for at, note in _notes(sheets[tab.name])}
        stands = {tab.name: [one for one in tables[tab] if one.headed] for tab in ours}
        rows = {one.name: _rows(sheets[title], one) for title, several in stands.items() for one in several}
    return Theirs(tuple(own), stands, cells, rows, {}, notes, beside)


def _tab(package: Package, tab: TabThere, sheet: Any, colours: Palette) -> OwnTab:  # noqa: ANN401 - of three kinds
    from openpyxl.utils import column_index_from_string
    from openpyxl.worksheet.worksheet import Worksheet

    if not isinstance(sheet, Worksheet):
        return OwnTab(tab.name, chart=True)
    widths = {}
    for letters, about in sheet.column_dimensions.items():
        if about.customWidth and about.width:
            first = column_index_from_string(letters) - 1
            for column in range(first, min(max(first, (about.max or first + 1) - 1), first + 50) + 1):
                widths[column] = round(about.width * _PIXELS)
    frozen = (0, 0)
    if sheet.freeze_panes:
        top, left, _, _ = area_of(str(sheet.freeze_panes))
        frozen = top, left
    merges = tuple(area_of(str(one)) for one in sheet.merged_cells.ranges)
    colour = sheet.sheet_properties.tabColor
    return OwnTab(
        tab.name, _cells(package, tab, sheet, colours), widths, merges, frozen, colours.of(colour),
        sheet.sheet_state != "visible", tuple(_left(package, tab, sheet)),
    )  # fmt: skip


def _left(package: Package, tab: TabThere, sheet: Worksheet) -> Iterator[str]:
    """What of a tab does not go along, in words."""
    kinds = [one.kind for one in package.relations(tab.part)]
    things = [
        ("charts, pictures and shapes", "drawing" in kinds),
        ("pivot tables", "pivotTable" in kinds),
        ("tables (their cells do)", "table" in kinds),
        ("colour rules", bool(sheet.conditional_formatting)),
        ("choices and checks of cells", bool(sheet.data_validations and sheet.data_validations.dataValidation)),
        ("filter", bool(sheet.auto_filter.ref)),
        ("links", any(cell.hyperlink for row in sheet.iter_rows() for cell in row)),
        ("hidden rows and columns, which are in sight there",
         any(one.hidden for one in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))),
        ("protection", bool(sheet.protection.sheet)),
    ]  # fmt: skip
    missing = [name for name, there in things if there]
    if missing:
        yield f"its {', '.join(missing)}"


def _cells(
    package: Package, tab: TabThere, sheet: Worksheet, colours: Palette, within: list[Area] | None = None
) -> dict[tuple[int, int], OwnCell]:
    """The cells of a sheet that hold or show something. within: those with formulas in these areas alone."""
    from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

    found: dict[tuple[int, int], OwnCell] = {}
    looks: dict[Any, Look] = {}
    formulas = set()
    for row in sheet.iter_rows():
        for cell in row:
            at, value = (cell.row - 1, cell.column - 1), cell.value
            formula, array, several = None, False, False
            if isinstance(value, (ArrayFormula, DataTableFormula)):
                several = isinstance(value, DataTableFormula) or value.ref.split(":")[-1] != cell.coordinate
                formula = getattr(value, "text", None) or "="
                array = isinstance(value, ArrayFormula)
            elif cell.data_type == "f":
                formula = str(value)
            if within is not None and (formula is None or not inside(at, within)):
                continue
            look = PLAIN if not cell.has_style else looks.get(cell._style)
            if look is None:
                look = looks[cell._style] = _look(cell, colours)
            note = "" if cell.comment is None else str(cell.comment.text)
            held = None if formula is not None or cell.data_type == "e" else _plain(value)
            if formula is not None:
                formulas.add(at)
            if formula is not None or held is not None or look != PLAIN or note:
                found[at] = OwnCell(held, formula, look, note, array, several)
    for at, (value, _) in values_at(package, tab.part, formulas).items():
        cell_ = found[at]
        shown = None if isinstance(value, str) and _ERROR.fullmatch(value) else _plain(value)
        found[at] = OwnCell(shown, cell_.formula, cell_.look, cell_.note, cell_.array, cell_.several)
    return found


def _plain(value: object) -> str | float | int | bool | None:
    found = plain(str(value) if value.__class__.__name__ == "CellRichText" else value)
    return serial(found) if isinstance(found, datetime) else found


def _look(cell: Cell, colours: Palette) -> Look:
    font, fill = cell.font, cell.fill
    number = "" if cell.number_format == "General" else str(cell.number_format)
    if not number and isinstance(cell.value, (date, time, timedelta)):
        number = "yyyy-mm-dd"
    size = float(font.sz or 0)
    return Look(
        number, bool(font.b), bool(font.i), 0 if size in _USUAL else size, colours.of(font.color).replace(_BLACK, ""),
        colours.of(fill.fgColor) if fill.fill_type == "solid" else "",
        str(cell.alignment.horizontal or "") if cell.alignment.horizontal in ("left", "center", "right") else "",
        bool(cell.alignment.wrap_text),
    )  # fmt: skip


def _beside(sheet: Worksheet, areas: list[Area]) -> int:
    """How many cells hold something outside of some areas."""
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return sum(not inside((cell.row - 1, cell.column - 1), areas) for cell in cells)


def _notes(sheet: Worksheet) -> Iterator[tuple[tuple[int, int], str]]:
    """The notes that are not ours."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and not str(cell.comment.text).startswith(NOTE):
                yield (cell.row - 1, cell.column - 1), str(cell.comment.text)


def _rows(sheet: Worksheet, table: TableThere) -> list[int]:
    """The rows that are not blank."""
    top, left, _, _ = table.area
    columns = [place for place, header in enumerate(table.headers, left) if header != WRITTEN]
    return [
        row for row in range(top + 1, table.last_row + 1)
        if any(sheet.cell(row + 1, column + 1).value is not None for column in columns)
    ]  # fmt: skip
