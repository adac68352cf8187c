"""Where our texts stand on a user's tab: where an earlier refresh put them, as far as there are as many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheets.surfaces.marks import Area, texts_marked
from sheets.surfaces.patch.standing import Found, Marks, texts_before
from sheets.surfaces.placed import Placed, text_areas
from sheets.tabs.layout import Block, Tab, Table, Text


@dataclass(frozen=True)
class PlacedText:
    """A text and its cell on the sheet. keeps: whether the cell keeps the format that it has."""

    row: int
    column: int
    text: Text
    keeps: bool


@dataclass(frozen=True)
class TextsThere:
    """The texts of one tab, and the cells that an earlier refresh used for them."""

    texts: list[PlacedText]
    cleared: set[tuple[int, int]]


def texts_of(tab: Tab, found: Found, marks: Marks, tables: Mapping[str, Placed]) -> TextsThere:
    """The texts of a tab that is there. Rows and columns that a user inserted above or before them move them along.

    tables: ours, as they will stand; a text below one that grows gives way.
    """
    there = found.tabs[tab.name]
    assert there is not None
    blocks = [block for block in tab.blocks if isinstance(block.content, Text)]
    before = texts_marked(texts_before(marks, there))
    now = text_areas(tab)
    stood = {(row, column) for area in before for row in _rows(area) for column in _columns(area)}
    if [_size(area) for area in before] == [_size(area) for area in now]:
        shift = {
            (row, column): (was[0] - area[0], was[1] - area[1])
            for was, area in zip(before, now, strict=True)
            for row in _rows(area)
            for column in _columns(area)
        }
        moved = [(block, *shift[block.row, block.column]) for block in blocks]
    else:
        down, right = (before[0][0] - now[0][0], before[0][1] - now[0][1]) if before and now else (0, 0)
        moved = [(block, down, right) for block in blocks]
    texts = []
    for block, down, right in moved:
        row, column = max(0, block.row + down), max(0, block.column + right)
        row = _below(tab, block, row, column, tables, there.name)
        if isinstance(block.content, Text):
            texts.append(PlacedText(row, column, block.content, (row, column) in stood))
    return TextsThere(texts, stood)


def _below(tab: Tab, block: Block, row: int, column: int, tables: Mapping[str, Placed], on: str) -> int:
    """The text's row, or one further down where a table above it now reaches so far."""
    for other in tab.blocks:
        if not isinstance(other.content, Table) or other.row > block.row:
            continue
        table = tables[other.content.name]
        covers = table.tab == on and table.column <= column <= max(
            table.place(one.header) for one in other.content.columns
        )
        if covers and table.row <= row <= table.last_row:
            row = table.last_row + block.row - (other.row + max(1, other.content.rows))
    return row


def _size(area: Area) -> tuple[int, int]:
    return area[2] - area[0], area[3] - area[1]


def _rows(area: Area) -> range:
    return range(area[0], area[2] + 1)


def _columns(area: Area) -> range:
    return range(area[1], area[3] + 1)
