"""One of our tables, laid into the open workbook: its rows joined to those that stand there, its cells by blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from connectors.errors import InTheWay
from sheets.surfaces.excel.cells import Typed, Typist
from sheets.surfaces.excel.grown import runs, takes_texts
from sheets.surfaces.excel.there import BookThere, Cells
from sheets.surfaces.joined import Row, joined, keys_of, keys_read
from sheets.surfaces.marks import Area, absolute, column_letters
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.table_rows import TableRows
from sheets.surfaces.patch.users_formulas import moved
from sheets.surfaces.placed import Placed

# A row in the middle of a sheet, so that what looks up or down from it is on the sheet.
_CERTAIN: Final = 500_000


@dataclass(frozen=True)
class Writes:
    """A block of cells of one tab, and what is typed into it; stood: what was typed there before."""

    tab: str
    area: Area
    typed: Sequence[Sequence[Typed]]
    stood: Sequence[Sequence[Typed]]


def rows_of(standing: Standing, there: Cells) -> list[Row]:
    """The rows of a table as they will stand. Raises InTheWay where its key is gone."""
    table, left = standing.table, standing.there.area[1]
    missing = [one.header for one in standing.added if one.header in table.key]
    many = standing.many
    empty = [not any(there.holds(row, at) for at in range(len(standing.there.headers))) for row in range(many)]
    if missing and not all(empty):
        raise InTheWay(
            f"the column '{missing[0]}' of {table.name} is not there, by which its rows are told apart",
            where=f"tab {standing.tab.name}",
            todo="undo its deletion, or press Restore last refresh",
        )
    keys = keys_read(
        [
            [there.values[row][standing.places[name] - left] for row in range(many)]
            if name not in missing
            else [None] * many
            for name in table.key
        ]
    )
    live = set(keys_of(table))
    staying = [row for row in range(many) if keys[row] in live]
    repeated = {
        column: {_by_row(there, standing, row, column) for row in staying} - {None} for column in standing.users
    }
    buyers = [
        standing.places[one.header] for one in table.columns if one.owner == "buyer" and one not in standing.added
    ]

    def holds(row: int) -> bool:
        mine = [column for column in standing.users if there.holds(row, column - left)]
        if any(_by_row(there, standing, row, column) not in repeated[column] for column in mine):
            return True
        return keys[row] is None and any(there.holds(row, column - left) for column in buyers)

    return joined(table, keys, empty=empty, holds=holds)


def _by_row(there: Cells, standing: Standing, row: int, column: int) -> str | None:
    """A user's formula as it would stand in the table's first row; None where there is none."""
    at = column - standing.there.area[1]
    if not there.is_formula(row, at):
        return None
    return _on_row(there.formulas[row][at], column, standing.first_row + row, _CERTAIN)


def writes_of(
    standing: Standing,
    rows: Sequence[Row],
    tables: Mapping[str, Placed],
    there: Cells,
    book: BookThere,
    ours: Set[tuple[int, int]],
) -> list[Writes]:
    """What is typed into the table's cells: the columns that change, those side by side as one block.

    ours: cells of the tab's texts, which give way. Where rows keep their places only our own columns are written;
    where they move, all of them.
    Raises InTheWay where the table grows over something.
    """
    top, left = standing.first_row, standing.there.area[1]
    many, wide = len(rows), standing.last_column - left + 1
    texts = {standing.places[one.header] - left for one in standing.table.columns if takes_texts(one)}
    moves = standing.moves and any(row.stood != at for at, row in enumerate(rows))
    if moves:
        texts |= {place for place in _not_ours(standing) if book.is_text(standing.tab.name, standing.there, place)}
    stood = _stood(standing, there, many, book, texts, ours)
    cells = TableRows(standing, rows, tables, Typist())
    made: list[list[Typed]] = []
    for at, row in enumerate(rows):
        line = _moved(standing, there, row, at, wide, texts) if moves else list(stood[at])
        for column, cell in cells.filling(at).items():
            if line[column - left] == "":
                line[column - left] = cell
        for column, cell in cells.cells(at).items():
            line[column - left] = cell
        made.append(line)
    made += [[""] * wide for _ in range(len(stood) - many)]
    found = _headers(standing)
    changed = {
        place: [row for row in range(len(stood)) if differs(made[row][place], stood[row][place])]
        for place in range(wide)
    }
    for first, last in runs([place for place, of in changed.items() if of]):
        touched = [row for place in range(first, last + 1) for row in changed[place]]
        block = range(min(touched), max(touched) + 1)
        found.append(
            Writes(
                standing.tab.name,
                (top + block[0], left + first, top + block[-1], left + last),
                [made[row][first : last + 1] for row in block],
                [stood[row][first : last + 1] for row in block],
            )
        )
    return found


def _headers(standing: Standing) -> list[Writes]:
    """The headers of new columns."""
    if not standing.added:
        return []
    row, first = standing.first_row - 1, standing.there.area[3] + 1
    typed = [[Typist().value(one.header) for one in standing.added]]
    return [Writes(standing.tab.name, (row, first, row, standing.last_column), typed, [[""] * len(standing.added)])]


def differs(new: Typed, old: Typed) -> bool:
    """Whether a cell would say something else: numbers that Excel keeps with 15 digits are the same."""
    return _said(new) != _said(old)


def _said(typed: Typed) -> str:
    if isinstance(typed, str):
        return typed.removeprefix("'")
    return str(typed).upper() if isinstance(typed, bool) else f"{typed:.15g}"


def _not_ours(standing: Standing) -> list[int]:
    """The table's columns, from 0, whose cells go along with their row."""
    left = standing.there.area[1]
    buyers = [standing.places[one.header] for one in standing.table.columns if one.owner == "buyer"]
    return [place - left for place in (*standing.users, *buyers) if place <= standing.there.area[3]]


