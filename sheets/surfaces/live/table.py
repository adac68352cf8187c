"""One of our tables, laid into the open workbook: its rows joined to those that stand there, its cells by blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from connectors.errors import InTheWay
from sheets.surfaces.joined import Row, joined, keys_of, keys_read
from sheets.surfaces.live.columns import runs, takes_texts
from sheets.surfaces.live.steps import Sorting, TableSteps, Writes
from sheets.surfaces.live.there import Cells, Stands
from sheets.surfaces.live.typed import Typed, Typist
from sheets.surfaces.marks import Area, absolute, column_letters
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.table_rows import TableRows
from sheets.surfaces.patch.users_formulas import moved
from sheets.surfaces.placed import Placed

# A row in the middle of a sheet, so that what looks up or down from it is on the sheet.
_CERTAIN: Final = 500_000


@dataclass(frozen=True)
class Plan:
    """What happens to a table. steps: its sizes, and how its rows move.

    made: all cells of its data, as they will be; was, stood: as they are now, and once rows have moved.
    """

    standing: Standing
    steps: TableSteps
    made: Sequence[Sequence[Typed]]
    was: Sequence[Sequence[Typed]]
    stood: Sequence[Sequence[Typed]]

    @property
    def writes(self) -> Sequence[Writes]:
        """What is typed then, by blocks."""
        return [new for new, _ in self._blocks]

    @property
    def before(self) -> Sequence[Writes]:
        """What is typed to have everything as it was, where rows stood."""
        return [old for _, old in self._blocks]

    @cached_property
    def _blocks(self) -> list[tuple[Writes, Writes]]:
        tab, top, left = self.standing.tab.name, self.standing.first_row, self.standing.there.area[1]
        found = _headers(self.standing)
        always = [] if self.steps.sorting is None else [self.steps.sorting.column - left]
        for first, last, block in _blocks(self.made, self.stood, always):
            area = (top + block[0], left + first, top + block[-1], left + last)
            new = Writes(tab, area, [self.made[row][first : last + 1] for row in block])
            area = (top, left + first, top + len(self.was) - 1, left + last)
            found.append((new, Writes(tab, area, [line[first : last + 1] for line in self.was])))
        return found


def rows_of(standing: Standing, there: Cells, noted: Callable[[int], bool] = lambda row: False) -> list[Row]:
    """The rows of a table as they will stand. noted: whether a note stands in the table's cells of a sheet's row.

    Raises InTheWay where its key is gone.
    """
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

    # A column of boxes to tick: one that is not ticked says nothing.
    boxes = {
        column for column in standing.users
        if all(isinstance(there.values[row][column - left], (bool, type(None))) for row in range(many))
    }  # fmt: skip

    def holds(row: int) -> bool:
        mine = [column for column in standing.users if there.holds(row, column - left)
                and not (column in boxes and there.values[row][column - left] is False)]  # fmt: skip
        if any(_by_row(there, standing, row, column) not in repeated[column] for column in mine):
            return True
        if noted(standing.first_row + row):
            return True
        return keys[row] is None and any(there.holds(row, column - left) for column in buyers)

    return joined(table, keys, empty=empty, holds=holds)


def _by_row(there: Cells, standing: Standing, row: int, column: int) -> str | None:
    """A user's formula as it would stand in the table's first row; None where there is none."""
    at = column - standing.there.area[1]
    if not there.is_formula(row, at):
        return None
    return _on_row(there.formulas[row][at], column, standing.first_row + row, _CERTAIN)


def order_of(standing: Standing, rows: Sequence[Row]) -> list[int] | None:
    """The place of each row of the table once it is sorted, with new rows at its end; None where none moves.

    Rows that leave the table come to stand below all others.
    """
    if not standing.moves or all(row.stood == at for at, row in enumerate(rows[: standing.many])):
        return None
    to = {row.stood: at for at, row in enumerate(rows) if row.stood is not None}
    leave = iter(range(len(rows), len(rows) + standing.many))
    new = [at for at, row in enumerate(rows) if row.stood is None]
    return [to[row] if row in to else next(leave) for row in range(standing.many)] + new


def plan_of(
    standing: Standing,
    rows: Sequence[Row],
    tables: Mapping[str, Placed],
    there: Cells,
    book: Stands,
    ours: Set[tuple[int, int]],
    typist: Typist | None = None,
) -> Plan:
    """How the table becomes what the layout says: our columns are typed, those side by side as one block.

    ours: cells of the tab's texts, which give way. typist: who makes the cells. Raises InTheWay where the table grows
    over something.
    """
    typist = typist or Typist()
    left = standing.there.area[1]
    order = order_of(standing, rows)
    largest = max(len(rows), standing.many, 0 if order is None else len(order))
    _refuse_totals(standing, largest)
    texts = {standing.places[one.header] - left for one in standing.table.columns if typist.literal(one)}
    stood = _stood(standing, there, largest, book, texts, ours)
    cells = TableRows(standing, rows, tables, typist)
    if not any(cell != "" for line in stood for cell in line):
        order = None
    sorting = None if order is None else _sorting(standing, order)
    sorted_ = stood if sorting is None else [stood[row] for row in sorting.back.order]
    made = [list(line) for line in sorted_]
    for at in range(len(rows)):
        for column, cell in cells.filling(at).items():
            if made[at][column - left] == "":
                made[at][column - left] = cell
        for column, cell in cells.cells(at).items():
            made[at][column - left] = cell
    made[len(rows) :] = [[""] * len(stood[0]) for _ in made[len(rows) :]]
    sizes = (sized(standing, largest), sized(standing, len(rows)))
    return Plan(standing, TableSteps(standing.tab.name, standing.table.name, standing.there.area, *sizes, sorting),
                made, stood, sorted_)  # fmt: skip


def _blocks(
    made: Sequence[Sequence[Typed]], stood: Sequence[Sequence[Typed]], always: Sequence[int]
) -> Iterator[tuple[int, int, range]]:
    """First and last column of cells side by side that change, and the rows from the first to the last of them."""
    many, wide = len(made), len(made[0]) if made else 0
    changed = {
        place: range(many)
        if place in always
        else [row for row in range(many) if differs(made[row][place], stood[row][place])]
        for place in range(wide)
    }
    for first, last in runs([place for place, of in changed.items() if len(of)]):
        touched = [row for place in range(first, last + 1) for row in changed[place]]
        yield first, last, range(min(touched), max(touched) + 1)


def sized(standing: Standing, rows: int) -> Area:
    """The table with so many rows, and with its new columns."""
    top, left = standing.there.area[:2]
    return top, left, top + max(1, rows) + standing.there.totals, standing.last_column


def _sorting(standing: Standing, order: Sequence[int]) -> Sorting:
    """By a column of ours, which holds the places for a moment and is typed anew in any case.

    By none of the key's, where there is another: if it breaks off in between, rows are still known by their keys.
    """
    ours = [one for one in standing.table.columns if one.owner == "ours" and one not in standing.added]
    column = next((one for one in ours if one.header not in standing.table.key), ours[0])
    return Sorting(standing.places[column.header], takes_texts(column), tuple(order))


def _refuse_totals(standing: Standing, largest: int) -> None:
    if standing.there.totals and (largest != standing.many or standing.added):
        raise InTheWay(
            f"the table {standing.table.name} has a row of totals where it grows",
            where=f"tab {standing.tab.name}",
            todo="close the workbook and run `mastersheet refresh`, which moves it down; or hide it (Table Design, "
            "Total Row)",
        )


def _headers(standing: Standing) -> list[tuple[Writes, Writes]]:
    """The headers of new columns, and their cells as they were."""
    if not standing.added:
        return []
    row, first = standing.first_row - 1, standing.there.area[3] + 1
    area = (row, first, row, standing.last_column)
    typed = [[Typist().value(one.header) for one in standing.added]]
    return [(Writes(standing.tab.name, area, typed), Writes(standing.tab.name, area, [[""] * len(standing.added)]))]


def differs(new: Typed, old: Typed) -> bool:
    """Whether a cell would say something else: numbers that Excel keeps with 15 digits are the same, and so are
    formulas that a program gives back with other blanks and letters.
    """
    if new is old or (type(new) is type(old) and new == old):
        return False
    one, other = _said(new), _said(old)
    if one == other:
        return False
    return not (one.startswith("=") and other.startswith("=") and _bare(one) == _bare(other))


def _bare(formula: str) -> str:
    """A formula without blanks, in capitals; texts in it as they are."""
    parts = formula.split('"')
    return '"'.join(part if at % 2 else "".join(part.split()).upper() for at, part in enumerate(parts))


def _said(typed: Typed) -> str:
    if isinstance(typed, str):
        return typed.removeprefix("'")
    return str(typed).upper() if isinstance(typed, bool) else f"{typed:.15g}"


def _stood(
    standing: Standing, there: Cells, many: int, book: Stands, texts: Set[int], ours: Set[tuple[int, int]]
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
