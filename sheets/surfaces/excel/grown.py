"""What Excel is told besides cells: formats of new rows and columns, the table's size, colours of flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheets.surfaces.excel.as_it_was import selected_here
from sheets.surfaces.excel.there import BookThere, area_of, range_of
from sheets.surfaces.live.columns import runs, takes_texts
from sheets.surfaces.live.steps import TableSteps
from sheets.surfaces.look import FORMS, GROUPS, form_of
from sheets.surfaces.marks import Area, column_letters
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.placed import Placed
from sheets.tabs.layout import COLOURED, MARKER, Column

if TYPE_CHECKING:
    import xlwings


def formats_ready(there: BookThere, standing: Standing, largest: Area) -> None:
    """New rows look like the last one, new columns as they should, and columns of texts take texts to the letter."""
    sheet, old = there.sheets[standing.tab.name], standing.there
    left, last, new_last = old.area[1], old.last_row, largest[2] - old.totals
    if new_last > last > old.area[0]:
        source = range_of(sheet, (last, left, last, old.area[3]))
        source.autofill(range_of(sheet, (last, left, new_last, old.area[3])), "fill_formats")
    bottom = max(last, new_last)
    for column in standing.added:
        place = standing.places[column.header]
        range_of(sheet, (standing.first_row, place, bottom, place)).number_format = form_of(column)
    old_ones = [one for one in standing.table.columns if one not in standing.added and takes_texts(one)]
    for first, end in runs([standing.places[one.header] for one in old_ones]):
        cells = range_of(sheet, (standing.first_row, first, bottom, end))
        if cells.number_format != FORMS["text"]:
            cells.number_format = FORMS["text"]


def resized(there: BookThere, table: TableSteps, area: Area) -> None:
    """The table with this size."""
    in_excel = there.tables[table.table]
    if area_of(in_excel.range.address) != area:
        in_excel.resize(range_of(there.sheets[table.tab], area))


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
        with selected_here(sheet, cells[0, 0]):
            _add_rules(cells, f"${column_letters(place)}{placed.row + 2}", column)


def _add_rules(cells: xlwings.Range, first: str, column: Column) -> None:
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
