"""Tabs and tables that are not in the spreadsheet yet: made ready, so that the rest is written as into any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from sheets.surfaces.google.requests_of import Request
from sheets.surfaces.google.there import GoogleThere, SheetThere
from sheets.surfaces.look import TAB_COLOURS
from sheets.surfaces.package import TableThere, TabThere
from sheets.surfaces.patch.standing import Found, Standing
from sheets.tabs.layout import Block, Layout, Tab, Table

# Numbers of sheets that we make; Google's own are longer.
_FIRST: Final = 4001
_PIXELS: Final = 7.2  # of a sign's width
_ROWS, _COLUMNS = 100, 26


@dataclass
class Ready:
    """A spreadsheet as if all its tabs and tables were there; requests: what makes it so."""

    there: GoogleThere
    found: Found
    requests: list[Request]


def stands_ready(there: GoogleThere, found: Found, layout: Layout) -> Ready:
    """Adds the tabs and tables that the layout has and the spreadsheet has not."""
    there = replace(there, sheets=dict(there.sheets), tabs=dict(there.tabs))
    requests: list[Request] = []
    numbers = {sheet.number for sheet in there.sheets.values()}
    for tab in layout.tabs:
        if found.tabs[tab.name] is not None:
            continue
        number = next(one for one in range(_FIRST, _FIRST + 10_000) if one not in numbers)
        numbers.add(number)
        sheet = SheetThere(number, found.new_names[tab.name], len(there.sheets), _size(tab))
        there.sheets[sheet.title] = sheet
        at = TabThere(sheet.title, "", sheet.index)
        there.tabs[at] = []
        found.tabs[tab.name] = at
        requests += _added(tab, sheet)
        for block in tab.blocks:
            if isinstance(block.content, Table):
                found.tables[block.content.name] = _new(block.content, at, block.row, block.column)
    for tab, table in found.missing:
        home = found.tabs[tab.name]
        assert home is not None
        stand = [one.there.area for one in found.tables.values() if one.tab == home]
        block = next(one for one in tab.blocks if one.content is table)
        # To the right of all that is ours there.
        column = max((area[3] for area in stand), default=block.column - 2) + 2
        found.tables[table.name] = _new(table, home, min((area[0] for area in stand), default=block.row), column)
    found.tables = {table.name: found.tables[table.name] for tab in layout.tabs for table in tab.tables}
    return Ready(there, found, requests)


def _new(table: Table, tab: TabThere, row: int, column: int) -> Standing:
    there = TableThere(table.name, (row, column, row, column - 1), (), totals=False)
    return Standing(table, tab, there, {}).anew()


def _size(tab: Tab) -> tuple[int, int]:
    rows = [block.row + (block.content.rows if isinstance(block.content, Table) else 0) + 2 for block in tab.blocks]
    columns = [_right(block) + 1 for block in tab.blocks]
    return max([_ROWS, *rows]), max([_COLUMNS, *columns])


def _right(block: Block) -> int:
    content = block.content
    return block.column + (len(content.columns) if isinstance(content, Table) else content.span)


def _added(tab: Tab, sheet: SheetThere) -> Iterator[Request]:
    colour = TAB_COLOURS[tab.colour].removeprefix("#")
    rgb = {name: round(int(colour[at : at + 2], 16) / 255, 6) for name, at in (("red", 0), ("green", 2), ("blue", 4))}
    grid = {"rowCount": sheet.size[0], "columnCount": sheet.size[1], "hideGridlines": True}
    if tab.freeze[0]:
        grid["frozenRowCount"] = tab.freeze[0]
    if tab.freeze[1]:
        grid["frozenColumnCount"] = tab.freeze[1]
    yield {"addSheet": {"properties": {
        "sheetId": sheet.number, "title": sheet.title, "index": sheet.index, "gridProperties": grid,
        "tabColorStyle": {"rgbColor": rgb},
    }}}  # fmt: skip
    widths = dict(tab.widths)
    hidden = []
    for block in tab.blocks:
        if isinstance(block.content, Table):
            for place, column in enumerate(block.content.columns, block.column):
                widths[place] = max(widths.get(place, 0), column.width)
                if column.shown != "shown":
                    hidden.append(place)
    for place, width in sorted(widths.items()):
        yield _properties(sheet, place, {"pixelSize": int(width * _PIXELS) + 8}, "pixelSize")
    for place in sorted(hidden):
        yield _properties(sheet, place, {"hiddenByUser": True}, "hiddenByUser")


def _properties(sheet: SheetThere, place: int, properties: dict[str, object], fields: str) -> Request:
    area = {"sheetId": sheet.number, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
    return {"updateDimensionProperties": {"range": area, "properties": properties, "fields": fields}}
