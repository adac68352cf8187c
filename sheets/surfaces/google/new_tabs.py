"""Tabs and tables that are not in the spreadsheet yet: made ready, so that the rest is written as into any other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from sheets.surfaces.google.looks import tab_added
from sheets.surfaces.google.own import added, sheet_of
from sheets.surfaces.google.requests_of import ROOM, Request
from sheets.surfaces.google.there import GoogleThere, SheetThere
from sheets.surfaces.package import TableThere, TabThere
from sheets.surfaces.patch.standing import Found, Standing
from sheets.tabs.layout import Block, Layout, Tab, Table

_ROWS, _COLUMNS = 100, 26


@dataclass
class Ready:
    """A spreadsheet as if all its tabs and tables were there; requests: what makes it so; new: by the layout's name."""

    there: GoogleThere
    found: Found
    requests: list[Request]
    new: dict[str, SheetThere]


def stands_ready(there: GoogleThere, found: Found, layout: Layout) -> Ready:
    """Adds the tabs and tables that the layout has and the spreadsheet has not."""
    there = replace(there, sheets=dict(there.sheets), tabs=dict(there.tabs))
    requests: list[Request] = []
    new: dict[str, SheetThere] = {}
    numbers = {sheet.number for sheet in there.sheets.values()}
    for tab in layout.tabs:
        if found.tabs[tab.name] is not None:
            continue
        number = _free(numbers)
        numbers.add(number)
        sheet = SheetThere(number, found.new_names[tab.name], len(there.sheets), _size(tab))
        there.sheets[sheet.title] = new[tab.name] = sheet
        at = TabThere(sheet.title, "", sheet.index)
        there.tabs[at] = []
        found.tabs[tab.name] = at
        requests += tab_added(tab, sheet)
        for block in tab.blocks:
            if isinstance(block.content, Table):
                found.tables[block.content.name] = _new(block.content, at, block.row, block.column)
    for own in layout.own:
        number = _free(numbers)
        numbers.add(number)
        there.sheets[own.name] = sheet_of(own, number, len(there.sheets))
        requests.append(added(own, there.sheets[own.name]))
    for tab, table in found.missing:
        home = found.tabs[tab.name]
        assert home is not None
        stand = [one.there.area for one in found.tables.values() if one.tab == home]
        block = next(one for one in tab.blocks if one.content is table)
        # To the right of all that is ours there.
        column = max((area[3] for area in stand), default=block.column - 2) + 2
        found.tables[table.name] = _new(table, home, min((area[0] for area in stand), default=block.row), column)
    found.tables = {table.name: found.tables[table.name] for tab in layout.tabs for table in tab.tables}
    return Ready(there, found, requests, new)


def _free(taken: set[int]) -> int:
    """A sheet's number that no sheet has, nor had: what points to one that was deleted must not find another."""
    while (number := secrets.randbelow(1 << 31)) in taken:
        pass
    return number


def _new(table: Table, tab: TabThere, row: int, column: int) -> Standing:
    there = TableThere(table.name, (row, column, row, column - 1), (), totals=False)
    return Standing(table, tab, there, {}).anew()


def _size(tab: Tab) -> tuple[int, int]:
    rows = [block.row + (block.content.rows if isinstance(block.content, Table) else 0) + 2 for block in tab.blocks]
    columns = [_right(block) + 1 for block in tab.blocks]
    room = ROOM if any(table.policy == "buyer" for table in tab.tables) else 0
    return max([_ROWS, *(row + room for row in rows)]), max([_COLUMNS, *columns])


def _right(block: Block) -> int:
    content = block.content
    return block.column + (len(content.columns) if isinstance(content, Table) else content.span)
