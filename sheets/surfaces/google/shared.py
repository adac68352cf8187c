"""The shared Google Sheet as a surface: three small reads and one batch, which Google does as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from connectors.errors import ChangedMeanwhile
from connectors.google.address import address_of
from sheets.surfaces.google import looks
from sheets.surfaces.google import requests_of as make
from sheets.surfaces.google.emptied import refuse_unless_empty, without
from sheets.surfaces.google.in_sight import as_before, refuse_merged, shown
from sheets.surfaces.google.kept_right import chosen_from, noted, warned
from sheets.surfaces.google.locales import refuse_locale
from sheets.surfaces.google.meanwhile import after, before
from sheets.surfaces.google.new_rows import looking_alike, notes_below
from sheets.surfaces.google.new_tabs import Ready, stands_ready
from sheets.surfaces.google.our_notes import users_words
from sheets.surfaces.google.own import filled
from sheets.surfaces.google.put_aside import bring_back, remembers
from sheets.surfaces.google.read import anchored, there_in
from sheets.surfaces.google.room import room_made
from sheets.surfaces.google.sent import Batch, send
from sheets.surfaces.google.theirs import theirs_in
from sheets.surfaces.google.there import NAMES, UNDER_WAY, GoogleThere, SheetThere
from sheets.surfaces.google.typed import GoogleTypist
from sheets.surfaces.google.whose import told_apart
from sheets.surfaces.live.marked import marks_after
from sheets.surfaces.live.shown import shown_of, texts_in
from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import Plan, plan_of, rows_of
from sheets.surfaces.live.texts import writes_of_texts
from sheets.surfaces.marks import TEXTS, Area, texts_marked
from sheets.surfaces.patch.standing import Found, Standing, found_among, free_name
from sheets.surfaces.patch.texts import TextsThere
from sheets.surfaces.placed import Placed
from sheets.surfaces.remembered import remembering
from sheets.surfaces.surface import Shown
from sheets.surfaces.theirs import Theirs
from sheets.tabs.layout import Layout, Value

if TYPE_CHECKING:
    from connectors.google.asked import Asked


class GoogleSheet:
    """A spreadsheet of Google's, by its id. What is not ours in it stays as it is."""

    def __init__(self, asked: Asked, spreadsheet: str) -> None:
        self._asked, self._spreadsheet = asked, spreadsheet
        self._read: GoogleThere | None = None
        self._places: dict[str, Place] = {}

    def read(self) -> Shown | None:
        """The tables of the spreadsheet; None when it has none of ours. Raises CannotRun where Google refuses."""
        self._read = there_in(self._asked, self._spreadsheet)
        found = shown_of(self._read)
        if found is not None and self._read.under_way:
            # A large refresh broke off: what it left half written is nobody's edit.
            return replace(found, edits=())
        return found

    def write(self, layout: Layout) -> None:
        """Lays the layout into the spreadsheet; sends nothing where nothing would change.

        Raises InTheWay before anything is sent, and CannotRun where Google refuses; nothing is then changed, but by a
        refresh of several batches, which says how far it came. Raises ChangedMeanwhile where somebody worked in it
        since it was read; if that was in the very moment of the batch it is written, and must be written again.
        """
        there, self._read = self._read or there_in(self._asked, self._spreadsheet), None
        self._make_room(there, layout)
        batch, places = self._made(there, layout)
        if batch.requests or there.under_way:
            send(self._asked, self._spreadsheet, batch, there)
        self._places = places

    def _make_room(self, there: GoogleThere, layout: Layout) -> None:
        """Raises ChangedMeanwhile once there is room: what was read stands elsewhere now."""
        tables = found_among(there.tabs, there.marks, layout, there.title).tables
        rows = list(room_made(there, tables, lambda one: _noted(there, one)))
        if rows:
            send(self._asked, self._spreadsheet, Batch(rows, (), (), (), ()), there)
            raise ChangedMeanwhile("had no room for a table that grows", where="Google Sheets", todo="refresh again")

    def _made(self, there: GoogleThere, layout: Layout) -> tuple[Batch, dict[str, Place]]:
        layout = remembering(layout)
        refuse_locale(there.locale)
        found = found_among(there.tabs, there.marks, layout, there.title)
        for tab, at in found.tabs.items():
            # A tab of the user's that has the name of one of ours: its cells were not read, and are theirs.
            if at is not None and at.name not in there.read:
                found.tabs[tab], found.new_names[tab] = None, free_name(tab, set(there.sheets))
        told_apart(found, there)
        found.missing = [(tab, table) for tab, table in found.missing if found.tabs[tab.name] is not None]
        ready = stands_ready(there, found, layout)
        batch, plans = _batch(ready, there, layout)
        return batch, _places(self._spreadsheet, plans, ready.there)

    def lay(self, layout: Layout) -> None:
        """Lays the layout into a spreadsheet that holds nothing yet. Raises FolderNotEmpty, and as `write`."""
        refuse_unless_empty(self._asked, self._spreadsheet, [tab.name for tab in layout.tabs])
        there = there_in(self._asked, self._spreadsheet)
        batch, self._places = self._made(there, layout)
        send(self._asked, self._spreadsheet, replace(batch, requests=[*batch.requests, *without(there)]), there)

    def theirs(self, layout: Layout) -> Theirs:
        """What users have in it besides our tables, since it was read. Raises CannotRun where Google refuses."""
        there = self._read or there_in(self._asked, self._spreadsheet)
        return theirs_in(self._asked, self._spreadsheet, there, layout)

    def place(self, table: str) -> Place | None:
        """Where a table stands since it was written last; None where nothing was written."""
        return self._places.get(table)


