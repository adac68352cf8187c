"""One table in a new workbook file: cells, header, validations, colours, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from xlsxwriter.worksheet import Worksheet

from sheets.surfaces.marks import NOTE, OURS, column_letters
from sheets.surfaces.own_row import by_address, in_plain_sight
from sheets.surfaces.placed import Placed, range_of, room_below
from sheets.surfaces.xlsx_cells import write_column
from sheets.surfaces.xlsx_formats import Formats
from sheets.tabs.layout import COLOURED, MARKER, Column, Tab

# Rows below a buyer's table in which the choices are offered already.
ROOM: Final = 500
_TABLE_STYLE: Final = "Table Style Light 1"


def write_table(
    sheet: Worksheet, tab: Tab, table: Placed, tables: Mapping[str, Placed], formats: Formats, notes: Iterator[None]
) -> None:
    """Writes the table; each note takes one from `notes`, and there are no more when it ends."""
    columns = table.table.columns
    headers = [column.header for column in columns]
    if len({header.casefold() for header in headers}) < len(headers):
        raise ValueError(f"{table.table.name}: two columns have one header: {headers}")
    outcome = sheet.add_table(
        table.row,
        table.column,
        table.last_row,
        table.column + len(columns) - 1,
        {
            "name": table.table.name,
            "style": _TABLE_STYLE,
            "banded_rows": False,
            "columns": [
                {
                    "header": column.header,
                    "header_format": formats.header(column.owner, column.form != "text"),
                }
                for column in columns
            ],
        },
    )
    if outcome:
        raise ValueError(f"{table.table.name}: Excel takes no such table name, or its header stands there twice")
    for place, column in enumerate(columns, table.column):
        look, plain = formats.cell(column), in_plain_sight(column, table)
        if table.table.rows:
            write_column(sheet, table.row + 1, place, column if plain else by_address(column, table), look)
        else:
            sheet.write_blank(table.row + 1, place, None, look)
        if isinstance(column.formula, str) and plain:
            # So that a row which somebody adds has the formula too. Given to add_table, it would write every cell.
            sheet.tables[-1]["columns"][place - table.column]["formula"] = column.formula.removeprefix("=")
    write_rules(sheet, table, tables, formats, notes, lambda place: room_below(tab, table, place, ROOM))


def write_rules(
    sheet: Worksheet,
    table: Placed,
    tables: Mapping[str, Placed],
    formats: Formats,
    notes: Iterator[None],
    room: Callable[[int], int],
) -> None:
    """Writes what lies over the table's cells: choices and prompts, colours, notes.

    room: how many rows below the table are free in a column for rows that a buyer adds.
    """
    for column in table.table.columns:
        place = table.place(column.header)
        below = table.last_row + (room(place) if column.owner == "buyer" else 0)
        _validate(sheet, table, place, column, below, tables)
        for word in column.words:
            colour_word(sheet, (table.row + 1, place, below, place), word, formats)
        for row, note in column.notes.items():
            if next(notes, True) is None:
                sheet.write_comment(table.at(row), place, NOTE + note, {"author": OURS, "x_scale": 2})


def colour_word(sheet: Worksheet, area: tuple[int, int, int, int], word: str, formats: Formats) -> None:
    """Colours the cells of a one-column area in which that word stands, by a rule that carries our marker."""
    first = f"${column_letters(area[1])}{area[0] + 1}"
    quoted = word.replace('"', '""')
    sheet.conditional_format(
        *area,
        {
            "type": "formula",
            "criteria": f'=({first}="{quoted}")*("{MARKER}"<>"")',
            "format": formats.group(COLOURED[word]),
        },
    )


def _validate(
    sheet: Worksheet, table: Placed, place: int, column: Column, last_row: int, tables: Mapping[str, Placed]
) -> None:
    """Offers the choices and says the prompt. What is not among the choices is asked about, never refused."""
    if column.choices is None and not column.prompt:
        return
    rule: dict[str, object] = {
        "validate": "any",
        "input_title": column.header[:32] if column.prompt else "",
        "input_message": column.prompt,
        "error_type": "warning",
        "error_title": OURS,
    }
    if column.choices is not None:
        listed = isinstance(column.choices, tuple)
        rule["validate"] = "list"
        rule["source"] = list(column.choices) if listed else range_of(str(column.choices), tables)
        rule["error_message"] = "This is not one of the choices. Keep it all the same?"
        if listed and any("," in choice for choice in column.choices):
            raise ValueError(f"{table.table.name}[{column.header}]: a choice with a comma would be two choices")
    if sheet.data_validation(table.row + 1, place, last_row, place, rule):
        raise ValueError(f"{table.table.name}[{column.header}]: the prompt or the choices exceed 255 characters")
