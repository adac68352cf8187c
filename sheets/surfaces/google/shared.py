"""The shared Google Sheet as a surface: three small reads and one batch, which Google does as a whole or not at all."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL

from connectors.errors import CannotRun
from connectors.google.refused import MayBeWritten
from sheets.surfaces.google import requests_of as make
from sheets.surfaces.google.meanwhile import SHEETS, Watched, after, before, compare, look_again
from sheets.surfaces.google.new_tabs import Ready, stands_ready
from sheets.surfaces.google.there import STAMP, GoogleThere, SheetThere, anchored, there_in
from sheets.surfaces.google.typed import GoogleTypist
from sheets.surfaces.live.marked import marks_after
from sheets.surfaces.live.shown import shown_of, texts_in
from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import Plan, plan_of, rows_of
from sheets.surfaces.live.texts import writes_of_texts
from sheets.surfaces.marks import TEXTS, Area, texts_marked
from sheets.surfaces.patch.standing import Found, found_among
from sheets.surfaces.placed import Placed
from sheets.surfaces.remembered import remembering
from sheets.surfaces.surface import Shown
from sheets.tabs.layout import Layout

if TYPE_CHECKING:
    from connectors.google.asked import Asked

# How often a batch is sent that Google did not do.
_TRIES: Final = 2


class GoogleSheet:
    """A spreadsheet of Google's, by its id. What is not ours in it stays as it is."""

    def __init__(self, asked: Asked, spreadsheet: str) -> None:
        self._asked, self._spreadsheet = asked, spreadsheet
        self._read: GoogleThere | None = None

    def read(self) -> Shown | None:
        """The tables of the spreadsheet; None when it has none of ours. Raises CannotRun where Google refuses."""
        self._read = there_in(self._asked, self._spreadsheet)
        return shown_of(self._read)

    def write(self, layout: Layout) -> None:
        """Lays the layout into the spreadsheet; sends nothing where nothing would change.

        Raises InTheWay before anything is sent, ChangedMeanwhile where somebody worked in it since it was read, and
        CannotRun where Google refuses; nothing is then changed.
        """
        there, self._read = self._read or there_in(self._asked, self._spreadsheet), None
        batch = _batch(there, remembering(layout))
        if batch.requests:
            look_again(self._asked, self._spreadsheet, batch.before)
            self._send(batch, there)

    def _send(self, batch: _Batch, there: GoogleThere) -> None:
        """One batch with a stamp, by which a second look tells whether it was done when no answer came."""
        stamp = secrets.token_hex(8)
        body: dict[str, Any] = {"requests": [*batch.requests, *make.remembered_as(there, STAMP, stamp)]}
        if batch.after:
            body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True,
                     "responseRanges": [one.a1 for one in batch.after]}  # fmt: skip
        for left in reversed(range(_TRIES)):
            try:
                answer = self._asked.request(
                    "post", SPREADSHEET_BATCH_UPDATE_URL % self._spreadsheet, json=body,
                    params={"fields": f"updatedSpreadsheet({SHEETS})"},
                )  # fmt: skip
            except MayBeWritten as unknown:
                now = there_in(self._asked, self._spreadsheet)
                if now.metadata.get((STAMP, None), (0, ""))[1] == stamp:
                    return
                if not left:
                    raise CannotRun(
                        f"{unknown.what}; nothing was written", where="Google Sheets", todo="try again in some minutes"
                    ) from unknown
            else:
                said = answer.json().get("updatedSpreadsheet", {}).get("sheets", [])
                compare(batch.after, {one["properties"].get("sheetId", 0): one for one in said})
                return


@dataclass(frozen=True)
class _Batch:
    """What is sent. before, after: what must stand there then, if nobody works in it meanwhile."""

    requests: Sequence[make.Request]
    before: Sequence[Watched]
    after: Sequence[Watched]


def _batch(there: GoogleThere, layout: Layout) -> _Batch:
    """Everything that one batch does, in the order in which Google does it."""
    made = stands_ready(there, found_among(there.tabs, there.marks, layout, there.title), layout)
    plans: list[Plan] = []
    requests = list(_requests(made, layout, plans))
    old = [plan for plan in plans if plan.standing.tab.name in there.sheets]
    tabs = {at.name for at in made.found.tabs.values() if at is not None and at.name in there.sheets}
    return _Batch(requests, before(there, old, tabs), after(made.there, plans))


