"""Rows and columns that come, go, move or are sorted, with all that goes along: formulas, rules, names, metadata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter

from tests.google.grid import Book, Cell, Sheet, areas_of

# A cell in a formula, with the sheet that it names; what stands in quotes is text.
_PIECES = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<sheet>(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?(?<![\w$])"""
    r"""(?P<column>\$?[A-Z]{1,3})(?P<row>\$?[1-9]\d*)(?![\w(])"""
)


def rearranged(book: Book, sheet: Sheet, dimension: str, places: Sequence[int | None]) -> None:
    """Columns or rows of a sheet by what they were: places[new] is the old number, None for a new one."""
    lists = sheet.columns if dimension == "COLUMNS" else sheet.rows
    new = {old: at for at, old in enumerate(places) if old is not None}
    lists[:] = [{} if old is None else lists[old] for old in places]
    by_row = dimension == "ROWS"
    sheet.cells = {
        (new[row], column) if by_row else (row, new[column]): cell
        for (row, column), cell in sheet.cells.items()
        if (row if by_row else column) in new
    }
    name = "Row" if by_row else "Column"
    for area, gone in list(areas_of(book)):
        if area.get("sheetId", 0) != sheet.number or f"start{name}Index" not in area:
            continue
        now = [new[at] for at in range(area[f"start{name}Index"], area[f"end{name}Index"]) if at in new]
        if now:
            area[f"start{name}Index"], area[f"end{name}Index"] = min(now), max(now) + 1
        else:
            gone()
    for one in list(book.metadata):
        place = one["location"].get("dimensionRange")
        if place is None or place["sheetId"] != sheet.number or place["dimension"] != dimension:
            continue
        if place["startIndex"] in new:
            place["startIndex"] = new[place["startIndex"]]
            place["endIndex"] = place["startIndex"] + 1
        else:
            book.metadata.remove(one)
    for other in book.sheets:
        for at, cell in other.cells.items():
            formula = cell.get("userEnteredValue", {}).get("formulaValue")
            if formula is not None:
                now = _readdressed(formula, other, sheet, new, by_row=by_row)
                other.cells[at] = {**cell, "userEnteredValue": {"formulaValue": now}}


def _readdressed(formula: str, on: Sheet, sheet: Sheet, new: dict[int, int], *, by_row: bool) -> str:
    def one(found: re.Match[str]) -> str:
        if found["text"]:
            return found[0]
        named = (found["sheet"] or "")[:-1].strip("'").replace("''", "'") or on.title
        if named.casefold() != sheet.title.casefold():
            return found[0]
        column, row = found["column"], found["row"]
        if by_row:
            at = new.get(int(row.removeprefix("$")) - 1)
            row = None if at is None else f"{'$' * row.startswith('$')}{at + 1}"
        else:
            at = new.get(column_index_from_string(column.removeprefix("$")) - 1)
            column = None if at is None else f"{'$' * column.startswith('$')}{get_column_letter(at + 1)}"
        return "#REF!" if at is None else f"{found['sheet'] or ''}{column}{row}"

    return _PIECES.sub(one, formula)


def sort_rows(sheet: Sheet, rows: range, columns: range, specs: Sequence[dict[str, Any]], shown: Any) -> None:
    """Rows of a range in the order of its columns' values, empty ones last; formats, notes and formulas go along.

    Rows out of sight stay where they are. shown: what a cell shows, by row and column.
    """
    seen = [row for row in rows if not sheet.out_of_sight(row)]
    order = list(seen)
    for spec in reversed(specs):
        down = spec.get("sortOrder") == "DESCENDING"
        at = spec["dimensionIndex"]
        full = [row for row in order if shown(row, at) is not None]
        full.sort(key=lambda row: _key(shown(row, at)), reverse=down)
        order = full + [row for row in order if shown(row, at) is None]
    held = {(row, column): sheet.cells.pop((row, column)) for row in seen for column in columns
            if (row, column) in sheet.cells}  # fmt: skip
    for to, row in zip(seen, order, strict=True):
        for column in columns:
            cell = held.get((row, column))
            if cell is not None:
                sheet.cells[to, column] = _at_row(cell, column, row, to)


def _key(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 2, value
    return (0, value) if isinstance(value, (int, float)) else (1, str(value).casefold())


def _at_row(cell: Cell, column: int, row: int, to: int) -> Cell:
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    if formula is None:
        return cell
    letters = get_column_letter(column + 1)
    moved = Translator(formula, f"{letters}{row + 1}").translate_formula(f"{letters}{to + 1}")
    return {**cell, "userEnteredValue": {"formulaValue": moved}}
