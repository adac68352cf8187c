"""Whether somebody worked in the spreadsheet between our reading and our writing: a look just before the batch, and one
at what stands there after it.

Google takes cells by their numbers. A row that came in between would put every number below it on another SKU.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_URL

from connectors.errors import ChangedMeanwhile
from connectors.google.refused import NotTaken
from sheets.surfaces.google.requests_of import grid_range
from sheets.surfaces.google.there import GoogleThere, SheetThere
from sheets.surfaces.google.typed import entered_of
from sheets.surfaces.live.columns import runs
from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import Plan
from sheets.surfaces.marks import Area, column_letters

if TYPE_CHECKING:
    from connectors.google.asked import Asked

SHEETS: Final = (
    "sheets(properties(sheetId,title,gridProperties),"
    "data(startRow,startColumn,rowData(values(userEnteredValue(formulaValue),effectiveValue))))"
)


@dataclass(frozen=True)
class Watched:
    """An area of a sheet, and what is entered in its cells, row by row."""

    sheet: SheetThere
    area: Area
    entered: Sequence[Sequence[Any]]

    @property
    def a1(self) -> str:
        """The area by its address."""
        top, left, bottom, right = self.area
        title = self.sheet.title.replace("'", "''")
        return f"'{title}'!{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"


def before(there: GoogleThere, plans: Iterable[Plan], said: Iterable[Writes], tabs: Iterable[str]) -> list[Watched]:
    """What must still stand when the batch comes, in tabs that are there.

    Headers, keys, where rows move what people wrote in them, cells that a refresh fills, and all that is empty yet and
    will be written. said: texts that are written.
    """
    areas: dict[str, list[Area]] = {tab: [] for tab in sorted(tabs)}
    for plan in plans:
        standing = plan.standing
        top, left, bottom, right = standing.there.area
        if standing.is_new or right < left:
            continue
        end, last = max(plan.steps.largest[2], bottom + 1), standing.last_column
        found = areas[standing.tab.name]
        found += [(top, left, top, last), *((top + 1, first, bottom, to) for first, to in _columns(plan))]
        # Below: another refresh, on another computer, may have put a row there.
        found += [(bottom + 1, left, end, last), (top + 1, right + 1, bottom, last)]
    for one in said:
        if one.tab in areas and not any(_inside(one.area, area) for area in areas[one.tab]):
            areas[one.tab].append(one.area)
    watched = []
    for tab, several in areas.items():
        sheet = there.sheets[tab]
        there_ = [on for area in several or [_FIRST] if (on := _on(sheet, area)) is not None]
        watched += [Watched(sheet, area, _entered(sheet, area)) for area in there_]
    return watched


def _on(sheet: SheetThere, area: Area) -> Area | None:
    """An area as far as the sheet reaches."""
    top, left, bottom, right = area[0], area[1], min(area[2], sheet.size[0] - 1), min(area[3], sheet.size[1] - 1)
    return (top, left, bottom, right) if top <= bottom and left <= right else None


def _inside(one: Area, other: Area) -> bool:
    return other[0] <= one[0] and other[1] <= one[1] and one[2] <= other[2] and one[3] <= other[3]


_FIRST: Final = (0, 0, 0, 0)
_GONE: Final = re.compile(r"exceeds grid limits|No grid with id", re.IGNORECASE)


def _columns(plan: Plan) -> Iterator[tuple[int, int]]:
    """The columns by which rows are known, those that people write in where rows move, and those that are filled."""
    standing = plan.standing
    places = {standing.places[name] for name in standing.table.key}
    buyers = {standing.places[one.header] for one in standing.table.columns if one.owner == "buyer"}
    if standing.moves:
        places |= {*standing.users, *buyers}
    left = standing.there.area[1]
    for made, stood in zip(plan.made, plan.stood, strict=True):
        places |= {place for place in buyers - places if stood[place - left] == "" and made[place - left] != ""}
    yield from runs([place for place in places if place <= standing.there.area[3]])


def _entered(sheet: SheetThere, area: Area) -> list[list[Any]]:
    top, left, bottom, right = area
    return [[sheet.entered(row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)]


def after(there: GoogleThere, plans: Iterable[Plan], old: Container[str]) -> list[Watched]:
    """What must stand when the batch is done, if nobody moved a row or a column just then: headers of ours, and keys.

    old: the titles of the tabs that were there before.
    """
    found: list[Watched] = []
    for plan in plans:
        standing, top = plan.standing, plan.steps.before[0]
        # In a tab that is made just then nobody moves a row.
        if not plan.made or plan.made == plan.stood or plan.standing.tab.name not in old:
            continue
        left = plan.steps.before[1]
        found += _headers(there, plan)
        for first, last in runs([standing.places[name] for name in standing.table.key]):
            entered = [[entered_of(cell) for cell in line[first - left : last - left + 1]] for line in plan.made]
            area = (top + 1, first, top + len(entered), last)
            found.append(Watched(there.sheets[plan.steps.tab], area, entered))
    return found


def _headers(there: GoogleThere, plan: Plan) -> Iterator[Watched]:
    """The headers of our columns as they are read, but for those that are written just then: new ones, and those that
    are empty or hold a number.
    """
    sheet, row = there.sheets[plan.steps.tab], plan.steps.before[0]
    added = {one.header for one in plan.standing.added}
    ours = [place for header, place in plan.standing.places.items() if header not in added]
    said = {place: sheet.entered(row, place) for place in ours}
    for first, last in runs([place for place, text in said.items() if isinstance(text, str) and text]):
        yield Watched(sheet, (row, first, row, last), _entered(sheet, (row, first, row, last)))


def look_again(asked: Asked, spreadsheet: str, watched: Sequence[Watched]) -> None:
    """Raises ChangedMeanwhile where something of it is not as it was read."""
    if watched:
        said = seen(asked, spreadsheet, watched)
        same_sheets(watched, said)
        compare(watched, said)


def seen(asked: Asked, spreadsheet: str, watched: Sequence[Watched], fields: str = SHEETS) -> dict[int, Any]:
    """What stands in the areas now, by the sheet's number. Raises ChangedMeanwhile where one is gone."""
    body = {"dataFilters": [{"gridRange": grid_range(one.sheet, one.area)} for one in watched]}
    try:
        answer = asked.told("post", f"{SPREADSHEET_URL % spreadsheet}:getByDataFilter", params={"fields": fields},
                               json=body)  # fmt: skip
    except NotTaken as refused:
        # A tab, rows or columns that it names are not there any more.
        if not _GONE.search(refused.what):
            raise
        raise changed() from None
    return by_number(answer)