def _requests(made: Ready, layout: Layout, planned: list[Plan]) -> Iterator[make.Request]:
    """The requests in their order. planned: takes what happens to each table."""
    there, found = made.there, made.found
    cells = {name: there.data(one.tab.name, one.there) for name, one in found.tables.items()}
    rows = {name: rows_of(one, cells[name]) for name, one in found.tables.items()}
    tables = {name: one.placed(rows[name]) for name, one in found.tables.items()}
    texts = texts_in(layout, found, there, tables)
    ours = {at.name: texts[name].cleared for name, at in found.tabs.items() if at is not None}
    typist = GoogleTypist(tables)
    plans = {
        name: plan_of(one, rows[name], tables, cells[name], there, ours.get(one.tab.name, set()), typist)
        for name, one in found.tables.items()
    }
    planned += plans.values()
    said: list[Writes] = []
    for tab in layout.tabs:
        said += [new for new, _ in writes_of_texts(texts[tab.name], found.tabs[tab.name], there, tables, typist)]
    marks = marks_after(layout, found, there.marks, tables, texts)
    yield from made.requests
    by_sheet: dict[str, list[Plan]] = defaultdict(list)
    for plan in plans.values():
        by_sheet[plan.steps.tab].append(plan)
    for title, sheet in there.sheets.items():
        areas = [max(one.steps.largest, one.steps.after) for one in by_sheet[title]]
        areas += [one.area for one in said if one.tab == title]
        if areas:
            yield from make.grown(sheet, max(area[2] for area in areas), max(area[3] for area in areas))
    for plan in plans.values():
        sheet = there.sheets[plan.steps.tab]
        yield from make.sorted_rows(plan, sheet)
        yield from make.headers_of(plan, sheet)
        yield from make.changed_cells(plan, sheet)
        yield from make.looks(plan, sheet)
        yield from make.owned(plan, sheet, there)
    yield from make.typed_blocks(said, there.sheets)
    yield from make.named(there, _names(there, layout, plans, tables, typist))
    sheets = {sheet.index: sheet for sheet in there.sheets.values()}
    yield from make.remembered(there, _kept(marks, layout, found, plans), sheets)
    for title, some in by_sheet.items():
        pairs = [(plan, tables[plan.standing.table.name]) for plan in some]
        yield from make.coloured(pairs, there.sheets[title])


def _names(
    there: GoogleThere, layout: Layout, plans: Mapping[str, Plan], tables: Mapping[str, Placed], typist: GoogleTypist
) -> dict[str, tuple[SheetThere, Area]]:
    """The named ranges: tables, columns that formulas look at, and the cells of settings."""
    wanted: dict[str, tuple[SheetThere, Area]] = {}
    for plan in plans.values():
        name, area = make.tabled(plan)
        wanted[name] = there.sheets[plan.steps.tab], area
    for name, (table, header) in typist.used.items():
        placed = tables[table]
        place = placed.place(header)
        wanted[name] = there.sheets[placed.tab], (placed.row + 1, place, placed.last_row, place)
    for name, (table, key, header) in layout.names.items():
        placed = tables[table]
        row = placed.at(list(placed.table.column(placed.table.key[0]).values).index(key))
        place = placed.place(header)
        wanted[name] = there.sheets[placed.tab], (row, place, row, place)
    return wanted


def _kept(
    marks: Mapping[tuple[str, int | None], str | None], layout: Layout, found: Found, plans: Mapping[str, Plan]
) -> dict[tuple[str, int | None], str | None]:
    """What is remembered as metadata: without the names of settings, which are ranges; texts with their anchor."""
    anchors: dict[int, Any] = {}
    for one in found.tables.values():
        area = plans[one.table.name].steps.after
        anchors[one.tab.index] = min(anchors.get(one.tab.index, area), area)
    kept: dict[tuple[str, int | None], str | None] = {}
    for (name, at), value in marks.items():
        if at is None and name in layout.names:
            continue
        is_texts = name == TEXTS and at is not None and value is not None and at in anchors
        if is_texts and value is not None and at is not None and texts_marked(value):
            kept[name, at] = anchored(value, anchors[at][:2])
        else:
            kept[name, at] = value
    return kept
