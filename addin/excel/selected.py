"""The row that the user stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.errors import CannotRun

if TYPE_CHECKING:
    import xlwings


@dataclass(frozen=True)
class Selected:
    """What a row of one of the tables is about. location, system: empty where the table has none."""

    sku: str
    location: str = ""
    system: str = ""


def selected_row(book: xlwings.Book, *, with_location: bool) -> Selected:
    """The row of the active cell. Raises CannotRun where it names no SKU, and no location where one is needed."""
    selection = book.app.selection
    if selection is not None and selection.sheet.book == book:
        row, column = selection.row, selection.column
        for table in selection.sheet.tables:
            area = table.range
            inside = area.row < row <= area.last_cell.row and area.column <= column <= area.last_cell.column
            if not inside or not table.show_headers:
                continue
            top = table.header_row_range
            headers = [] if top is None else top.options(ndim=1).value
            values = selection.sheet.range((row, area.column), (row, area.last_cell.column)).options(ndim=1).value
            cells = {str(header): _said(value) for header, value in zip(headers, values, strict=False)}
            found = Selected(cells.get("SKU", ""), cells.get("Location", ""), cells.get("System", ""))
            if found.sku and (found.location or not with_location):
                return found
    where = " and a location, on Daily Check, Counts or Gaps" if with_location else ""
    raise CannotRun(
        "no such row is selected",
        where="Mastersheet",
        expected=f"a cell in a row with a SKU{where}",
        todo="click into one, then press the button again",
    )


def _said(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