@dataclass(frozen=True)
class Place:
    """A table's tab, the row of its first data counted from 1, and the address of the tab's rows, with {row} in it."""

    tab: str
    row: int
    rows_at: str


def _places(spreadsheet: str, plans: Iterable[Plan], there: GoogleThere) -> dict[str, Place]:
    found = {}
    for plan in plans:
        sheet = there.sheets[plan.steps.tab]
        rows_at = f"{address_of(spreadsheet)}#gid={sheet.number}&range={{row}}:{{row}}"
        found[plan.standing.table.name] = Place(sheet.title, plan.steps.after[0] + 2, rows_at)
    return found


def _batch(made: Ready, there: GoogleThere, layout: Layout) -> tuple[Batch, list[Plan]]:
    """What is sent, in the order in which Google does it."""
    plans: list[Plan] = []
    texts: dict[str, TextsThere] = {}
    written: list[Writes] = []
    requests = list(_requests(made, layout, plans, texts, written))
    make.refuse_too_much_said(made.there, requests)
    old = [plan for plan in plans if plan.standing.tab.name in there.sheets]
    tabs = {at.name for at in made.found.tabs.values() if at is not None and at.name in there.sheets}
    home = made.found.tabs[layout.tabs[0].name]
    assert home is not None
    sheet = made.there.sheets[home.name]
    # Below the title, where each tab says which refresh it shows.
    lines = [one for one in texts[layout.tabs[0].name].texts if one.text.link is None and one.text.formula is None]
    line = next((one for one in lines if one.text.style == "subtitle"), lines[0] if lines else None)
    typist = GoogleTypist({})

    def typed(text: Value) -> list[make.Request]:
        # Where its title rows are gone no cell is ours to say it in.
        return [] if line is None else [make.typed_cell(sheet, line.row, line.column, typist.value(text))]

    batch = Batch(
        requests, before(there, old, written, tabs), after(made.there, plans, there.sheets),
        typed(UNDER_WAY), typed(None if line is None else line.text.value),
        list(remembers(there, plans, made.there.sheets)),
    )  # fmt: skip
    return batch, plans


def _noted(there: GoogleThere, standing: Standing) -> Callable[[int], bool]:
    """Whether somebody wrote a note into the table's cells of a row; ours are none."""
    left, right = standing.there.area[1], standing.there.area[3]
    notes = there.sheets[standing.tab.name].notes
    rows = {row for (row, column), note in notes.items() if left <= column <= right and users_words(note)}
    return rows.__contains__


