"""How what is new in a spreadsheet looks: tabs, headers, cells, texts; and the colours of flags.

What stood there before looks as the user made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sheets.surfaces.google.requests_of import ROOM, Request, grid_range
from sheets.surfaces.google.there import SheetThere
from sheets.surfaces.live.columns import runs
from sheets.surfaces.live.table import Plan
from sheets.surfaces.look import FONT, FORMS, GROUPS, HEADERS, INK, LINE, SIZE, STYLES, TAB_COLOURS, form_of, wraps
from sheets.surfaces.marks import Area, column_letters
from sheets.surfaces.placed import Placed
from sheets.surfaces.tab_columns import shown_in, widths_of
from sheets.surfaces.tab_rows import heights_of
from sheets.tabs.layout import COLOURED, MARKER, Column, Tab, Table, Text

# Of a sign's width, and of a column's own edge: https://developers.google.com/workspace/sheets/api/samples/rowcolumn
_PIXELS: Final = 7.2
_EDGE: Final = 8
# Pixels of a point.
_POINT: Final = 4 / 3
# Around a text: a little off the numbers before it.
_PADDING: Final = {"top": 2, "right": 3, "bottom": 2, "left": 8}
# A header's border, as in a file.
_BELOW_HEADERS: Final = "#7A8C9A"
_TYPES: Final[Mapping[str, str]] = {
    "text": "TEXT", "percent": "PERCENT", "time": "DATE_TIME", "day": "DATE",
}  # fmt: skip


def rgb(colour: str) -> dict[str, Any]:
    """A colour as the API takes it."""
    plain = colour.removeprefix("#")
    parts = {name: round(int(plain[at : at + 2], 16) / 255, 6)
             for name, at in (("red", 0), ("green", 2), ("blue", 4))}  # fmt: skip
    return {"rgbColor": parts}


def tab_added(tab: Tab, sheet: SheetThere) -> Iterator[Request]:
    """A tab that is new, with its columns as wide, folded and hidden as they are to be."""
    frozen = zip(("frozenRowCount", "frozenColumnCount"), tab.freeze, strict=True)
    grid = {"rowCount": sheet.size[0], "columnCount": sheet.size[1], "hideGridlines": True}
    grid |= {name: many for name, many in frozen if many}
    yield {"addSheet": {"properties": {
        "sheetId": sheet.number, "title": sheet.title, "index": sheet.index, "gridProperties": grid,
        "tabColorStyle": rgb(TAB_COLOURS[tab.colour]),
    }}}  # fmt: skip
    whole = (0, 0, sheet.size[0] - 1, sheet.size[1] - 1)
    yield _formatted(sheet, whole, {"textFormat": _font({}), "verticalAlignment": "TOP"})
    widths = {place: int(width * _PIXELS) + _EDGE for place, width in widths_of(tab).items()}
    for pixels in sorted(set(widths.values())):
        for first, last in runs([place for place, one in widths.items() if one == pixels]):
            yield _columns(sheet, first, last, "updateDimensionProperties", properties={"pixelSize": pixels},
                           fields="pixelSize")  # fmt: skip
    # Rows of data Google fits itself.
    laid = {row for block in tab.blocks if isinstance(block.content, Table)
            for row in range(block.row + 1, block.row + 1 + block.content.rows)}  # fmt: skip
    for row, points in heights_of(tab, widths_of(tab)).items():
        if row not in laid:
            area = {"sheetId": sheet.number, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
            yield {"updateDimensionProperties": {
                "range": area, "properties": {"pixelSize": round(points * _POINT)}, "fields": "pixelSize",
            }}  # fmt: skip
    shown = shown_in(tab)
    for first, last in runs([place for place, one in shown.items() if one == "hidden"]):
        yield _columns(sheet, first, last, "updateDimensionProperties", properties={"hiddenByUser": True},
                       fields="hiddenByUser")  # fmt: skip
    for first, last in runs([place for place, one in shown.items() if one == "folded"]):
        yield from folded(sheet, first, last)


def folded(sheet: SheetThere, first: int, last: int) -> Iterator[Request]:
    """Columns as a group that is closed."""
    group = _columns(sheet, first, last, "addDimensionGroup")
    yield group
    closed = {"range": group["addDimensionGroup"]["range"], "depth": 1, "collapsed": True}
    yield {"updateDimensionGroup": {"dimensionGroup": closed, "fields": "collapsed"}}


def _columns(sheet: SheetThere, first: int, last: int, kind: str, **more: object) -> Request:
    area = {"sheetId": sheet.number, "dimension": "COLUMNS", "startIndex": first, "endIndex": last + 1}
    return {kind: {"range": area, **more}}


def texts_of_new(tab: Tab, sheet: SheetThere) -> Iterator[Request]:
    """The styles of the texts of a tab that is new."""
    for block in tab.blocks:
        if not isinstance(block.content, Text):
            continue
        text, style = block.content, STYLES[block.content.style]
        area = (block.row, block.column, block.row, block.column + text.span - 1)
        if text.span > 1:
            yield {"mergeCells": {"range": grid_range(sheet, area), "mergeType": "MERGE_ALL"}}
        look: dict[str, Any] = {"textFormat": _font(style), "verticalAlignment": "MIDDLE",
                                "horizontalAlignment": "LEFT"}  # fmt: skip
        if text.form != "text":
            look["numberFormat"] = _number(text.form, FORMS[text.form])
        if text.span > 1:
            look["wrapStrategy"] = "WRAP"
        if "bottom" in style:
            look["borders"] = {"bottom": {"style": "SOLID", "colorStyle": rgb(str(style["bottom_color"]))}}
        yield _formatted(sheet, area, look)


def links(tabs: Mapping[str, SheetThere], sheet: SheetThere, tab: Tab) -> Iterator[Request]:
    """The texts of a new tab that lead to another one."""
    for block in tab.blocks:
        text = block.content
        if isinstance(text, Text) and text.link is not None and text.link in tabs:
            area = (block.row, block.column, block.row, block.column)
            look = {"textFormat": {"link": {"uri": f"#gid={tabs[text.link].number}"}}}
            yield _formatted(sheet, area, look, "textFormat.link")


def tables(plan: Plan, sheet: SheetThere, free: int) -> Iterator[Request]:
    """New columns as they should look. free: rows below that nothing of ours takes: a buyer's next row is below."""
    standing = plan.standing
    top, _, bottom, _ = plan.steps.after
    by_look: dict[str, list[int]] = {}
    for column in standing.added:
        by_look.setdefault(json.dumps(_cell(column)), []).append(standing.places[column.header])
    for look, places in by_look.items():
        for first, end in runs(places):
            yield _formatted(sheet, (top + 1, first, bottom, end), json.loads(look))
            if standing.table.policy == "buyer" and free and "numberFormat" in json.loads(look):
                # Else Google takes a code for a number there.
                number = {"numberFormat": json.loads(look)["numberFormat"]}
                yield _formatted(sheet, (bottom + 1, first, bottom + min(free, ROOM), end), number)
    by_header: dict[str, list[int]] = {}
    for column in standing.added:
        by_header.setdefault(json.dumps(_header(column)), []).append(standing.places[column.header])
    for look, places in by_header.items():
        for first, end in runs(places):
            yield _formatted(sheet, (top, first, top, end), json.loads(look))


