"""The tables of a sheet of the stand-in, how they are sorted and filtered."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.filters import FilterColumn
from openpyxl.worksheet.filters import Filters as FilterValues
from xlwings import base_classes

from tests.excel.told import Refused, Told
from tests.excel.typing_cells import said_in

if TYPE_CHECKING:
    from tests.excel.engine import Range, Sheet


class Tables(Told, base_classes.Tables):
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    parent = property(lambda self: self._sheet)
    api = property(lambda self: self._sheet._cells().tables)

    def __len__(self) -> int:
        return len(self._sheet._cells().tables)

    def __iter__(self) -> Iterator[Table]:
        return (Table(self._sheet, table) for table in self._sheet._cells().tables.values())

    def __call__(self, which: int | str) -> Table:
        tables = self._sheet._cells().tables
        return list(self)[which - 1] if isinstance(which, int) else Table(self._sheet, tables[which])


class Table(Told, base_classes.Table):
    def __init__(self, sheet: Sheet, table: Any) -> None:
        self._sheet, self._table = sheet, table

    name = property(lambda self: self._table.displayName)
    parent = property(lambda self: self._sheet)
    api = property(lambda self: self._table)
    range = property(lambda self: self._sheet._range(self._table.ref))
    show_headers = property(lambda self: self._table.headerRowCount != 0)
    show_totals = property(lambda self: bool(self._table.totalsRowCount))

    @property
    def header_row_range(self) -> Range:
        left, top, right, _ = range_boundaries(self._table.ref)
        return self._sheet._range((top, left), (top, right))

    show_autofilter = property(lambda self: self._table.autoFilter is not None)
    autofilter = property(lambda self: Filters(self._sheet, self._table))

    def sort(self, keys: Any, ascending: Any) -> None:
        """By one column of texts. Rows that are hidden stay where they are, as in Excel."""
        sheet = self._sheet._cells()
        left, top, right, bottom = range_boundaries(self._table.ref)
        bottom -= bool(self._table.totalsRowCount)
        rows = [row for row in range(top + 1, bottom + 1) if not sheet.row_dimensions[row].hidden]
        held = {
            row: [(cell.value, cell.data_type, copy(cell._style), cell.comment) for cell in line]
            for row, (line,) in ((row, sheet.iter_rows(row, row, left, right)) for row in rows)
        }
        key = keys[0] - 1
        for to, row in zip(rows, sorted(rows, key=lambda row: str(held[row][key][0])), strict=True):
            for column, (value, kind, style, comment) in enumerate(held[row], left):
                cell, letters = sheet.cell(to, column), get_column_letter(column)
                if kind == "f":
                    value = Translator(value, f"{letters}{row}").translate_formula(f"{letters}{to}")
                cell.value, cell._style = value, style
                cell.data_type = kind
                cell.comment = None if comment is None else copy(comment)
        self._sheet._book._stale = True

    def resize(self, area: Any) -> None:
        new = self._sheet._range(area.impl._first, area.impl._last)
        left, top, _, _ = range_boundaries(self._table.ref)
        if new._first != (top, left):
            raise Refused("a table keeps its first header")
        self._table.ref = new._address().replace("$", "")
        if self._table.autoFilter is not None:
            self._table.autoFilter.ref = self._table.ref
        headers = [cell.value for cell in new._rows(self._sheet._book._typed)[0]]
        self._table.tableColumns = []
        self._table._initialise_columns()
        for column, header in zip(self._table.tableColumns, headers, strict=True):
            column.name = str(header)


class Filters(Told, base_classes.AutoFilter):
    """The filters of a table's columns."""

    def __init__(self, sheet: Sheet, table: Any) -> None:
        self._sheet, self._table = sheet, table

    @property
    def criteria(self) -> list[dict[str, Any]]:
        found = []
        for one in self._table.autoFilter.filterColumn:
            values = None if one.filters is None else list(one.filters.filter)
            found.append({"field": one.colId + 1, "type": "unknown" if values is None else "values", "values": values})
        return found

    def clear(self, field: int | None = None) -> None:
        filters = self._table.autoFilter
        filters.filterColumn = [one for one in filters.filterColumn if field is not None and one.colId + 1 != field]
        self._hides()

    def apply_values(self, field: int, values: list[str]) -> None:
        self._table.autoFilter.filterColumn.append(FilterColumn(colId=field - 1, filters=FilterValues(filter=values)))
        self._hides()

    def _hides(self) -> None:
        left, top, _, bottom = range_boundaries(self._table.ref)
        sheet = self._sheet._cells()
        for row in range(top + 1, bottom + 1):
            sheet.row_dimensions[row].hidden = any(
                one.filters is not None and said_in(sheet.cell(row, left + one.colId)) not in one.filters.filter
                for one in self._table.autoFilter.filterColumn
            )
