"""The requests of one batch: cells that change, sizes, names, metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from connectors.errors import CannotRun, InTheWay
from sheets.surfaces.google.there import (
    COLUMN,
    MARK,
    NAMES,
    STAMP,
    TABLE,
    GoogleThere,
    SheetThere,
    about_column,
    column_said,
)
from sheets.surfaces.google.typed import cell_data
from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import Plan, differs
from sheets.surfaces.live.typed import Typed
from sheets.surfaces.marks import Area

Request = dict[str, Any]

# Rows that a sheet keeps free below what is written, so that not every new SKU makes it longer.
_SPARE: Final = 50
# Rows below a buyer's table that are ready for what is typed there: choices, and texts to the letter.
ROOM: Final = 500
# Of one spreadsheet: https://support.google.com/drive/answer/37603
MOST_CELLS: Final = 10_000_000
# Signs of metadata, of one sheet: https://developers.google.com/workspace/sheets/api/guides/metadata
MOST_SIGNS: Final = 30_000


def grid_range(sheet: SheetThere, area: Area) -> dict[str, int]:
    """An area from 0 as the API takes it."""
    top, left, bottom, right = area
    return {"sheetId": sheet.number, "startRowIndex": top, "endRowIndex": bottom + 1,
            "startColumnIndex": left, "endColumnIndex": right + 1}  # fmt: skip


def size_after(sheet: SheetThere, last_row: int, last_column: int) -> tuple[int, int]:
    """How many rows and columns a sheet will have, where what is written ends there."""
    rows, columns = sheet.size
    return rows if last_row < rows else last_row + 1 + _SPARE, max(columns, last_column + 1)


def grown(sheet: SheetThere, last_row: int, last_column: int) -> Iterator[Request]:
    """Rows and columns that are to be there, and are not."""
    after = size_after(sheet, last_row, last_column)
    for dimension, now, then in zip(("ROWS", "COLUMNS"), sheet.size, after, strict=True):
        if then > now:
            yield {"appendDimension": {"sheetId": sheet.number, "dimension": dimension, "length": then - now}}


def refuse_too_many(there: GoogleThere, sizes: Mapping[str, tuple[int, int]]) -> None:
    """Raises CannotRun where the spreadsheet would have more cells than Google allows."""
    many = 0
    for title, sheet in there.sheets.items():
        rows, columns = size_after(sheet, *sizes.get(title, (-1, -1)))
        many += rows * columns
    if many > MOST_CELLS:
        largest = max(there.sheets.values(), key=lambda one: one.size[0] * one.size[1])
        raise CannotRun(
            f"would have {many:,} cells; Google allows {MOST_CELLS:,}", where="Google Sheets",
            todo=f"delete empty rows and columns ({largest.title} has {largest.size[0]:,} x {largest.size[1]:,}), "
            "or keep the brand in an Excel workbook",
        )  # fmt: skip


def refuse_too_much_said(there: GoogleThere, requests: Iterable[Request]) -> None:
    """Raises CannotRun where a sheet would have more metadata than Google allows: its columns are too many."""
    titles = {sheet.number: title for title, sheet in there.sheets.items()}
    many = {sheet.number: sum(len(key) + len(value) for (key, at), (_, value) in there.metadata.items()
                              if at == sheet.index)
            + sum(len(COLUMN) + len(value) for (at, _), several in there.columns.items() if at == sheet.index
                  for _, value in several)
            for sheet in there.sheets.values()}  # fmt: skip
    for request in requests:
        made = request.get("createDeveloperMetadata", {}).get("developerMetadata", {})
        place = made.get("location", {})
        number = place.get("sheetId", place.get("dimensionRange", {}).get("sheetId"))
        if number in many:
            many[number] += len(made["metadataKey"]) + len(made["metadataValue"])
    for number, signs in many.items():
        if signs > MOST_SIGNS:
            raise CannotRun(
                f"has too many columns of ours: Google takes {MOST_SIGNS:,} signs of marks on a tab, and these are "
                f"{signs:,}", where=f"Google Sheets, tab {titles[number]}",
                todo="give locations shorter names, or keep the brand in an Excel workbook (`mastersheet move`)",
            )  # fmt: skip


def sorted_rows(plan: Plan, sheet: SheetThere, tables: Sequence[Area]) -> Iterator[Request]:
    """Rows that change their places: Google sorts them by a column of ours, so that all that is in them goes along.

    So do remarks right beside them. tables: where ours stand on the sheet.
    """
    sorting = plan.steps.sorting
    if sorting is None:
        return
    top, left = plan.steps.before[0] + 1, plan.steps.before[1]
    last = top + len(sorting.order) - 1
    yield _typed(sheet, (top, sorting.column), [[float(at)] for at in sorting.order])
    right = plan.steps.after[3]
    while any(sheet.entered(row, right + 1) != "" for row in range(top, last + 1)) and not any(
        area[1] <= right + 1 <= area[3] and area[0] <= last and top <= area[2] for area in tables
    ):
        right += 1
    yield {"sortRange": {"range": grid_range(sheet, (top, left, last, right)),
                         "sortSpecs": [{"dimensionIndex": sorting.column, "sortOrder": "ASCENDING"}]}}  # fmt: skip


def changed_cells(plan: Plan, sheet: SheetThere) -> Iterator[Request]:
    """The cells of a table that say something else, those side by side and below each other as one block."""
    top, left = plan.steps.before[0] + 1, plan.steps.before[1]
    always = None if plan.steps.sorting is None else plan.steps.sorting.column - left
    blocks: dict[tuple[int, int], list[int]] = {}
    wide = len(plan.made[0]) if plan.made else 0
    for place in range(wide):
        for first, last in _runs(plan.made, plan.stood, place, always=place == always):
            blocks.setdefault((first, last), []).append(place)
    for (first, last), places in blocks.items():
        for start, end in _side_by_side(places):
            rows = [line[start : end + 1] for line in plan.made[first : last + 1]]
            yield _typed(sheet, (top + first, left + start), rows)


def headers_of(plan: Plan, sheet: SheetThere) -> Iterator[Request]:
    """The headers of new columns, and of those that are empty or hold a number, which no header of ours is."""
    top, new = plan.steps.before[0], {one.header for one in plan.standing.added}
    for column in plan.standing.table.columns:
        place = plan.standing.places[column.header]
        said = None if column.header in new or column.users else sheet.entered(top, place)
        if said is not None and (said == "" or not isinstance(said, str)):
            yield _typed(sheet, (top, place), [[f"'{column.header}"]])
    added = plan.standing.added
    if added:
        first = plan.standing.last_column - len(added) + 1
        yield _typed(sheet, (plan.steps.before[0], first), [[f"'{one.header}" for one in added]])


def typed_blocks(writes: Sequence[Writes], sheets: Mapping[str, SheetThere]) -> Iterator[Request]:
    """Blocks of cells, as they are."""
    for one in writes:
        yield _typed(sheets[one.tab], one.area[:2], one.typed)


def names_made(there: GoogleThere, wanted: Iterable[str]) -> Iterator[Request]:
    """Which named ranges are ours, told before they are made. Raises InTheWay for a user's own of the same name."""
    number, said = there.metadata.get((NAMES, None), (0, ""))
    ours, names = set(said.split()), {name for name in wanted if not name.startswith(TABLE)}
    theirs = {name.casefold(): name for name in there.names if name not in ours}
    for name in sorted(names):
        if name.casefold() in theirs and name not in ours:
            raise InTheWay(
                f"has a named range {theirs[name.casefold()]} of your own, which formulas of ours need",
                where="Google Sheets", todo="give it another name under Data, Named ranges",
            )  # fmt: skip
    value = " ".join(sorted(ours | names))
    if value != said:
        yield _changed_metadata(number, value) if number else _new_metadata(NAMES, value, {"spreadsheet": True})


