"""What Excel is told besides cells: formats of new rows and columns, the table's size, colours of flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sheets.surfaces.excel.there import BookThere, area_of, range_of
from sheets.surfaces.look import FORMS, GROUPS
from sheets.surfaces.marks import column_letters
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.placed import Placed
from sheets.tabs.layout import COLOURED, MARKER, Column

if TYPE_CHECKING:
    pass


def formats_ready(there: BookThere, standing: Standing, placed: Placed, largest: int) -> None:
    """New rows look like the last one, new columns as they should, and columns of texts take texts to the letter."""
    sheet, old = there.sheets[standing.tab.name], standing.there
    left, last, new_last = old.area[1], old.last_row, max(placed.last_row, old.area[0] + largest)
    if new_last > last > old.area[0]:
        source = range_of(sheet, (last, left, last, old.area[3]))
        source.autofill(range_of(sheet, (last, left, new_last, old.area[3])), "fill_formats")
    bottom = max(last, new_last)
    for column in standing.added:
        place = standing.places[column.header]
        range_of(sheet, (standing.first_row, place, bottom, place)).number_format = _form(column)
    old_ones = [one for one in standing.table.columns if one not in standing.added and takes_texts(one)]
    for first, end in runs([standing.places[one.header] for one in old_ones]):
        cells = range_of(sheet, (standing.first_row, first, bottom, end))
        if cells.number_format != FORMS["text"]:
            cells.number_format = FORMS["text"]


def resized(there: BookThere, standing: Standing, rows: int) -> None:
    """The table with so many rows, and with its new columns."""
    area = standing.there.area
    new = (area[0], area[1], area[0] + max(1, rows) + standing.there.totals, standing.last_column)
    table = there.tables[standing.table.name]
    if area_of(table.range.address) != new:
        table.resize(range_of(there.sheets[standing.tab.name], new))


def put_back(there: BookThere, standing: Standing) -> None:
    """The table as large as it was."""
    table = there.tables[standing.table.name]
    if area_of(table.range.address) != standing.there.area:
        table.resize(range_of(there.sheets[standing.tab.name], standing.there.area))


def coloured(there: BookThere, standing: Standing, placed: Placed) -> None:
    """Our colours over all rows, where the table has other rows than before. Rules of the user's stay.

    A rule's formula is read as seen from the active cell: the first cell of its range is selected for it.
    """
    if placed.last_row == standing.there.last_row and not standing.added:
        return
    sheet = there.sheets[standing.tab.name]
    for column in standing.table.columns:
        if not column.words:
            continue
        place = placed.place(column.header)
        cells = range_of(sheet, (placed.row + 1, place, placed.last_row, place))
        for rule in [
            one for one in cells.conditional_formats if one.type == "custom" and MARKER in (one.formula or "")
        ]:
            rule.delete()
        sheet.activate()
        cells[0, 0].select()
        first = f"${column_letters(place)}{placed.row + 2}"
        # The last that is added goes first.
        for word in reversed(column.words):
            paint = GROUPS[COLOURED[word]]
            quoted = word.replace('"', '""')
            cells.conditional_formats.add_custom(
                f'=({first}="{quoted}")*("{MARKER}"<>"")',
                fill_color=paint.fill,
                font_color=paint.text,
                font_bold=paint.bold or None,
            )


def runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Places side by side, as the first and the last of each run."""
    start = end = None
    for at in sorted(places):
        if end is not None and at == end + 1:
            end = at
            continue
        if start is not None and end is not None:
            yield start, end
        start = end = at
    if start is not None and end is not None:
        yield start, end


def takes_texts(column: Column) -> bool:
    """Whether a column of ours is formatted as text, and takes texts to the letter."""
    return column.owner == "ours" and _form(column) == FORMS["text"]


def _form(column: Column) -> str:
    return "General" if column.form == "text" and column.formula is not None else FORMS[column.form]