def by_number(answer: Mapping[str, Any]) -> dict[int, Any]:
    """The sheets that an answer of Google's tells of, by their numbers."""
    return {one["properties"].get("sheetId", 0): one for one in answer.get("sheets", [])}


def same_sheets(watched: Iterable[Watched], said: Mapping[int, Any]) -> None:
    """Raises ChangedMeanwhile where a sheet has another title or size."""
    for sheet in {one.sheet.number: one.sheet for one in watched}.values():
        title, size = about(said.get(sheet.number, {}))
        if (title, size) != (sheet.title, sheet.size):
            raise changed(sheet.title)


def about(said: Mapping[str, Any]) -> tuple[str, tuple[int, int]]:
    """The title and the size of a sheet, as Google tells them."""
    properties = said.get("properties", {})
    grid = properties.get("gridProperties", {})
    return properties.get("title", ""), (grid.get("rowCount", 0), grid.get("columnCount", 0))


def compare(watched: Iterable[Watched], said: Mapping[int, Any]) -> None:
    """Raises ChangedMeanwhile where other things stand in an area. said: by the sheet's number."""
    for one in watched:
        for now, expected in zip(shown_in(one, said), one.entered, strict=True):
            if not all(map(alike, now, expected)):
                raise changed(one.sheet.title)


def shown_in(one: Watched, said: Mapping[int, Any]) -> list[list[Any]]:
    """What stands in the cells of an area, as Google tells it."""
    top, left, bottom, right = one.area
    grid: Mapping[str, Any] = next(
        (data for data in said.get(one.sheet.number, {}).get("data", [])
         if (data.get("startRow", 0), data.get("startColumn", 0)) == (top, left)
         and len(data.get("rowData", [])) <= bottom - top + 1), {},
    )  # fmt: skip
    rows = [row.get("values", []) for row in grid.get("rowData", [])]
    rows += [[] for _ in range(bottom - top + 1 - len(rows))]
    return [[_value(cells[at]) if at < len(cells) else "" for at in range(right - left + 1)] for cells in rows]


def _value(cell: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cell of JSON
    """The formula of a cell, else what it shows: what a formula beside it spilled there was entered by nobody."""
    for kind in ("userEnteredValue", "effectiveValue"):
        for value in cell.get(kind, {}).values():
            return value
    return ""


def alike(now: Any, expected: Any) -> bool:  # noqa: ANN401
    """Whether two cells hold the same. Google writes a formula in its own way, and an error in two."""
    both_formulas = _is_formula(now) and _is_formula(expected)
    return now == expected or both_formulas or (isinstance(now, dict) and str(expected).startswith("#"))


def _is_formula(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and value.startswith("=")


def changed(tab: str = "") -> ChangedMeanwhile:
    """What is raised where somebody worked in the sheet."""
    where = f"Google Sheets, tab {tab}" if tab else "Google Sheets"
    return ChangedMeanwhile("somebody worked in it while it was refreshed", where=where,
                            todo="try again in some minutes")  # fmt: skip
