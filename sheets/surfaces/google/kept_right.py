"""What helps people not to type the wrong thing: choices to pick from, a warning on columns of ours, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sheets.surfaces.google.our_notes import is_ours, written
from sheets.surfaces.google.requests_of import ROOM, Request, grid_range, note_on
from sheets.surfaces.google.there import SheetThere
from sheets.surfaces.live.columns import runs
from sheets.surfaces.live.table import Plan
from sheets.surfaces.marks import absolute
from sheets.surfaces.placed import COLUMN_OF, Placed
from sheets.tabs.layout import Column

_INDIRECT: Final = re.compile(r'=?INDIRECT\("([^"]+)"\)')
# How a protected range says that it is ours.
GUARDS: Final = "mastersheet: "


def chosen_from(
    plan: Plan, sheet: SheetThere, tables: Mapping[str, Placed], free: Mapping[str, int]
) -> Iterator[Request]:
    """Choices of new columns of the buyer's; another word is asked about, never refused.

    free: rows below each table that nothing of ours takes; a row that comes there is offered, and has choices.
    """
    top, _, bottom, _ = plan.steps.after
    for column in plan.standing.added:
        if column.choices is None:
            continue
        place = plan.standing.places[column.header]
        area = (top + 1, place, bottom + min(free[plan.standing.table.name], ROOM), place)
        rule: dict[str, Any] = {"condition": _condition(column, tables, free), "showCustomUi": True, "strict": False}
        if column.prompt:
            rule["inputMessage"] = column.prompt
        yield {"setDataValidation": {"range": grid_range(sheet, area), "rule": rule, "filteredRowsIncluded": True}}


def _condition(column: Column, tables: Mapping[str, Placed], free: Mapping[str, int]) -> dict[str, Any]:
    """A list, or an area: Google takes no formula and no name there."""
    if isinstance(column.choices, tuple):
        return {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": one} for one in column.choices]}
    said = _INDIRECT.sub(r"\1", str(column.choices))
    found = COLUMN_OF.fullmatch(said)
    if found is None or found[1] not in tables:
        raise ValueError(f"{column.header}: choices from {column.choices}, which is no column of a table")
    placed = tables[found[1]]
    place, last = placed.place(found[2]), placed.last_row + min(free[found[1]], ROOM)
    area = absolute(placed.tab, placed.row + 1, place, last, place)
    return {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": f"={area}"}]}


def warned(plan: Plan, sheet: SheetThere) -> Iterator[Request]:
    """A warning, no lock, to whoever types into a column of ours; a user who took it away does not get it again."""
    standing, said = plan.standing, GUARDS + plan.standing.table.name
    there = [one for one in sheet.protected if one.get("description") == said]
    if not there and not standing.is_new:
        return
    top, _, bottom, _ = plan.steps.after
    ours = [standing.places[one.header] for one in standing.table.columns if one.owner == "ours" and not one.fills]
    wanted = [grid_range(sheet, (top, first, bottom, last)) for first, last in runs(ours)]
    for one in there:
        stands = {"sheetId": 0, **one["range"]}
        area = next((area for area in wanted if _side_by_side(area, stands)), None)
        if area is None:
            yield {"deleteProtectedRange": {"protectedRangeId": one["protectedRangeId"]}}
            continue
        wanted.remove(area)
        if stands != area:
            new = {"protectedRangeId": one["protectedRangeId"], "range": area}
            yield {"updateProtectedRange": {"protectedRange": new, "fields": "range"}}
    for area in wanted if standing.added else ():
        yield {"addProtectedRange": {"protectedRange": {"range": area, "description": said, "warningOnly": True}}}


def _side_by_side(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Whether two areas have a column in common."""
    return (one["startColumnIndex"] < other.get("endColumnIndex", 1 << 30)
            and other.get("startColumnIndex", 0) < one["endColumnIndex"])  # fmt: skip


def noted(plan: Plan, sheet: SheetThere, placed: Placed) -> Iterator[Request]:
    """Notes on our cells, and on the headers of new columns that have a prompt. A note of the user's stays."""
    standing, top = plan.standing, plan.steps.before[0]
    there = _after_sorting(plan, sheet)
    wanted: dict[tuple[int, int], str] = {}
    for column in standing.table.columns:
        place = standing.places[column.header]
        for row, note in column.notes.items():
            wanted[placed.at(row), place] = note
        if column in standing.added and column.prompt and column.choices is None and (top, place) not in sheet.notes:
            yield note_on(sheet, top, place, column.prompt)
    for at in sorted({*wanted, *(at for at, note in there.items() if is_ours(note))}):
        stands = there.get(at, "")
        note = written(wanted.get(at, ""), stands)
        if stands != note and (not stands or is_ours(stands)):
            yield note_on(sheet, *at, note)


def _after_sorting(plan: Plan, sheet: SheetThere) -> Mapping[tuple[int, int], str]:
    """The notes in the table's own columns, where they are once rows have moved."""
    top, left, bottom, right = plan.steps.before
    ours = {plan.standing.places[one.header] for one in plan.standing.table.columns if one.owner == "ours"}
    order = None if plan.steps.sorting is None else plan.steps.sorting.order
    found = {}
    for (row, column), note in sheet.notes.items():
        if not (top < row <= bottom and left <= column <= right and column in ours):
            continue
        at = row - top - 1
        to = at if order is None or at >= len(order) else order[at]
        found[top + 1 + to, column] = note
    return found