def named(there: GoogleThere, wanted: Mapping[str, tuple[SheetThere, Area]]) -> Iterator[Request]:
    """Named ranges that are not there, or are elsewhere."""
    for name, (sheet, area) in wanted.items():
        place, stands = grid_range(sheet, area), there.names.get(name)
        if stands is None:
            yield {"addNamedRange": {"namedRange": {"name": name, "range": place}}}
        elif {"sheetId": 0, **stands["range"]} != place:
            new = {"namedRangeId": stands["namedRangeId"], "name": name, "range": place}
            yield {"updateNamedRange": {"namedRange": new, "fields": "range"}}


def tabled(plan: Plan) -> tuple[str, Area]:
    """The named range of a table."""
    return TABLE + plan.standing.table.name, plan.steps.after


def owned(plan: Plan, sheet: SheetThere, there: GoogleThere) -> Iterator[Request]:
    """Metadata on each column of ours that has none."""
    for column in plan.standing.table.columns:
        if column.users:
            continue
        place = plan.standing.places[column.header]
        table = plan.standing.table
        value = column_said(table.name, column.header, column.form, table.policy)
        mine = next(
            (one for one in there.columns.get((sheet.index, place), ())
             if about_column(one[1]).get("table") == plan.standing.table.name), None,
        )  # fmt: skip
        if mine is None:
            place_ = {"sheetId": sheet.number, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
            yield _new_metadata(COLUMN, value, {"dimensionRange": place_})
        elif mine[1] != value:
            yield _changed_metadata(mine[0], value)


def remembered(
    there: GoogleThere, marks: Mapping[tuple[str, int | None], str | None], sheets: Mapping[int, SheetThere]
) -> Iterator[Request]:
    """What a refresh remembers, in the metadata of the spreadsheet and its sheets."""
    for (name, at), value in marks.items():
        key = f"{MARK}.{name}"
        number, stands = there.metadata.get((key, at), (0, None))
        if value == stands or (value is None and not number):
            continue
        if value is None:
            yield {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": number}}}}
        elif number:
            yield _changed_metadata(number, value)
        else:
            yield _new_metadata(key, value, {"spreadsheet": True} if at is None else {"sheetId": sheets[at].number})


def stamped(number: int, value: str, before: int) -> Iterator[Request]:
    """Which refresh it was, in the spreadsheet's own metadata, under a number of its own.

    Google takes a number once: the same batch sent again is refused. before: the number of the stamp that goes, 0 none.
    """
    made = {"metadataId": number, "metadataKey": STAMP, "metadataValue": value, "visibility": "DOCUMENT",
            "location": {"spreadsheet": True}}  # fmt: skip
    yield {"createDeveloperMetadata": {"developerMetadata": made}}
    if before:
        yield {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": before}}}}


def note_on(sheet: SheetThere, row: int, column: int, note: str) -> Request:
    """A note on a cell."""
    return {"updateCells": {
        "range": grid_range(sheet, (row, column, row, column)), "rows": [{"values": [{"note": note} if note else {}]}],
        "fields": "note",
    }}  # fmt: skip


def typed_cell(sheet: SheetThere, row: int, column: int, typed: Typed) -> Request:
    """One cell."""
    return _typed(sheet, (row, column), [[typed]])


def _typed(sheet: SheetThere, at: tuple[int, int], rows: Sequence[Sequence[Typed]]) -> Request:
    area = (at[0], at[1], at[0] + len(rows) - 1, at[1] + len(rows[0]) - 1)
    return {"updateCells": {
        "range": grid_range(sheet, area),
        "rows": [{"values": [cell_data(cell) for cell in row]} for row in rows],
        "fields": "userEnteredValue",
    }}  # fmt: skip


def _runs(
    made: Sequence[Sequence[Typed]], stood: Sequence[Sequence[Typed]], place: int, *, always: bool
) -> Iterator[tuple[int, int]]:
    start = None
    for row in range(len(made) + 1):
        changed = row < len(made) and (always or differs(made[row][place], stood[row][place]))
        if changed and start is None:
            start = row
        elif not changed and start is not None:
            yield start, row - 1
            start = None


def _side_by_side(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = end = places[0]
    for at in places[1:]:
        if at != end + 1:
            yield start, end
            start = at
        end = at
    yield start, end


def _new_metadata(key: str, value: str, location: dict[str, Any]) -> Request:
    made = {"metadataKey": key, "metadataValue": value, "visibility": "DOCUMENT", "location": location}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def _changed_metadata(number: int, value: str) -> Request:
    return {"updateDeveloperMetadata": {
        "dataFilters": [{"developerMetadataLookup": {"metadataId": number}}],
        "developerMetadata": {"metadataValue": value}, "fields": "metadataValue",
    }}  # fmt: skip
