"""Rows that change their places: Excel itself sorts them, so that what is the user's in a row goes along with it.

Each row is given its new place in a column of ours, which is typed anew afterwards, and the table is sorted by that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from connectors.errors import CannotRun, InTheWay
from sheets.surfaces.excel.grown import takes_texts
from sheets.surfaces.excel.there import BookThere, range_of
from sheets.surfaces.joined import Row
from sheets.surfaces.patch.standing import Standing
from sheets.tabs.layout import Column

if TYPE_CHECKING:
    import xlwings
    from xlwings.main import AutoFilterCriteria, Table


def order_of(standing: Standing, rows: Sequence[Row]) -> list[int] | None:
    """The place of each row of the table once it is sorted, with new rows at its end; None where none moves.

    Rows that leave the table come to stand below all others.
    """
    if not standing.moves or all(row.stood == at for at, row in enumerate(rows[: standing.many])):
        return None
    to = {row.stood: at for at, row in enumerate(rows) if row.stood is not None}
    leave = iter(range(len(rows), len(rows) + standing.many))
    new = [at for at, row in enumerate(rows) if row.stood is None]
    return [to[row] if row in to else next(leave) for row in range(standing.many)] + new


def sorted_by(there: BookThere, standing: Standing, order: Sequence[int], done: Callable[[], None]) -> None:
    """Sorts the table's rows to these places. done: called once Excel has sorted.

    Hidden rows are not sorted by Excel: they are shown for it, and the same rows are hidden afterwards.
    Raises CannotRun when Excel put a row elsewhere.
    """
    column, sheet = sort_column(standing), there.sheets[standing.tab.name]
    place, top = standing.places[column.header], standing.first_row
    cells = range_of(sheet, (top, place, top + len(order) - 1, place))
    mark = "" if takes_texts(column) else "'"
    cells.formula = [[f"{mark}{at:07}"] for at in order]
    table = there.tables[standing.table.name]
    with _unfiltered(table, standing):
        hidden = hidden_rows(sheet, top, top + len(order) - 1)
        if hidden:
            cells.rows.hidden = False
        table.sort(place - standing.there.area[1] + 1)
        done()
        for row in hidden:
            to = top + order[row - top]
            range_of(sheet, (to, place, to, place)).rows.hidden = True
        now = cells.options(ndim=1).value
    if [str(one) for one in now] != [f"{at:07}" for at in range(len(order))]:
        raise CannotRun(f"did not sort the table {standing.table.name}", where=there.book.name)


def hidden_rows(sheet: xlwings.Sheet, first: int, last: int) -> list[int]:
    """Which rows are hidden; one question where none or all are."""
    said = range_of(sheet, (first, 0, last, 0)).rows.hidden
    if said is not None or first == last:
        return list(range(first, last + 1)) if said else []
    middle = (first + last) // 2
    return hidden_rows(sheet, first, middle) + hidden_rows(sheet, middle + 1, last)


def sort_column(standing: Standing) -> Column:
    """The column of ours that holds the places for a moment."""
    return next(one for one in standing.table.columns if one.owner == "ours" and one not in standing.added)


def inverse(order: Sequence[int]) -> list[int]:
    """The order that puts the rows back."""
    found = [0] * len(order)
    for row, at in enumerate(order):
        found[at] = row
    return found


@contextmanager
def _unfiltered(table: Table, standing: Standing) -> Iterator[None]:
    """Without its filters, which keep hidden rows from being sorted, and with them again."""
    filters = [one for one in table.autofilter.criteria if one.type != "none"] if table.show_autofilter else []
    strange = [one for one in filters if one.type not in ("values", "comparison")]
    if strange:
        raise InTheWay(
            f"has a filter in {standing.there.headers[strange[0].field - 1]} that hides rows which must move",
            where=f"tab {standing.tab.name}",
            todo="clear it (Data, Clear), then refresh",
        )
    for one in filters:
        table.autofilter.clear(one.field)
    try:
        yield
    finally:
        for one in filters:
            with suppress(Exception):
                _filtered(table, one)


def _filtered(table: Table, one: AutoFilterCriteria) -> None:
    if one.type == "values":
        table.autofilter.apply_values(one.field, one.values or [])
    elif one.operator is not None and one.value1 is not None:
        more = [] if one.value2 is None else [one.value2]
        table.autofilter.apply_comparison(one.field, one.operator, one.value1, *more)
