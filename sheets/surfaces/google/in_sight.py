"""Filters and hidden rows: out of the way while rows move, and then as they were.

Google sorts and pastes around rows that are not in sight: they stay where they are, and what people wrote in them would
come to stand beside another SKU.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.errors import InTheWay
from sheets.surfaces.google.requests_of import Request
from sheets.surfaces.google.there import SheetThere
from sheets.surfaces.live.columns import runs
from sheets.surfaces.live.table import Plan
from sheets.surfaces.marks import absolute


def refuse_merged(plan: Plan, sheet: SheetThere) -> None:
    """Raises InTheWay where rows would move that a user merged with others: Google sorts no such range."""
    if plan.steps.sorting is None:
        return
    top, left, bottom, right = plan.steps.before
    for merge in sheet.merges:
        first, last = merge["startRowIndex"], merge["endRowIndex"] - 1
        if last > first and last > top and first <= bottom and left < merge["endColumnIndex"] and (
            merge["startColumnIndex"] <= right
        ):  # fmt: skip
            raise InTheWay(
                f"cells are merged over rows of the table {plan.standing.table.name}, which move",
                where=absolute(sheet.title, first, merge["startColumnIndex"]).replace("$", ""),
                todo="unmerge them (Format, Merge cells, Unmerge)",
            )


def shown(plans: Iterable[Plan], sheet: SheetThere) -> Iterator[Request]:
    """What takes filter and hidden rows out of the way, where rows of a table on the sheet move or come."""
    moving = [one for one in plans if _moves(one)]
    if moving and sheet.filter is not None:
        yield {"clearBasicFilter": {"sheetId": sheet.number}}
    for one in moving:
        yield from _hidden(sheet, hidden_in(one, sheet), hidden=False)


def as_before(plans: Iterable[Plan], sheet: SheetThere) -> Iterator[Request]:
    """What puts them back: rows that were hidden are hidden where they are now, the filter takes rows that came."""
    several, stood = touched(plans, sheet), filtered(sheet)
    for one in several:
        last = one.steps.after[2]
        # Rows below that the table took hold something now, and stay in sight.
        below = [row for row in hidden_in(one, sheet) if row > max(last, one.steps.before[2])]
        yield from _hidden(sheet, [row for row in _now(one, sheet) if row <= last] + below, hidden=True)
    if several and stood is not None:
        yield {"setBasicFilter": {"filter": _filter(stood, several)}}


def touched(plans: Iterable[Plan], sheet: SheetThere) -> list[Plan]:
    """The tables whose rows are put aside, now or by a refresh that broke off."""
    return [one for one in plans if sheet.aside is not None or _moves(one)]


def filtered(sheet: SheetThere) -> Mapping[str, Any] | None:
    """The filter that a sheet is to have again."""
    return sheet.aside.filter if sheet.filter is None and sheet.aside is not None else sheet.filter


def _moves(plan: Plan) -> bool:
    return plan.steps.sorting is not None or plan.steps.after[2] != plan.steps.before[2]


def hidden_in(plan: Plan, sheet: SheetThere) -> list[int]:
    """Rows that a user hid, of a table and right below it, as far as it reaches while rows move."""
    top, bottom = plan.steps.before[0] + 1, max(plan.steps.largest[2], plan.steps.before[2])
    aside = () if sheet.aside is None else sheet.aside.hidden.get(plan.standing.table.name, ())
    return sorted({*aside, *(row for row in sheet.hidden if top <= row <= bottom)})


def _now(plan: Plan, sheet: SheetThere) -> list[int]:
    """Where the rows of a table that a user hid are once rows have moved."""
    top, order = plan.steps.before[0] + 1, None if plan.steps.sorting is None else plan.steps.sorting.order
    at = [row - top for row in hidden_in(plan, sheet) if row <= plan.steps.before[2]]
    return [top + (order[row] if order is not None and row < len(order) else row) for row in at]


def _hidden(sheet: SheetThere, rows: Sequence[int], *, hidden: bool) -> Iterator[Request]:
    for first, last in runs(rows):
        area = {"sheetId": sheet.number, "dimension": "ROWS", "startIndex": first, "endIndex": last + 1}
        yield {"updateDimensionProperties": {
            "range": area, "properties": {"hiddenByUser": hidden}, "fields": "hiddenByUser",
        }}  # fmt: skip


def _filter(stood: Mapping[str, Any], moving: Iterable[Plan]) -> dict[str, Any]:
    """The filter as it was; where it ended with a table it ends with it again."""
    # Both criteria are told, and only one may be set; a filter of a table of Google's own goes by the table. To sort
    # by it again would move rows.
    made = {name: value for name, value in stood.items() if name not in ("criteria", "sortSpecs", "range", "tableId")}
    if "tableId" in stood:
        return {**made, "tableId": stood["tableId"]}
    area = dict(stood["range"])
    for one in moving:
        if area.get("startRowIndex", 0) == one.steps.before[0] and area.get("endRowIndex") == one.steps.before[2] + 1:
            area["endRowIndex"] = one.steps.after[2] + 1
    return {**made, "range": area}