def _cell(column: Column) -> dict[str, Any]:
    """A data cell: numbers right, text left, everything at the top since long notes make rows tall."""
    look: dict[str, Any] = {
        "textFormat": _font({}), "verticalAlignment": "TOP",
        "horizontalAlignment": "LEFT" if column.form == "text" else "RIGHT",
        "wrapStrategy": "WRAP" if wraps(column) else "CLIP",
        "borders": {"bottom": {"style": "SOLID", "colorStyle": rgb(LINE)}},
    }  # fmt: skip
    if column.form == "text":
        look["padding"] = _PADDING
    if form_of(column) != "General":
        look["numberFormat"] = _number(column.form, FORMS[column.form])
    return look


def _header(column: Column) -> dict[str, Any]:
    paint = HEADERS[column.owner]
    text = {"padding": _PADDING} if column.form == "text" else {}
    return {
        **text, "backgroundColorStyle": rgb(paint.fill), "verticalAlignment": "MIDDLE", "wrapStrategy": "WRAP",
        "textFormat": _font({"bold": paint.bold, "font_color": paint.text}),
        "horizontalAlignment": "LEFT" if column.form == "text" else "RIGHT",
        "borders": {"bottom": {"style": "SOLID", "colorStyle": rgb(_BELOW_HEADERS)}},
    }  # fmt: skip


