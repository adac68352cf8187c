"""Rows that come into a table look as those that were there, and bring nothing along that was about other rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from connectors.errors import InTheWay
from sheets.surfaces.google.requests_of import Request, grid_range, note_on
from sheets.surfaces.google.there import SheetThere
from sheets.surfaces.live.columns import runs
from sheets.surfaces.live.table import Plan
from sheets.surfaces.marks import absolute

# Formats and choices; a colour that somebody gave to the row which is copied is that row's alone.
_PASTED: Final = ("PASTE_FORMAT", "PASTE_DATA_VALIDATION")
_COLOUR: Final = "userEnteredFormat(backgroundColor,backgroundColorStyle)"


def looking_alike(plan: Plan, sheet: SheetThere) -> Iterator[Request]:
    """New rows look as one that stays beside them, else as one that leaves; not in its colour."""
    standing, top = plan.standing, plan.steps.before[0] + 1
    left, right = standing.there.area[1], standing.there.area[3]
    if standing.is_new or not standing.many:
        return
    new, staying = _new(plan), _staying(plan)
    for first, last in runs(new):
        # Of rows that stay the nearest above, else the next below; of rows that leave the first below the table.
        above, below = [at for at in staying if at < first], [at for at in staying if at > last]
        source = top + (max(above) if above else min(below) if below else _leaving(plan))
        area = (top + first, left, top + last, right)
        for kind in _PASTED:
            yield {"copyPaste": {
                "source": grid_range(sheet, (source, left, source, right)), "destination": grid_range(sheet, area),
                "pasteType": kind, "pasteOrientation": "NORMAL",
            }}  # fmt: skip
        yield {"repeatCell": {"range": grid_range(sheet, area), "cell": {}, "fields": _COLOUR}}


def notes_below(plan: Plan, sheet: SheetThere) -> Iterator[Request]:
    """Notes on blank rows right below, which are taken into the table: they stay below it.

    Raises InTheWay where the table grows over one.
    """
    sorting, (_, left, bottom, right) = plan.steps.sorting, plan.steps.after
    first = plan.standing.first_row
    for (row, column), note in sheet.notes.items():
        at = row - first
        if at < plan.standing.many or not left <= column <= right or row > max(bottom, plan.steps.largest[2]):
            continue
        if row <= bottom:
            raise InTheWay(
                f"holds a note where the table {plan.standing.table.name} grows",
                where=absolute(sheet.title, row, column).replace("$", ""),
                todo="move it a few rows away, then refresh",
            )
        if sorting is not None and at < len(sorting.order):
            yield note_on(sheet, first + sorting.order[at], column, "")
            yield note_on(sheet, row, column, note)


def _new(plan: Plan) -> list[int]:
    """The places of rows that come, from 0."""
    sorting, many, after = plan.steps.sorting, plan.standing.many, _after(plan)
    places = range(many, after) if sorting is None else sorting.order[many:]
    return sorted(at for at in places if at < after)


def _staying(plan: Plan) -> list[int]:
    """The places of rows that were there and stay."""
    sorting, many, after = plan.steps.sorting, plan.standing.many, _after(plan)
    places = range(many) if sorting is None else sorting.order[:many]
    return [at for at in places if at < after]


def _leaving(plan: Plan) -> int:
    """The place of a row that leaves."""
    sorting = plan.steps.sorting
    return 0 if sorting is None else min(at for at in sorting.order[: plan.standing.many] if at >= _after(plan))


def _after(plan: Plan) -> int:
    """How many rows the table has then."""
    return plan.steps.after[2] - plan.steps.after[0]
