"""References to a formula's own row, by address.

`Table[[#This Row],[Column]]` says what it means: it stands in the columns that people see. In hidden columns and in
long tables the address stands instead. Programs compile it much faster and keep one formula for rows that are alike:
LibreOffice recalculates a large workbook in half the time and memory.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sheets.surfaces.marks import column_letters
from sheets.surfaces.placed import Placed
from sheets.tabs.layout import Column

_OWN_ROW: Final = re.compile(r"(\w+)\[\[#This Row\],\[((?:'.|[^\]'])*)\]\]")


# Rows of a table from which on speed is worth more than formulas that read well.
_LONG: Final = 5_000


def in_plain_sight(column: Column, table: Placed) -> bool:
    """Whether the column's formulas are for people to read."""
    return column.shown != "hidden" and table.table.rows < _LONG


def by_address(column: Column, table: Placed) -> Column:
    """The column with its formulas' own row by address; references to other tables stay as they are."""
    formula = column.formula
    if formula is None:
        return column
    each: Sequence[str | None] = [formula] * len(column.values) if isinstance(formula, str) else formula
    pieces: dict[str, list[str]] = {}
    made: list[str | None] = []
    for row, text in enumerate(each):
        if text is None:
            made.append(None)
            continue
        if text not in pieces:
            pieces[text] = cut_at_row(text, table)
        made.append(str(table.at(row) + 1).join(pieces[text]))
    return replace(column, formula=made)


def cut_at_row(text: str, placed: Placed) -> list[str]:
    """A formula, its own row by address, cut where the row's number goes."""
    table, letters = placed.table.name, _letters(placed)
    cut = [""]
    end = 0
    for found in _OWN_ROW.finditer(text):
        if found[1] != table:
            continue
        header = re.sub(r"'(['#\[\]])", r"\1", found[2])
        cut[-1] += f"{text[end : found.start()]}${letters[header]}"
        cut.append("")
        end = found.end()
    cut[-1] += text[end:]
    return cut


def _letters(table: Placed) -> dict[str, str]:
    return {one.header: column_letters(table.place(one.header)) for one in table.table.columns}