def _requests(
    made: Ready, layout: Layout, planned: list[Plan], texts: dict[str, TextsThere], written: list[Writes]
) -> Iterator[make.Request]:
    """The requests in their order: what there is, cells, looks.

    planned: takes what happens to each table; texts: takes where each tab's texts will stand; written: takes the texts
    that change.
    """
    there, found = made.there, made.found
    cells = {name: there.data(one.tab.name, one.there) for name, one in found.tables.items()}
    rows = {name: rows_of(one, cells[name], _noted(there, one)) for name, one in found.tables.items()}
    tables = {name: one.placed(rows[name]) for name, one in found.tables.items()}
    texts |= texts_in(layout, found, there, tables)
    ours = {at.name: texts[name].cleared for name, at in found.tabs.items() if at is not None}
    ghosts = set(there.metadata.get((NAMES, None), (0, ""))[1].split()) - set(there.names)
    typist = GoogleTypist(tables, ghosts)
    plans = {
        name: plan_of(one, rows[name], tables, cells[name], there, ours.get(one.tab.name, set()), typist)
        for name, one in found.tables.items()
    }
    planned += plans.values()
    said = written
    for tab in layout.tabs:
        said += [new for new, _ in writes_of_texts(texts[tab.name], found.tabs[tab.name], there, tables, typist)]
    marks = marks_after(layout, found, there.marks, tables, texts)
    bring_back(there, plans.values())
    pairs = [(plan, there.sheets[plan.steps.tab], tables[name]) for name, plan in plans.items()]
    sizes = _sizes(there, plans.values(), said)
    free = {plan.standing.table.name: _free(plan, plans.values(), said, make.size_after(sheet, *sizes[sheet.title]))
            for plan, sheet, _ in pairs}  # fmt: skip
    for plan, sheet, _ in pairs:
        refuse_merged(plan, sheet)
    colours = _colours(layout, made, pairs, texts)
    own = [request for tab in layout.own for request in filled(tab, there.sheets[tab.name], typist)]
    # What there is comes first: where a large refresh breaks off between two batches, nothing is made twice.
    yield from made.requests
    for title, size in sizes.items():
        yield from make.grown(there.sheets[title], *size)
    names = _names(there, layout, plans, tables, typist)
    # A table that gets shorter has its name over the old rows until these are empty.
    shorter = {make.tabled(plan)[0] for plan in plans.values() if plan.steps.after[2] < plan.steps.before[2]}
    yield from make.names_made(there, names)
    yield from make.named(there, {name: at for name, at in names.items() if name not in shorter})
    for plan, sheet, _ in pairs:
        yield from make.owned(plan, sheet, there)
    for one in colours:
        yield from one.gone
    for sheet in there.sheets.values():
        yield from shown([plan for plan, on, _ in pairs if on is sheet], sheet)
    for plan, sheet, _ in pairs:
        yield from make.sorted_rows(plan, sheet, [one.steps.after for one, on, _ in pairs if on is sheet])
        yield from make.headers_of(plan, sheet)
        yield from make.changed_cells(plan, sheet)
    yield from make.typed_blocks(said, there.sheets)
    yield from make.named(there, {name: at for name, at in names.items() if name in shorter})
    for plan, sheet, placed in pairs:
        yield from looking_alike(plan, sheet)
        yield from looks.tables(plan, sheet, free[plan.standing.table.name])
        yield from chosen_from(plan, sheet, tables, free)
        yield from warned(plan, sheet)
        yield from noted(plan, sheet, placed)
        yield from notes_below(plan, sheet)
    for sheet in there.sheets.values():
        yield from as_before([plan for plan, on, _ in pairs if on is sheet], sheet)
    at = {name: there.sheets[one.name] for name, one in found.tabs.items() if one is not None}
    for tab in (one for one in layout.tabs if one.name in made.new):
        yield from looks.texts_of_new(tab, at[tab.name])
        yield from looks.links(at, at[tab.name], tab)
    for one in colours:
        yield from one.new
    yield from own
    for (name, row, column), note in layout.notes.items():
        yield make.note_on(at[name], row, column, note)
    sheets = {sheet.index: sheet for sheet in there.sheets.values()}
    yield from make.remembered(there, _kept(marks, layout, found, plans), sheets)


def _colours(
    layout: Layout, made: Ready, pairs: Sequence[tuple[Plan, SheetThere, Placed]], texts: Mapping[str, TextsThere]
) -> list[looks.Recoloured]:
    """The colours of each tab: of the flags in its tables, and of its texts."""
    found = []
    for tab in layout.tabs:
        home = made.found.tabs[tab.name]
        assert home is not None
        sheet = made.there.sheets[home.name]
        wanted = [rule for _, on, placed in pairs if on is sheet for rule in looks.rules_of(sheet, placed)]
        for one in texts[tab.name].texts:
            wanted += looks.rules(sheet, (one.row, one.column, one.row, one.column), one.text.words)
        found.append(looks.recoloured(wanted, sheet))
    return found


def _sizes(there: GoogleThere, plans: Iterable[Plan], said: Sequence[Writes]) -> dict[str, tuple[int, int]]:
    """The last row and column that are written, of each sheet of ours. Raises CannotRun above Google's limit."""
    sizes: dict[str, tuple[int, int]] = {}
    places = [(one.steps.tab, area) for one in plans for area in (one.steps.largest, one.steps.after)]
    for title, (_, _, bottom, right) in [*places, *((one.tab, one.area) for one in said)]:
        row, column = sizes.get(title, (0, 0))
        sizes[title] = max(row, bottom), max(column, right)
    make.refuse_too_many(there, sizes)
    return sizes


def _free(plan: Plan, plans: Iterable[Plan], said: Sequence[Writes], size: tuple[int, int]) -> int:
    """How many rows below a table nothing of ours takes, as far as its sheet will reach. size: the sheet's, then."""
    _, left, bottom, right = plan.steps.after
    places = [one.steps.after for one in plans if one.steps.tab == plan.steps.tab]
    places += [one.area for one in said if one.tab == plan.steps.tab]
    below = [area[0] for area in places if area[0] > bottom and area[1] <= right and left <= area[3]]
    return max(0, min([size[0], *below]) - bottom - 1)


def _names(
    there: GoogleThere, layout: Layout, plans: Mapping[str, Plan], tables: Mapping[str, Placed], typist: GoogleTypist
) -> dict[str, tuple[SheetThere, Area]]:
    """The named ranges: tables, columns that formulas look at, and the cells of settings."""
    wanted: dict[str, tuple[SheetThere, Area]] = {}
    for plan in plans.values():
        name, area = make.tabled(plan)
        wanted[name] = there.sheets[plan.steps.tab], area
    # Columns at which formulas of users' own may look, whose names are ours.
    ours = there.metadata.get((NAMES, None), (0, ""))[1].split()
    columns = {typist.name_of(table, one.header): (table, one.header)
               for table in tables for one in tables[table].table.columns}  # fmt: skip
    used = typist.used | {name: columns[name] for name in ours if name in columns and name in there.names}
    for name, (table, header) in used.items():
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
