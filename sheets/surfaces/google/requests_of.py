"""The requests of one batch: cells that change, sizes, names, metadata, colours, choices, protection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sheets.surfaces.google.there import COLUMN, MARK, TABLE, GoogleThere, SheetThere, about_column
from sheets.surfaces.google.typed import cell_data
from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import Plan, differs
from sheets.surfaces.live.typed import Typed
from sheets.surfaces.look import GROUPS
from sheets.surfaces.marks import Area, column_letters
from sheets.surfaces.placed import Placed
from sheets.tabs.layout import COLOURED, MARKER, Column

Request = dict[str, Any]

# Rows that a sheet keeps free below what is written, so that not every new SKU makes it longer.
_SPARE: Final = 50
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "text": ("TEXT", "@"),
    "whole": ("NUMBER", "#,##0"),
    "number": ("NUMBER", "#,##0.0"),
    "money": ("NUMBER", "#,##0.00"),
    "percent": ("PERCENT", "0.0%"),
    "days": ("NUMBER", "#,##0"),
    "time": ("DATE_TIME", "yyyy-mm-dd hh:mm"),
    "day": ("DATE", "yyyy-mm-dd"),
    "signed": ("NUMBER", "+#,##0;-#,##0;0"),
}


def grid_range(sheet: SheetThere, area: Area) -> dict[str, int]:
    """An area from 0 as the API takes it."""
    top, left, bottom, right = area
    return {"sheetId": sheet.number, "startRowIndex": top, "endRowIndex": bottom + 1,
            "startColumnIndex": left, "endColumnIndex": right + 1}  # fmt: skip


def grown(sheet: SheetThere, last_row: int, last_column: int) -> Iterator[Request]:
    """Rows and columns that are to be there, and are not."""
    for dimension, size, last, spare in (("ROWS", sheet.size[0], last_row, _SPARE),
                                         ("COLUMNS", sheet.size[1], last_column, 0)):  # fmt: skip
        if last >= size:
            yield {
                "appendDimension": {"sheetId": sheet.number, "dimension": dimension, "length": last + 1 + spare - size}
            }


def sorted_rows(plan: Plan, sheet: SheetThere) -> Iterator[Request]:
    """Rows that change their places: Google sorts them by a column of ours, so that all that is in them goes along."""
    sorting = plan.steps.sorting
    if sorting is None:
        return
    top, left = plan.steps.before[0] + 1, plan.steps.before[1]
    last = top + len(sorting.order) - 1
    yield _typed(sheet, (top, sorting.column), [[float(at)] for at in sorting.order])
    right = plan.steps.after[3]
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
    """The headers of new columns."""
    added = plan.standing.added
    if added:
        first = plan.standing.last_column - len(added) + 1
        yield _typed(sheet, (plan.steps.before[0], first), [[f"'{one.header}" for one in added]])


def typed_blocks(writes: Sequence[Writes], sheets: Mapping[str, SheetThere]) -> Iterator[Request]:
    """Blocks of cells, as they are."""
    for one in writes:
        yield _typed(sheets[one.tab], one.area[:2], one.typed)


def looks(plan: Plan, sheet: SheetThere) -> Iterator[Request]:
    """Number formats of new rows and columns; those of others are the user's."""
    top, _, bottom, _ = plan.steps.after
    last_before = plan.steps.before[2]
    for column in plan.standing.table.columns:
        new = column in plan.standing.added
        if not new and bottom <= last_before:
            continue
        place = plan.standing.places[column.header]
        kind, pattern = _KINDS[column.form]
        area = (top + 1 if new else last_before + 1, place, bottom, place)
        yield {"repeatCell": {
            "range": grid_range(sheet, area),
            "cell": {"userEnteredFormat": {"numberFormat": {"type": kind, "pattern": pattern}}},
            "fields": "userEnteredFormat.numberFormat",
        }}  # fmt: skip
    if plan.standing.added:
        first = plan.standing.last_column - len(plan.standing.added) + 1
        yield {"repeatCell": {
            "range": grid_range(sheet, (top, first, top, plan.standing.last_column)),
            "cell": {"userEnteredFormat": {"textFormat": {"bold": True}, "wrapStrategy": "WRAP"}},
            "fields": "userEnteredFormat(textFormat.bold,wrapStrategy)",
        }}  # fmt: skip


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
        place = plan.standing.places[column.header]
        value = json.dumps({"table": plan.standing.table.name, "header": column.header, "form": column.form})
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


def remembered_as(there: GoogleThere, key: str, value: str) -> Iterator[Request]:
    """One word in the spreadsheet's own metadata."""
    number, _ = there.metadata.get((key, None), (0, ""))
    yield _changed_metadata(number, value) if number else _new_metadata(key, value, {"spreadsheet": True})


def coloured(plans: Sequence[tuple[Plan, Placed]], sheet: SheetThere) -> Iterator[Request]:
    """Our rules of a sheet, told by our marker; nothing where they are as they should be. The user's stay."""
    wanted = [rule for plan, placed in plans for column in plan.standing.table.columns if column.words
              for rule in _rules(sheet, placed, column)]  # fmt: skip
    mine = [at for at, rule in enumerate(sheet.rules) if MARKER in json.dumps(rule)]
    if [_compared(sheet.rules[at]) for at in mine] == [_compared(rule) for rule in wanted]:
        return
    for at in reversed(mine):
        yield {"deleteConditionalFormatRule": {"sheetId": sheet.number, "index": at}}
    # After all of the user's.
    first = len(sheet.rules) - len(mine)
    for at, rule in enumerate(wanted):
        yield {"addConditionalFormatRule": {"rule": rule, "index": first + at}}


def _rules(sheet: SheetThere, placed: Placed, column: Column) -> Iterator[dict[str, Any]]:
    place = placed.place(column.header)
    area = grid_range(sheet, (placed.row + 1, place, placed.last_row, place))
    for word in column.words:
        paint, quoted = GROUPS[COLOURED[word]], word.replace('"', '""')
        formula = f'=(${column_letters(place)}{placed.row + 2}="{quoted}")*("{MARKER}"<>"")'
        text: dict[str, Any] = {"foregroundColorStyle": {"rgbColor": _rgb(paint.text)}}
        if paint.bold:
            text["bold"] = True
        yield {
            "ranges": [area],
            "booleanRule": {
                "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]},
                "format": {"backgroundColorStyle": {"rgbColor": _rgb(paint.fill)}, "textFormat": text},
            },
        }


def _compared(rule: Mapping[str, Any]) -> str:
    """A rule as far as it is ours: Google gives colours back in two ways, and leaves out channels that are 0."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    areas = [{"sheetId": 0, **area} for area in rule.get("ranges", [])]
    return json.dumps([areas, condition], sort_keys=True)


def _rgb(colour: str) -> dict[str, float]:
    plain = colour.removeprefix("#")
    return {name: round(int(plain[at : at + 2], 16) / 255, 6)
            for name, at in (("red", 0), ("green", 2), ("blue", 4))}  # fmt: skip


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
