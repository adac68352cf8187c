"""A layout as a new .xlsx file. The same layout gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import BinaryIO, Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheets.surfaces.look import FONT, FORMS, INK, SIZE, TAB_COLOURS
from sheets.surfaces.macros import Macros, add_macros, with_ribbon
from sheets.surfaces.marks import COLUMNS, LOOK, REMEMBERED, ROWS, SAID, TEXTS, absolute, list_mark, texts_mark
from sheets.surfaces.placed import Placed, cell_of, placed, text_areas
from sheets.surfaces.remembered import mark_of
from sheets.surfaces.remembered_names import rows_said, texts_said
from sheets.surfaces.tab_columns import shown_in, widths_of
from sheets.surfaces.tab_rows import heights_of
from sheets.surfaces.xlsx_cells import write_one
from sheets.surfaces.xlsx_formats import Formats
from sheets.surfaces.xlsx_own import write_own
from sheets.surfaces.xlsx_table import colour_word, write_table
from sheets.tabs.layout import Layout, Tab, Table, Text
from sheets.tabs.own import Look

# A date of the file's own would make two files of one layout differ.
CREATED: Final = datetime(2026, 1, 1)

# More notes make workbooks slow to open; where a number came from stands in columns anyway.
MOST_NOTES: Final = 500

# A row taller than this would push the others out of sight.


def write_new(layout: Layout, path: Path, *, created: datetime = CREATED, macros: Macros | None = None) -> None:
    """Writes the layout to `path`, over what is there; with macros as a workbook that has buttons."""
    written = path if macros is None else BytesIO()
    workbook = opened(written, layout.title, created)
    fill(workbook, layout)
    if macros is not None:
        add_macros(workbook, macros)
    workbook.close()
    if macros is not None and isinstance(written, BytesIO):
        with_ribbon(written, path, macros.ribbon)


def opened(path: Path | BinaryIO, title: str = "", created: datetime = CREATED) -> Workbook:
    """A new workbook of the writing library's, set up so that cells are written as they are."""
    workbook = Workbook(
        path if not isinstance(path, Path) else str(path),
        {
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            # Infinity is a mistake of ours: it stops here and is no number in a cell.
            "nan_inf_to_errors": False,
            "default_format_properties": {"font_name": FONT, "font_size": SIZE},
        },
    )
    workbook.set_properties({"title": title, "created": created})
    return workbook


def fill(workbook: Workbook, layout: Layout) -> None:
    """Adds the layout's tabs and names to a new workbook."""
    formats = Formats(workbook)
    tables = placed(layout)
    notes = repeat(None, MOST_NOTES)
    for tab in layout.tabs:
        write_tab(workbook, tab, layout.title, tables, formats, notes)
    for (name, row, column), note in layout.notes.items():
        workbook.get_worksheet_by_name(name).write_comment(row, column, note)
    looks: dict[Look, Format] = {}
    for own in layout.own:
        write_own(workbook, own, looks)
    for name, (of, key, header) in layout.names.items():
        _name(workbook, name, "=" + cell_of(tables[of], key, header))
    for table in tables.values():
        headers = [column.header for column in table.table.columns if not column.users]
        _name(workbook, COLUMNS + table.table.name, list_mark(headers))
        remembered = mark_of(table.table)
        if remembered is not None:
            _name(workbook, REMEMBERED + table.table.name, list_mark(remembered))
        rows = rows_said(table.table)
        if rows is not None:
            _name(workbook, ROWS + table.table.name, list_mark(rows))
    _name(workbook, LOOK, list_mark([INK, *FORMS.values(), "General"]))


class OurSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes our formulas as they are.

    XlsxWriter looks through every formula for some thirty functions newer than Excel 2010, which took nine tenths
    of the time of a large workbook. Ours use none of them.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def write_tab(
    workbook: Workbook,
    tab: Tab,
    title: str,
    tables: Mapping[str, Placed],
    formats: Formats,
    notes: Iterator[None],
) -> None:
    """Adds one tab: its texts, tables, widths, heights and print set-up."""
    sheet = workbook.add_worksheet(tab.name, OurSheet)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(TAB_COLOURS[tab.colour])
    if any(tab.freeze):
        sheet.freeze_panes(*tab.freeze)
    widths = _columns(sheet, tab)
    for row, height in heights_of(tab, widths).items():
        sheet.set_row(row, height)
    for block in tab.blocks:
        if isinstance(block.content, Table):
            write_table(sheet, tab, tables[block.content.name], tables, formats, notes)
        else:
            write_text(sheet, block.row, block.column, block.content, formats)
    _print_setup(sheet, tab, title)
    _name(workbook, TEXTS, texts_mark(tab.name, text_areas(tab)), tab.name)
    texts = texts_said([block.content for block in tab.blocks if isinstance(block.content, Text)])
    if texts is not None:
        _name(workbook, SAID, list_mark(texts), tab.name)


def write_text(sheet: Worksheet, row: int, column: int, text: Text, formats: Formats) -> None:
    """Writes a cell outside tables, with its span, link and colours."""
    look = formats.text(text)
    if text.span > 1:
        sheet.merge_range(row, column, row, column + text.span - 1, "", look)
    if text.link is not None:
        sheet.write_url(row, column, f"internal:{absolute(text.link, 0, 0).replace('$', '')}", look, text.link)
    write_one(sheet, row, column, text.link if text.value is None else text.value, text.formula, look)
    for word in text.words:
        colour_word(sheet, (row, column, row, column), word, formats)


def _columns(sheet: Worksheet, tab: Tab) -> dict[int, float]:
    """Sets the widths and folds of the tab's columns."""
    widths = widths_of(tab)
    options: dict[int, dict[str, object]] = {}
    for place, shown in shown_in(tab).items():
        if shown == "hidden":
            options[place] = {"hidden": True}
        elif shown == "folded":
            options[place] = {"level": 1, "hidden": True}
    # Excel keeps the plus sign of a folded group on the column after it.
    for place in [place for place, option in options.items() if "level" in option]:
        if "level" not in options.get(place + 1, {}):
            options.setdefault(place + 1, {})["collapsed"] = True
    for place in sorted(widths.keys() | options.keys()):
        sheet.set_column(place, place, widths.get(place), None, options.get(place, {}))
    return widths


def _last_row(tab: Tab, width: int) -> int:
    """The last row of what stands in the first columns."""
    inside = [block for block in tab.blocks if block.column < width]
    return max(block.row + (max(1, block.content.rows) if isinstance(block.content, Table) else 0) for block in inside)


def _print_setup(sheet: Worksheet, tab: Tab, title: str) -> None:
    """One page wide, on whatever paper the printer has, the header's row on every page."""
    if tab.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0 if tab.landscape else 1)  # a portrait tab is read at one look
    if tab.printed is not None:
        sheet.print_area(0, 0, _last_row(tab, tab.printed), tab.printed - 1)
    rows = {block.row for block in tab.blocks if isinstance(block.content, Table)}
    if len(rows) == 1:
        sheet.repeat_rows(rows.pop())
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header("&L&A")
    sheet.set_footer(f"&L{title.replace('&', '&&')[:200]}&RPage &P of &N")


def _name(workbook: Workbook, name: str, formula: str | None, tab: str | None = None) -> None:
    """Defines a name for the workbook, or a hidden one of ours; no formula, no name."""
    if formula is None:
        return
    if workbook.define_name(name if tab is None else f"{tab}!{name}", formula):
        raise ValueError(f"Excel takes no such name: {name!r}")
    if name.startswith((TEXTS, COLUMNS, REMEMBERED, ROWS, SAID, LOOK)):
        # Hidden is the fourth of what the writer keeps about a name; it has no public switch for it.
        workbook.defined_names[-1][3] = True
