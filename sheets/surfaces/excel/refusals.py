"""What stands against a refresh of the open workbook, said before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.errors import InTheWay
from sheets.surfaces.excel.native import are_locked, is_protected
from sheets.surfaces.excel.there import BookThere, range_of
from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import Plan


def refuse_what_excel_would(there: BookThere, plans: Sequence[Plan], texts: Sequence[Writes]) -> None:
    """Raises InTheWay for locked cells of ours on a protected sheet, and for merged cells where a table grows."""
    protected: dict[str, bool] = {}
    for tab in {*(plan.steps.tab for plan in plans if _changes(plan)), *(one.tab for one in texts)}:
        protected[tab] = is_protected(there.sheets[tab])
    for plan in plans:
        if protected.get(plan.steps.tab):
            resized = plan.steps.after != plan.steps.before or plan.steps.sorting is not None
            _refuse_protected(there, plan.steps.tab, plan.writes, resized=resized)
        _refuse_merged(there, plan)
    for one in texts:
        if protected[one.tab]:
            _refuse_protected(there, one.tab, [one], resized=False)


def _changes(plan: Plan) -> bool:
    return bool(plan.writes) or plan.steps.after != plan.steps.before or plan.steps.sorting is not None


def _refuse_protected(there: BookThere, tab: str, writes: Sequence[Writes], *, resized: bool) -> None:
    if resized or any(are_locked(range_of(there.sheets[tab], one.area)) for one in writes):
        raise InTheWay(
            "is protected, and cells that a refresh writes are locked",
            where=f"tab {tab}",
            todo="unprotect the sheet (Review, Unprotect Sheet), then refresh",
        )


def _refuse_merged(there: BookThere, plan: Plan) -> None:
    """Excel takes no merged cells into a table."""
    _, left, bottom, right = plan.steps.before
    if plan.steps.largest[2] <= bottom:
        return
    grown = (bottom + 1, left, plan.steps.largest[2], right)
    if range_of(there.sheets[plan.steps.tab], grown).merge_cells is not False:
        raise InTheWay(
            f"has merged cells where the table {plan.steps.table} grows",
            where=f"tab {plan.steps.tab}",
            todo="take the merge away, or move it a few rows down, then refresh",
        )
