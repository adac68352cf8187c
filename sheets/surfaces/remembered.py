"""What a refresh wrote, remembered in the workbook itself, so that the next one sees what somebody typed over.

Each of our tables has a hidden column with a short code of every cell of its row. It goes along when a user sorts,
filters or moves rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zlib import crc32

from sheets.surfaces.surface import Edit
from sheets.surfaces.visible import visible
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Value

WRITTEN: Final = "Written"
# Tables in which a refresh replaces what stands in our cells.
OURS_ALONE: Final = ("kept", "laid anew", "by key")
# What is not remembered, and what a formula gives.
NOT: Final = ".."
_FORMULA: Final = "=="
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def remembering(layout: Layout) -> Layout:
    """The layout with the hidden columns; what stands beside a table moves a column to the right."""
    return replace(layout, tabs=tuple(map(_tab, layout.tabs)))


def _tab(tab: Tab) -> Tab:
    remembered = [block for block in tab.blocks if isinstance(block.content, Table) and _wanted(tab, block)]
    blocks = []
    for block in tab.blocks:
        right = sum(_end(one) <= block.column for one in remembered)
        content = block.content
        if any(one is block for one in remembered) and isinstance(content, Table):
            content = replace(content, columns=(*content.columns, _column(content)))
        blocks.append(Block(block.row, block.column + right, content))
    return replace(tab, blocks=tuple(blocks))


def _wanted(tab: Tab, block: Block) -> bool:
    """Our own tables, where no table above or below would show the column."""
    table = block.content
    if not isinstance(table, Table) or table.policy not in OURS_ALONE:
        return False
    return not any(
        other is not block and isinstance(other.content, Table) and other.column <= _end(block) < _end(other)
        for other in tab.blocks
        if other.row != block.row
    )


def _end(block: Block) -> int:
    return block.column + (len(block.content.columns) if isinstance(block.content, Table) else 1)


def _column(table: Table) -> Column:
    codes = [codes_of(column, table.rows) for column in table.columns]
    return Column(WRITTEN, ["".join(row) for row in zip(*codes, strict=True)], shown="hidden")


def codes_of(column: Column, rows: int) -> list[str]:
    """A code for each of a column's cells."""
    if column.owner == "buyer" or column.row_of:
        return [NOT] * rows
    values = visible(column.values)
    if column.formula is None:
        made = {value: code(value) for value in set(values)}
        return [made[value] for value in values]
    if isinstance(column.formula, str):
        return [_FORMULA] * rows
    return [code(value, formula=text is not None) for value, text in zip(values, column.formula, strict=True)]


def mark_of(table: Table) -> list[str] | None:
    """What the file remembers of a table beside the codes: its key, and the headers in the codes' order."""
    headers = [column.header for column in table.columns]
    return ["|".join(table.key), *headers[:-1]] if headers[-1] == WRITTEN else None


def edits(
    table: str, mark: Sequence[str], cells: Mapping[str, Sequence[Value]], formulas: Mapping[str, Sequence[bool]]
) -> list[Edit]:
    """Our cells that do not say what the last refresh wrote.

    mark: as `mark_of` says. cells: header -> the column's values, the hidden column's too. formulas: header -> which
    of them a formula gives.
    """
    if not mark or WRITTEN not in cells:
        return []
    key, headers = mark[0].split("|"), mark[1:]
    codes = [one if isinstance(one, str) and len(one) == 2 * len(headers) else None for one in cells[WRITTEN]]
    return differs(table, key, headers, codes, cells, formulas)


def differs(
    table: str,
    key: Sequence[str],
    headers: Sequence[str],
    codes: Sequence[str | None],
    cells: Mapping[str, Sequence[Value]],
    formulas: Mapping[str, Sequence[bool]],
) -> list[Edit]:
    """The cells of a table that do not say what their codes remember. codes: of each row, None where nothing is."""
    found = []
    for row, of_row in enumerate(codes):
        for at, header in enumerate(headers if of_row is not None else ()):
            one = (of_row or "")[2 * at : 2 * at + 2]
            if one == NOT or header not in cells:
                continue
            value = cells[header][row]
            if code(value, formula=formulas[header][row]) != one:
                words = ", ".join(str(cells[name][row]) for name in key if name in cells)
                found.append(Edit(table, words, header, value))
    return found


def code(value: Value, *, formula: bool = False) -> str:
    """Two letters for a value, the same for all formulas."""
    if formula:
        return _FORMULA
    number = crc32(said(value).encode("utf-8"))
    return _LETTERS[number & 63] + _LETTERS[number >> 6 & 63]


def said(value: Value) -> str:
    """A value as text: a number is the same however many digits a program keeps, a time is a number."""
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    return f"{serial(value) if isinstance(value, datetime) else float(value):.9g}"
