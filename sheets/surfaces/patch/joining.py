"""Our tables' rows joined to those that stand in a user's workbook."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from connectors.errors import InTheWay
from sheets.surfaces.joined import Row, joined, keys_of
from sheets.surfaces.marks import column_letters
from sheets.surfaces.patch.row_cells import holds
from sheets.surfaces.patch.rows_there import RowsThere
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.users_formulas import copied, is_formula

# A row in the middle of a sheet, so that what looks up or down from it is on the sheet.
_CERTAIN: Final = 500_000


def joined_rows(standing: Standing, there: RowsThere, noted: Set[tuple[int, int]]) -> list[Row]:
    """The rows of a table as they will stand. noted: the sheet's cells with a note of the user's.

    Raises InTheWay where rows stand there without their key.
    """
    table = standing.table
    if standing.is_new:
        return joined(table, [], empty=[], holds=lambda _: False)
    gone = [one.header for one in standing.added if one.header in table.key]
    if gone and not all(there.empty):
        raise InTheWay(
            f"the column '{gone[0]}' of {table.name} is not there, by which its rows are told apart",
            where=f"tab {standing.tab.name}",
            todo="undo its deletion, or bring back a backup with `mastersheet restore`",
        )
    _, left, _, right = standing.there.area
    notes = {row - standing.first_row for row, column in noted if left <= column <= right}
    empty = [one and at not in notes for at, one in enumerate(there.empty)]

    live = set(keys_of(table))
    staying = [at for at, key in enumerate(there.keys) if key in live]
    if len(staying) < table.rows:
        # New rows have the formulas of the last row.
        staying.append(standing.many - 1)
    repeated = {
        column: {_anywhere(there, standing.first_row, at, column) for at in staying} - {None}
        for column in standing.users
    }

    buyers = [standing.places[one.header] for one in table.columns if one.owner == "buyer"]

    def stays(at: int) -> bool:
        cells = there.stood.get(at, {})
        if at in notes or any(
            holds(cells[column]) and _anywhere(there, standing.first_row, at, column) not in repeated[column]
            for column in standing.users
            if column in cells
        ):
            return True
        # What a buyer wrote beside a key is in the layout, or closed with it; beside no key it is only here.
        return there.keys[at] is None and any(holds(cells[column]) for column in buyers if column in cells)

    return joined(table, there.keys, empty=empty, holds=stays)


def _anywhere(there: RowsThere, first: int, at: int, column: int) -> str | None:
    """A user's formula as it would stand in one certain row; None where there is none.

    A formula that stands in a row that stays as well does not hold another: one that runs down a column would hold
    every row for ever.
    """
    cell = there.stood.get(at, {}).get(column)
    if cell is None or not is_formula(cell):
        return None
    letters = column_letters(column)
    return copied(cell, f"{letters}{first + at + 1}", f"{letters}{_CERTAIN}").inside or None
