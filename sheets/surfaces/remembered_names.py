"""What a refresh wrote where no hidden column can remember it: small tables and texts, by hidden names.

A table with others above or below it would show such a column, and a text has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sheets.surfaces.marks import Area, column_letters
from sheets.surfaces.remembered import NOT, OURS_ALONE, WRITTEN, code, codes_of, differs, said
from sheets.surfaces.surface import Edit
from sheets.surfaces.visible import visible
from sheets.tabs.layout import Table, Text, Value

_END: Final = ""
_AT_ONCE: Final = 100


def rows_said(table: Table) -> list[str] | None:
    """A small table's key, its headers, and of each row its codes and its key; None where a column remembers."""
    headers = [column.header for column in table.columns]
    if table.policy not in OURS_ALONE or headers[-1] == WRITTEN:
        return None
    codes = zip(*(codes_of(column, table.rows) for column in table.columns), strict=True)
    keys = zip(*(map(said, visible(table.column(name).values)) for name in table.key), strict=True)
    rows = ["".join(row) + "|".join(key) for row, key in zip(codes, keys, strict=True)]
    return ["|".join(table.key), *headers, _END, *rows]


def edits_in_rows(
    table: str, mark: Sequence[str], cells: Mapping[str, Sequence[Value]], formulas: Mapping[str, Sequence[bool]]
) -> list[Edit]:
    """Cells of a small table that do not say what the last refresh wrote. mark: as `rows_said` says."""
    if _END not in mark:
        return []
    end = mark.index(_END)
    key, headers = mark[0].split("|"), mark[1:end]
    if any(name not in cells for name in key):
        return []
    long = 2 * len(headers)
    written = {row[long:]: row[:long] for row in mark[end + 1 :]}
    many = len(cells[key[0]])
    codes = [written.get("|".join(said(cells[name][row]) for name in key)) for row in range(many)]
    return differs(table, key, headers, codes, cells, formulas)


def texts_said(texts: Sequence[Text | None]) -> list[str] | None:
    """Codes of a tab's texts, None for one that is not there; many in one, since a name holds few long texts."""
    codes = [NOT if text is None else _code(text) for text in texts]
    return ["".join(codes[at : at + _AT_ONCE]) for at in range(0, len(codes), _AT_ONCE)] or None


def edits_in_texts(
    tab: str, mark: Sequence[str], areas: Sequence[Area | None], stood: Mapping[tuple[int, int], tuple[Value, bool]]
) -> list[Edit]:
    """Texts that do not say what the last refresh wrote. stood: cell -> its value, and whether a formula gives it."""
    codes = "".join(mark)
    if len(codes) != 2 * len(areas):
        return []
    found = []
    for at, area in enumerate(areas):
        one = codes[2 * at : 2 * at + 2]
        if area is None or one == NOT:
            continue
        value, formula = stood.get(area[:2], (None, False))
        if code(value, formula=formula) != one:
            found.append(Edit(tab, f"{column_letters(area[1])}{area[0] + 1}", "", value))
    return found


def _code(text: Text) -> str:
    (value,) = visible([text.link if text.value is None else text.value])
    return code(value, formula=text.formula is not None)
