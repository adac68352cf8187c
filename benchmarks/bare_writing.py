"""The cells of a layout written by XlsxWriter in a plain double loop: no tables, no colours, no widths, no notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheets.surfaces.look import FORMS
from sheets.surfaces.visible import visible
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Column, Form, Layout, Table, Text

Plain = str | float | bool | None


@dataclass(frozen=True)
class PlainColumn:
    """One column's cells from the header down, ready to be written; times are numbers already."""

    place: int
    form: Form
    values: Sequence[Plain]
    formulas: Sequence[str | None] | None = None


@dataclass(frozen=True)
class PlainBlock:
    """Columns of one length, the first cell of each in this row."""

    row: int
    columns: tuple[PlainColumn, ...]


@dataclass(frozen=True)
class PlainTab:
    """A tab's name and blocks."""

    name: str
    blocks: tuple[PlainBlock, ...]


def plain_tabs(layout: Layout) -> tuple[PlainTab, ...]:
    """The layout's cells without anything else. Made before the clock starts."""
    return tuple(
        PlainTab(tab.name, tuple(_block(block.row, block.column, block.content) for block in tab.blocks))
        for tab in layout.tabs
    )


def _block(row: int, place: int, content: Table | Text) -> PlainBlock:
    if isinstance(content, Table):
        return PlainBlock(row, tuple(_column(at, column) for at, column in enumerate(content.columns, place)))
    shown = content.link if content.value is None else content.value
    first = PlainColumn(place, content.form, _plain([shown]), None if content.formula is None else [content.formula])
    rest = (PlainColumn(at, content.form, [None]) for at in range(place + 1, place + content.span))
    return PlainBlock(row, (first, *rest))


def _column(place: int, column: Column) -> PlainColumn:
    values = _plain(column.values) or [None]  # Excel's tables have one row at least
    formula = [column.formula] * len(values) if isinstance(column.formula, str) else column.formula
    formulas = None if formula is None or not len(column.values) else [None, *formula]
    return PlainColumn(place, column.form, [column.header, *values], formulas)


def _plain(values: Sequence[object]) -> list[Plain]:
    return [serial(value) if isinstance(value, datetime) else value for value in visible(values)]  # type: ignore[arg-type]


class FormulasAsTheyAre(Worksheet):
    """A sheet that skips XlsxWriter's search of every formula for new functions, as ours do."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write_bare(tabs: Sequence[PlainTab], path: Path, kind: type[Worksheet] = Worksheet) -> None:
    """Writes them: one format per column, and for every cell the method of its kind."""
    workbook = Workbook(str(path), _OPTIONS)
    for tab in tabs:
        sheet = workbook.add_worksheet(tab.name, kind)
        for block in tab.blocks:
            formats = [workbook.add_format({"num_format": FORMS[column.form]}) for column in block.columns]
            for at in range(len(block.columns[0].values)):
                for column, look in zip(block.columns, formats, strict=True):
                    _write(sheet, block.row + at, column, at, look)
    workbook.close()


def _write(sheet: Worksheet, row: int, column: PlainColumn, at: int, look: Format) -> None:
    value = column.values[at]
    formula = None if column.formulas is None else column.formulas[at]
    if formula is not None:
        sheet.write_formula(row, column.place, formula, look, "" if value is None else value)
    elif value is None:
        sheet.write_blank(row, column.place, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column.place, value, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column.place, value, look)
    else:
        sheet.write_number(row, column.place, value, look)
