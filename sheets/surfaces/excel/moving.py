"""Rows that change their places: Excel itself sorts them, so that what is the user's in a row goes along with it.

Each row is given its new place in a column of ours, which is typed anew afterwards, and the table is sorted by that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from connectors.errors import CannotRun, InTheWay
from sheets.surfaces.excel.there import BookThere, range_of
from sheets.surfaces.live.steps import Sorting, TableSteps

if TYPE_CHECKING:
    import xlwings
    from xlwings.main import AutoFilterCriteria, Table


def sorted_by(there: BookThere, table: TableSteps, sorting: Sorting, done: Callable[[], None] = lambda: None) -> None:
    """Sorts the table's rows to these places. done: called once Excel has sorted.

    Hidden rows are not sorted by Excel: they are shown for it, and the same rows are hidden afterwards.
    Raises CannotRun when Excel put a row elsewhere.
    """
    sheet, order = there.sheets[table.tab], sorting.order
    place, top = sorting.column, table.before[0] + 1
    cells = range_of(sheet, (top, place, top + len(order) - 1, place))
    mark = "" if sorting.texts else "'"
    cells.formula = [[f"{mark}{at:07}"] for at in order]
    in_excel = there.tables[table.table]
    with _unfiltered(in_excel, table):
        hidden = hidden_rows(sheet, top, top + len(order) - 1)
        if hidden:
            cells.rows.hidden = False
        in_excel.sort(place - table.before[1] + 1)
        done()
        for row in hidden:
            to = top + order[row - top]
            range_of(sheet, (to, place, to, place)).rows.hidden = True
        now = cells.options(ndim=1).value
    if [str(one) for one in now] != [f"{at:07}" for at in range(len(order))]:
        raise CannotRun(f"did not sort the table {table.table}", where=there.book.name)


def hidden_rows(sheet: xlwings.Sheet, first: int, last: int) -> list[int]:
    """Which rows are hidden; one question where none or all are."""
    said = range_of(sheet, (first, 0, last, 0)).rows.hidden
    if said is not None or first == last:
        return list(range(first, last + 1)) if said else []
    middle = (first + last) // 2
    return hidden_rows(sheet, first, middle) + hidden_rows(sheet, middle + 1, last)


@contextmanager
def _unfiltered(table: Table, steps: TableSteps) -> Iterator[None]:
    """Without its filters, which keep hidden rows from being sorted, and with them again."""
    filters = [one for one in table.autofilter.criteria if one.type != "none"] if table.show_autofilter else []
    strange = [one for one in filters if one.type not in ("values", "comparison")]
    if strange:
        headers = table.header_row_range
        named = "" if headers is None else f" in {headers[0, strange[0].field - 1].value}"
        raise InTheWay(
            f"has a filter{named} that hides rows which must move",
            where=f"tab {steps.tab}",
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