def _font(style: Mapping[str, object]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "fontFamily": FONT, "fontSize": style.get("font_size", SIZE),
        "foregroundColorStyle": rgb(str(style.get("font_color", INK))),
    }  # fmt: skip
    return found | {name: True for name in ("bold", "underline") if style.get(name)}


def _number(form: str, pattern: str) -> dict[str, str]:
    return {"type": _TYPES.get(form, "NUMBER"), "pattern": pattern}


def _formatted(sheet: SheetThere, area: Area, look: Mapping[str, Any], fields: str = "") -> Request:
    return {"repeatCell": {
        "range": grid_range(sheet, area), "cell": {"userEnteredFormat": look},
        "fields": f"userEnteredFormat({fields or ','.join(look)})",
    }}  # fmt: skip


@dataclass(frozen=True)
class Recoloured:
    """Our rules of a sheet, told by our marker: those that go, and those that come. The user's stay."""

    gone: Sequence[Request]
    new: Sequence[Request]


def recoloured(wanted: Sequence[Mapping[str, Any]], sheet: SheetThere) -> Recoloured:
    """What makes them as they should be; nothing where they are.

    Those that go are to go first of all: formats that are pasted to new rows may bring rules along.
    """
    mine = [at for at, rule in enumerate(sheet.rules) if is_ours(rule)]
    if [_compared(sheet.rules[at]) for at in mine] == [_compared(rule) for rule in wanted]:
        return Recoloured((), ())
    gone = [{"deleteConditionalFormatRule": {"sheetId": sheet.number, "index": at}} for at in reversed(mine)]
    # After all of the user's.
    first = len(sheet.rules) - len(mine)
    new = [{"addConditionalFormatRule": {"rule": rule, "index": first + at}} for at, rule in enumerate(wanted)]
    return Recoloured(gone, new)


def is_ours(rule: Mapping[str, Any]) -> bool:
    """Whether a rule carries our marker."""
    return MARKER in json.dumps(rule)


def rules_of(sheet: SheetThere, placed: Placed) -> Iterator[dict[str, Any]]:
    """The rules of a table."""
    for column in placed.table.columns:
        place = placed.place(column.header)
        yield from rules(sheet, (placed.row + 1, place, placed.last_row, place), column.words)


def rules(sheet: SheetThere, area: Area, words: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rules that colour words in cells below each other. Each carries our marker."""
    for word in words:
        paint, quoted = GROUPS[COLOURED[word]], word.replace('"', '""')
        formula = f'=(${column_letters(area[1])}{area[0] + 1}="{quoted}")*("{MARKER}"<>"")'
        text: dict[str, Any] = {"foregroundColorStyle": rgb(paint.text)}
        if paint.bold:
            text["bold"] = True
        yield {
            "ranges": [grid_range(sheet, area)],
            "booleanRule": {
                "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]},
                "format": {"backgroundColorStyle": rgb(paint.fill), "textFormat": text},
            },
        }


def _compared(rule: Mapping[str, Any]) -> str:
    """A rule as far as it is ours: Google gives colours back in two ways, and leaves out channels that are 0."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    areas = [{"sheetId": 0, **area} for area in rule.get("ranges", [])]
    return json.dumps([areas, condition], sort_keys=True)
