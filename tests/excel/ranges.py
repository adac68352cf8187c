"""Cells of the stand-in, and the rules that colour them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.formatting.rule import FormulaRule
from openpyxl.formula.translate import Translator
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from xlwings import base_classes

from tests.excel.native import NativeRange
from tests.excel.told import Refused, Told
from tests.excel.typing_cells import read_cell, said_in, type_into

if TYPE_CHECKING:
    from tests.excel.engine import Sheet


class Range(Told, base_classes.Range):
    has_array = False
    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, first: Any, last: Any = None) -> None:
        self._sheet = sheet
        if isinstance(first, str):
            left, top, right, bottom = range_boundaries(first.replace("$", ""))
            first, last = (top, left), (bottom, right)
        if isinstance(first, Range):
            last = (last or first)._last
            first = first._first
        self._first, self._last = first, last or first

    sheet = property(lambda self: self._sheet)
    api = property(lambda self: NativeRange([one for row in self._rows(self._sheet._book._typed) for one in row]))
    row = property(lambda self: self._first[0])
    column = property(lambda self: self._first[1])
    shape = property(lambda self: self._size())
    coords = property(lambda self: (self._sheet._title, *self._first, *self._size()))
    address = property(lambda self: self._address())

    def _size(self) -> tuple[int, int]:
        return self._last[0] - self._first[0] + 1, self._last[1] - self._first[1] + 1

    def _address(self) -> str:
        first, last = (f"${get_column_letter(column)}${row}" for row, column in (self._first, self._last))
        return first if first == last else f"{first}:{last}"

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        return self._address()

    def __len__(self) -> int:
        return self._size()[0] * self._size()[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = divmod(row - 1, self._size()[1])
            row, column = row + 1, column + 1
        return Range(self._sheet, (self._first[0] + row - 1, self._first[1] + column - 1))

    def select(self) -> None:
        """On the tab in front only; what is selected comes into sight."""
        book = self._sheet._book
        if book._active != self._sheet._title:
            raise Refused("Select method of Range class failed")
        book._cursor[book._active] = self
        book._sights[book._active] = [max(1, self._first[0] - 5), 1]

    def _rows(self, workbook: openpyxl.Workbook) -> list[tuple[Any, ...]]:
        (top, left), (bottom, right) = self._first, self._last
        return list(workbook[self._sheet._title].iter_rows(top, bottom, left, right))

    def _shaped(self, rows: list[tuple[Any, ...]]) -> Any:
        return rows[0][0] if self._size() == (1, 1) else tuple(rows)

    @property
    def raw_value(self) -> Any:
        typed = self._rows(self._sheet._book._typed)
        formulas = any(cell.data_type == "f" for row in typed for cell in row)
        shown = self._rows(self._sheet._book._worked_out()) if formulas else typed
        rows = [
            tuple("" if one.value is None and under.data_type == "f" else read_cell(one, under) for one, under in pairs)
            for pairs in (zip(row, below, strict=True) for row, below in zip(shown, typed, strict=True))
        ]
        return self._shaped(rows)

    @property
    def formula(self) -> Any:
        return self._shaped([tuple(said_in(cell) for cell in row) for row in self._rows(self._sheet._book._typed)])

    @formula.setter
    def formula(self, value: Any) -> None:
        rows = self._rows(self._sheet._book._typed)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                type_into(cell, value[at][place] if isinstance(value, (list, tuple)) else value)
        self._sheet._book._stale = True

    @property
    def number_format(self) -> str | None:
        formats = {cell.number_format for row in self._rows(self._sheet._book._typed) for cell in row}
        return formats.pop() if len(formats) == 1 else None

    @number_format.setter
    def number_format(self, value: str) -> None:
        for row in self._rows(self._sheet._book._typed):
            for cell in row:
                cell.number_format = value

    @property
    def merge_cells(self) -> bool | None:
        (top, left), (bottom, right) = self._first, self._last
        merged = sum(
            any(one.min_row <= row <= one.max_row and one.min_col <= column <= one.max_col
                for one in self._sheet._cells().merged_cells.ranges)
            for row in range(top, bottom + 1) for column in range(left, right + 1)
        )  # fmt: skip
        return False if not merged else True if merged == len(self) else None

    @property
    def column_width(self) -> float | None:
        return self._sheet._cells().column_dimensions[get_column_letter(self._first[1])].width

    @column_width.setter
    def column_width(self, value: float) -> None:
        self._sheet._cells().column_dimensions[get_column_letter(self._first[1])].width = value

    @property
    def row_hidden(self) -> bool | None:
        rows = self._sheet._cells().row_dimensions
        said = {bool(rows[row].hidden) for row in range(self._first[0], self._last[0] + 1)}
        return said.pop() if len(said) == 1 else None

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        for row in range(self._first[0], self._last[0] + 1):
            self._sheet._cells().row_dimensions[row].hidden = value

    @property
    def conditional_formats(self) -> Rules:
        return Rules(self)

    def autofill(self, destination: Any, type_: str) -> None:
        """Formats only: those of the first rows again and again."""
        assert type_ == "fill_formats"
        rows = self._rows(self._sheet._book._typed)
        target = Range(self._sheet, destination.impl._first, destination.impl._last)
        for at, row in enumerate(target._rows(self._sheet._book._typed)):
            for cell, source in zip(row, rows[at % len(rows)], strict=True):
                cell._style = copy(source._style)


class Rules(Told, base_classes.ConditionalFormats):
    """The rules of a range's sheet that touch the range."""

    def __init__(self, area: Range) -> None:
        self._area = area

    api = property(lambda self: self._area._sheet._cells().conditional_formatting)
    parent = property(lambda self: self._area)

    def _every(self) -> list[Rule]:
        (top, left), (bottom, right) = self._area._first, self._area._last
        found = []
        for each in self._area._sheet._cells().conditional_formatting:
            areas = [one.bounds for one in each.sqref.ranges]
            if any(a <= right and c >= left and b <= bottom and d >= top for a, b, c, d in areas):
                found += [Rule(self._area._sheet, each, rule) for rule in each.rules]
        return found

    def __len__(self) -> int:
        return len(self._every())

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._every())

    def __call__(self, which: int) -> Rule:
        return self._every()[which - 1]

    def add_custom(self, spec: dict[str, Any]) -> Rule:
        """Its formula is read as seen from the active cell."""
        app = self._area._sheet._book._books._app
        seen_from = app._selected._first
        formula = Translator(spec["formula"], f"{get_column_letter(seen_from[1])}{seen_from[0]}").translate_formula(
            f"{get_column_letter(self._area._first[1])}{self._area._first[0]}"
        )
        look = {} if "fill_color" not in spec else {"fill": PatternFill(bgColor=_hex(spec["fill_color"]))}
        rule = FormulaRule(formula=[formula.removeprefix("=")], stopIfTrue=spec["stop_if_true"], **look)
        self._area._sheet._cells().conditional_formatting.add(self._area._address().replace("$", ""), rule)
        return self._every()[-1]


class Rule(Told, base_classes.ConditionalFormat):
    def __init__(self, sheet: Sheet, area: Any, rule: Any) -> None:
        self._sheet, self._area, self._rule = sheet, area, rule

    api = property(lambda self: self._rule)
    type = property(lambda self: "custom" if self._rule.type == "expression" else "unknown")
    formula = property(lambda self: f"={self._rule.formula[0]}")

    def delete(self) -> None:
        rules = self._sheet._cells().conditional_formatting
        rules._cf_rules[self._area].remove(self._rule)
        if not rules._cf_rules[self._area]:
            del rules._cf_rules[self._area]


def _hex(colour: Any) -> str:
    return "".join(f"{one:02X}" for one in colour) if isinstance(colour, tuple) else str(colour).removeprefix("#")
