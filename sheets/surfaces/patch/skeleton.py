"""What the writing library makes of our rules, looks, notes and new tabs, for taking over into a user's workbook.

So looks, colour rules and choices are said in one place only, whether a workbook is new or years old: here they are
written, without any of the tables' cells, to where the tables stand in the user's workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from itertools import repeat
from typing import Final

from lxml import etree
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheets.surfaces.package import Package, cell_at
from sheets.surfaces.patch.standing import Found
from sheets.surfaces.patch.texts import PlacedText
from sheets.surfaces.placed import Placed
from sheets.surfaces.xlsx_formats import Formats
from sheets.surfaces.xlsx_new import MOST_NOTES, OurSheet, opened, write_tab, write_text
from sheets.surfaces.xlsx_table import ROOM, write_rules
from sheets.tabs.layout import Block, Layout, Tab, Text

_LOOKS: Final = "looks"

Look = tuple[str, str, str]  # table, header, "cell" or "header"; or "", name of the tab, number of its text


@dataclass(frozen=True)
class Skeleton:
    """A workbook of the writing library's. sheets: tab of the layout's -> its part; looks: numbers of cell formats."""

    package: Package
    sheets: Mapping[str, str]
    looks: Mapping[Look, int]


def skeleton(
    layout: Layout, found: Found, tables: Mapping[str, Placed], texts: Mapping[str, list[PlacedText]]
) -> Skeleton:
    """Rules, looks and notes of what stands, and whole tabs of what does not."""
    buffer = BytesIO()
    workbook = opened(buffer, layout.title)
    formats = Formats(workbook)
    notes = repeat(None, MOST_NOTES)
    wanted: dict[Look, Format] = {}
    names = _names(layout, found)
    for tab in layout.tabs:
        if found.tabs[tab.name] is None:
            write_tab(
                workbook, _linked(replace(tab, name=names[tab.name]), names), layout.title, tables, formats, notes
            )
            continue
        sheet: Worksheet = workbook.add_worksheet(f"rules {len(workbook.worksheets())}", OurSheet)
        for placed_text in texts[tab.name]:
            text = _link(placed_text.text, names)
            write_text(sheet, placed_text.row, placed_text.column, text, formats)
            wanted["", tab.name, str(placed_text.number)] = formats.text(text)
    sheets = {tab.name: sheet for tab, sheet in zip(layout.tabs, workbook.worksheets(), strict=True)}
    home_of = {there.name: name for name, there in found.tabs.items() if there is not None}
    elsewhere: dict[str, Worksheet] = {}
    for standing in found.tables.values():
        for column in standing.table.columns:
            wanted[standing.table.name, column.header, "cell"] = formats.cell(column)
            wanted[standing.table.name, column.header, "header"] = formats.header(column.owner, column.form != "text")
        tab_name = standing.tab.name
        if tab_name in home_of:
            on = sheets[home_of[tab_name]]
        else:
            # A user moved the table to a tab of their own.
            on = elsewhere.setdefault(tab_name, workbook.add_worksheet(f"rules {len(workbook.worksheets())}", OurSheet))
        placed = tables[standing.table.name]
        room = partial(_room, found, tables, placed)
        write_rules(on, placed, tables, formats, notes, room)
    looks_sheet = workbook.add_worksheet(_LOOKS)
    for at, look in enumerate(wanted.values()):
        looks_sheet.write_blank(at, 0, None, look)
    workbook.close()
    package = Package(buffer)
    parts = {tab.name: tab.part for tab in package.tabs()}
    numbers = _numbers(package, parts[_LOOKS])
    return Skeleton(
        package,
        {name: parts[sheet.get_name()] for name, sheet in sheets.items()}
        | {name: parts[sheet.get_name()] for name, sheet in elsewhere.items() if name not in sheets},
        dict(zip(wanted, numbers, strict=True)),
    )


def _names(layout: Layout, found: Found) -> dict[str, str]:
    """The name that each tab has in the user's workbook, or will have there."""
    return {
        tab.name: there.name if (there := found.tabs[tab.name]) is not None else found.new_names[tab.name]
        for tab in layout.tabs
    }


def _linked(tab: Tab, names: Mapping[str, str]) -> Tab:
    blocks = tuple(
        Block(block.row, block.column, _link(block.content, names)) if isinstance(block.content, Text) else block
        for block in tab.blocks
    )
    return replace(tab, blocks=blocks)


def _link(text: Text, names: Mapping[str, str]) -> Text:
    if text.link is None:
        return text
    return replace(text, value=text.link if text.value is None else text.value, link=names.get(text.link, text.link))


def _room(found: Found, tables: Mapping[str, Placed], table: Placed, place: int) -> int:
    """How many rows below a table are free of our other tables in a column."""
    below = [
        other.row
        for name, other in tables.items()
        if other.tab == table.tab
        and other.row > table.last_row
        and name in found.tables
        and place in other_columns(other)
    ]
    return max(0, min([ROOM, *(row - table.last_row - 1 for row in below)]))


def other_columns(table: Placed) -> set[int]:
    """The sheet's columns in which a table's columns stand."""
    return {table.place(column.header) for column in table.table.columns}


def _numbers(package: Package, part: str) -> list[int]:
    tree: etree._Element = package.tree(part)
    cells = sorted(tree.iter("{*}c"), key=lambda cell: cell_at(str(cell.get("r"))))
    return [int(cell.get("s", "0")) for cell in cells]