def _stood(
    standing: Standing, there: Cells, many: int, book: BookThere, texts: Set[int], ours: Set[tuple[int, int]]
) -> list[list[Typed]]:
    """What is typed in the cells now, of as many rows and columns as there are or will be."""
    known, top, left = len(standing.there.headers), standing.first_row, standing.there.area[1]
    wide, rows = standing.last_column - left + 1, len(there.formulas)
    stood: list[list[Typed]] = [
        [*(_as_typed(there, row, column, texts) for column in range(known)), *([""] * (wide - known))]
        for row in range(rows)
    ]
    stood += [[""] * wide for _ in range(many - rows)]
    below = (top + rows, left, top + many - 1, left + wide - 1)
    beside = (top - 1, left + known, top + rows - 1, left + wide - 1)
    for area in (below, beside):
        if area[0] > area[2] or area[1] > area[3]:
            continue
        cells = book.cells(standing.tab.name, area)
        for row in range(area[0], area[2] + 1):
            for column in range(area[1], area[3] + 1):
                if not cells.holds(row - area[0], column - area[1]):
                    continue
                if (row, column) not in ours:
                    raise InTheWay(
                        f"holds something where the table {standing.table.name} grows",
                        where=absolute(standing.tab.name, row, column).replace("$", ""),
                        todo="move it a few rows or columns away, then refresh",
                    )
                if row >= top:
                    stood[row - top][column - left] = typed_again(cells, row - area[0], column - area[1])
    return stood


def _moved(standing: Standing, there: Cells, row: Row, at: int, wide: int, texts: Set[int]) -> list[Typed]:
    """A row's cells where it goes: the user's formulas look at the same places from there."""
    if row.stood is None:
        return [""] * wide
    from_, to, left = standing.first_row + row.stood, standing.first_row + at, standing.there.area[1]
    line: list[Typed] = [
        _on_row(there.formulas[row.stood][column], left + column, from_, to)
        if there.is_formula(row.stood, column)
        else _as_typed(there, row.stood, column, texts)
        for column in range(len(standing.there.headers))
    ]
    return line + [""] * (wide - len(line))


def _on_row(formula: str, column: int, from_: int, to: int) -> str:
    letters = column_letters(column)
    return moved(formula, f"{letters}{from_ + 1}", f"{letters}{to + 1}")


def _as_typed(there: Cells, row: int, column: int, texts: Set[int]) -> Typed:
    """What is typed in a cell; texts: columns whose cells take a text to the letter."""
    literal = column in texts and isinstance(there.values[row][column], str)
    return there.formulas[row][column] if literal else typed_again(there, row, column)


def typed_again(there: Cells, row: int, column: int) -> Typed:
    """What is typed to have the same in a cell once more: a text stays a text, a number a number."""
    typed, value = there.formulas[row][column], there.values[row][column]
    if there.is_formula(row, column) or value is None:
        return typed
    return Typist().value(typed if isinstance(value, str) else value)
