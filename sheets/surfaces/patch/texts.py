"""Where our texts stand on a user's tab: where an earlier refresh put them, as far as there are as many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from sheets.surfaces.marks import Area, texts_marked
from sheets.surfaces.patch.standing import Found, Marks, texts_before
from sheets.surfaces.placed import Placed
from sheets.tabs.layout import Block, Tab, Table, Text

Cell = tuple[int, int]
Holding = Callable[[Set[Cell]], Set[Cell]]


@dataclass(frozen=True)
class PlacedText:
    """A text and its cell on the sheet. number: which of the tab's; keeps: whether the cell keeps the format it has."""

    row: int
    column: int
    number: int
    text: Text
    keeps: bool


@dataclass(frozen=True)
class TextsThere:
    """The texts of one tab, and the cells that an earlier refresh used for them. areas: of each text, in their order;
    None for one that is not there.
    """

    texts: list[PlacedText]
    areas: list[Area | None]
    cleared: set[Cell]


def texts_of(tab: Tab, found: Found, marks: Marks, tables: Mapping[str, Placed], holding: Holding) -> TextsThere:
    """The texts of a tab that is there. Rows and columns that a user inserted move them along.

    tables: ours, as they will stand; a text below one that grows gives way. holding: which of some cells hold
    something; where that is the user's own the text stays away, and one that the user deleted does too.
    """
    there = found.tabs[tab.name]
    assert there is not None
    blocks = [(block, block.content) for block in tab.blocks if isinstance(block.content, Text)]
    before = texts_marked(texts_before(marks, there))
    stood = {(row, column) for area in before if area for row in _rows(area) for column in _columns(area)}
    if len(before) == len(blocks):
        places = _given_way(tab, [block for block, _ in blocks], before, tables, there.name)
    else:
        first = next((area for area in before if area), None)
        moved = (0, 0) if first is None or not blocks else (first[0] - blocks[0][0].row, first[1] - blocks[0][0].column)
        places = [_laid(tab, block, moved, tables, there.name) for block, _ in blocks]
    wide = {
        (place[0], place[1] + at): number
        for number, ((_, text), place) in enumerate(zip(blocks, places, strict=True))
        if place is not None
        for at in range(text.span)
    }
    taken = {wide[cell] for cell in holding(wide.keys() - stood)}
    texts = []
    areas: list[Area | None] = []
    for number, ((_, text), place) in enumerate(zip(blocks, places, strict=True)):
        if place is None or number in taken:
            areas.append(None)
            continue
        row, column = place
        areas.append((row, column, row, column + text.span - 1))
        texts.append(PlacedText(row, column, number, text, place in stood))
    return TextsThere(texts, areas, stood)


def _laid(tab: Tab, block: Block, moved: Cell, tables: Mapping[str, Placed], on: str) -> Cell:
    """Where a text goes when there were others before: from the table above it, else as far as the first one moved."""
    above = [
        (other.row, other.content)
        for other in tab.blocks
        if isinstance(other.content, Table) and other.row < block.row and tables[other.content.name].tab == on
    ]
    column = max(0, block.column + moved[1])
    if not above:
        return max(0, block.row + moved[0]), column
    row, table = max(above, key=lambda one: one[0])
    return tables[table.name].last_row + block.row - (row + max(1, table.rows)), column


def _given_way(
    tab: Tab, blocks: Sequence[Block], before: Sequence[Area | None], tables: Mapping[str, Placed], on: str
) -> list[Cell | None]:  # fmt: skip
    """Where each text goes: down, where a table above it now reaches so far; and as far as one above it went down."""
    places: list[Cell | None] = [None if area is None else area[:2] for area in before]
    down: dict[int, int] = {}  # by the sheet's row of a text that went: how far
    for number in sorted(range(len(blocks)), key=lambda one: blocks[one].row):
        place = places[number]
        if place is None:
            continue
        row, column = place
        row += max((far for above, far in down.items() if above < row), default=0)
        row = _below(tab, blocks[number], row, column, tables, on)
        if row > place[0]:
            down[place[0]] = row - place[0]
        places[number] = row, column
    return places


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


def _rows(area: Area) -> range:
    return range(area[0], area[2] + 1)


def _columns(area: Area) -> range:
    return range(area[1], area[3] + 1)
