"""A refresh told to Excel, step by step; and taken back, at once when Excel refuses one thing, or later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from connectors.errors import CannotRun, InTheWay
from sheets.surfaces.excel.busy import answering
from sheets.surfaces.excel.grown import coloured, formats_ready, resized
from sheets.surfaces.excel.moving import sorted_by
from sheets.surfaces.excel.steps import Kept, Mark, Steps
from sheets.surfaces.excel.there import BookThere, range_of
from sheets.surfaces.live.steps import TableSteps, Writes
from sheets.surfaces.live.table import Plan
from sheets.surfaces.placed import Placed


def applied(
    there: BookThere,
    plans: Sequence[Plan],
    texts: Sequence[tuple[Writes, Writes]],
    marks: Mapping[Mark, str | None],
    tables: Mapping[str, Placed],
) -> Steps:
    """Writes everything, and says how it is taken back. Raises CannotRun when Excel refuses: all is taken back then.

    Where Excel refuses that as well, the line says so.
    """
    before = [*(one for plan in plans for one in plan.before), *(old for _, old in texts)]
    was = {mark: there.marks.get(mark) for mark in marks if there.marks.get(mark) != marks[mark]}
    done: list[TableSteps] = []
    try:
        _write_tables(there, plans, tables, done)
        for new, _ in texts:
            _type(there, new)
        for mark in was:
            _say_mark(there, mark, marks[mark])
    except Exception as failed:
        moved = {one.table for one in done}
        with suppress(Exception):
            answering(there.book)
        left = _taken_back(there, Steps([_unmoved(plan.steps, moved) for plan in plans], before, was))
        if left:
            raise _not_whole(
                there, f"could not be written ({failed}), nor taken back as a whole ({left[0]})"
            ) from failed
        if isinstance(failed, InTheWay):
            raise
        raise CannotRun(
            f"could not be written ({failed})",
            where=there.book.name,
            todo="leave the cell that you are editing and close Excel's own windows, then refresh again; "
            "what was written is taken back",
        ) from failed
    return Steps([plan.steps for plan in plans], before, was)


def put_back(there: BookThere, kept: Kept) -> None:
    """Takes back a refresh of before. Raises CannotRun, before anything is changed, where it is not as it left it."""
    for one in kept.steps.tables:
        _refuse_other(one.tab in there.sheets and one.table in there.tables, f"{one.table} is not there")
        area = next(table.area for at, stood in there.tabs.items() if at.name == one.tab for table in stood
                    if table.name == one.table)  # fmt: skip
        _refuse_other(area == one.after, f"{one.table} has other rows or columns")
    for written in kept.after:
        stands = there.cells(written.tab, written.area).formulas
        same = [list(row) for row in stands] == [list(row) for row in written.typed]
        _refuse_other(same, f"a cell that it wrote on {written.tab} was changed, or rows were moved")
    left = _taken_back(there, kept.steps)
    if left:
        raise _not_whole(there, f"could not be brought back as a whole ({left[0]})")


def stands_after(there: BookThere, steps: Steps, plans: Sequence[Plan]) -> list[Writes]:
    """What stands where the refresh wrote, and the keys of the rows there, read after it."""
    areas = [(one.tab, one.area) for one in steps.before]
    for plan in plans:
        top, left, bottom, right = plan.steps.after
        bottom -= plan.standing.there.totals
        keys = sorted(plan.standing.places[name] for name in plan.standing.table.key)
        areas += [(plan.steps.tab, (top, left, top, right))]
        if plan.steps.largest[2] > plan.steps.after[2]:
            # Cells below, which are inside while rows go back to their places.
            areas += [(plan.steps.tab, (plan.steps.after[2] + 1, left, plan.steps.largest[2], right))]
        areas += [(plan.steps.tab, (top + 1, place, max(bottom, top + 1), place)) for place in keys]
    return [Writes(tab, area, there.cells(tab, area).formulas) for tab, area in dict.fromkeys(areas)]


def _write_tables(
    there: BookThere, plans: Sequence[Plan], tables: Mapping[str, Placed], done: list[TableSteps]
) -> None:
    """done: tables whose rows Excel has moved."""
    for plan in plans:
        steps = plan.steps
        formats_ready(there, plan.standing, steps.largest)
        resized(there, steps, steps.largest)
        if steps.sorting is not None:
            sorted_by(there, steps, steps.sorting, partial(done.append, steps))
    for plan in plans:
        for one in plan.writes:
            _type(there, one)
    for plan in plans:
        resized(there, plan.steps, plan.steps.after)
        coloured(there, plan.standing, tables[plan.standing.table.name])


def _taken_back(there: BookThere, steps: Steps) -> list[Exception]:
    """Undoes each thing on its own: what Excel refuses keeps nothing else back. Gives what it refused."""
    failed: list[Exception] = []
    for table in steps.tables:
        with _noted(failed):
            resized(there, table, table.largest)
    for table in steps.tables:
        if table.sorting is not None:
            with _noted(failed):
                sorted_by(there, table, table.sorting.back)
    for one in steps.before:
        with _noted(failed):
            _type(there, one)
    for table in steps.tables:
        with _noted(failed):
            resized(there, table, table.before)
    for mark, formula in steps.marks.items():
        with _noted(failed):
            _say_mark(there, mark, formula)
    return failed


def _not_whole(there: BookThere, said: str) -> CannotRun:
    """The workbook is neither as it was nor as it should be: nobody must order by it."""
    return CannotRun(
        said,
        where=there.book.name,
        todo="close it without saving: the file is as it was saved last; `mastersheet restore` brings back older ones",
    )


@contextmanager
def _noted(failed: list[Exception]) -> Iterator[None]:
    try:
        yield
    except Exception as refused:
        failed.append(refused)


def _unmoved(table: TableSteps, moved: set[str]) -> TableSteps:
    """The steps of a table as far as they were done: rows that Excel did not move are not moved back."""
    if table.table in moved:
        return table
    return TableSteps(table.tab, table.table, table.before, table.largest, table.after, None)


def _refuse_other(same: bool, said: str) -> None:
    if not same:
        raise CannotRun(
            f"the workbook is not as the last refresh left it: {said}",
            where="Restore last refresh",
            todo="close the workbook, then `mastersheet restore` brings back the file as it was saved before",
        )


def _type(there: BookThere, one: Writes) -> None:
    range_of(there.sheets[one.tab], one.area).formula = one.typed


def _say_mark(there: BookThere, mark: Mark, formula: str | None) -> None:
    name, at = mark
    tabs = {tab.index: tab.name for tab in there.tabs}
    names = there.book.names if at is None else there.sheets[tabs[at]].names
    if not names.contains(name):
        if formula is not None:
            names.add(name, formula)
    elif formula is None:
        names(name).delete()
    elif names(name).refers_to != formula:
        names(name).refers_to = formula
