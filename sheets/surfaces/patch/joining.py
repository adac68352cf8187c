"""Our tables' rows joined to those that stand in a user's workbook."""

from __future__ import annotations

from collections.abc import Set

from sheets.surfaces.joined import Row, joined
from sheets.surfaces.marks import column_letters
from sheets.surfaces.patch.row_cells import CellText, holds
from sheets.surfaces.patch.rows_there import RowsThere
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.users_formulas import copied, is_formula


def joined_rows(standing: Standing, there: RowsThere, noted: Set[tuple[int, int]]) -> list[Row]:
    """The rows of a table as they will stand. noted: the sheet's cells with a note of the user's."""
    table = standing.table
    if standing.is_new:
        return joined(table, [], empty=[], holds=lambda _: False)
    _, left, _, right = standing.there.area
    notes = {row - standing.first_row for row, column in noted if left <= column <= right}
    empty = [one and at not in notes for at, one in enumerate(there.empty)]

    def stays(at: int) -> bool:
        return at in notes or any(_is_own(standing, there, at, column) for column in standing.users)

    return joined(table, there.keys, empty=empty, holds=stays)


def _is_own(standing: Standing, there: RowsThere, at: int, column: int) -> bool:
    """Whether a cell of a user's column holds something that only stands there.

    A formula that runs down the column does not: it would hold every row for ever.
    """
    cell = there.stood.get(at, {}).get(column)
    if cell is None or not holds(cell):
        return False
    if not is_formula(cell):
        return True
    beside = (at - 1, at + 1)
    return not any(_goes_on(standing, there, at, other, column, cell) for other in beside)


def _goes_on(standing: Standing, there: RowsThere, at: int, other: int, column: int, cell: CellText) -> bool:
    above = there.stood.get(other, {}).get(column)
    if above is None or not is_formula(above):
        return False
    letters, first = column_letters(column), standing.first_row
    here = f"{letters}{first + at + 1}"
    return copied(above, f"{letters}{first + other + 1}", here).inside == copied(cell, here, here).inside
