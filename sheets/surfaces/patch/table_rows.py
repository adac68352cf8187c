"""One of our tables, row by row: what each of its cells becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

import numpy as np

from sheets.surfaces.joined import Does, Row, written
from sheets.surfaces.own_row import cut_at_row, in_plain_sight
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.placed import Placed
from sheets.surfaces.visible import visible
from sheets.tabs.layout import GONE, Column, Value

C = TypeVar("C")


class Writes(Protocol[C]):
    """What makes our cells. empty: a cell that holds nothing. by_address: whether all formulas name cells of their own
    row by address, also those that people read.
    """

    empty: C
    by_address: bool

    def values(self, values: Sequence[Value]) -> list[C]:
        """Cells that hold values."""

    def value(self, value: Value) -> C:
        """A cell that holds a value among formulas."""

    def formula(self, text: str, value: Value) -> C:
        """A cell that holds a formula, made of pieces and rows' numbers, and the value it gives."""

    def piece(self, text: str) -> str:
        """A piece of a formula, without its `=`."""


# Rows that are made at once: column by column is much faster than cell by cell, all at once takes much memory.
_BLOCK: Final = 512


@dataclass
class _Block(Generic[C]):
    """Some rows: the cells of each by their column, or, where they are in the same columns, as tuples."""

    columns: tuple[int, ...] = ()
    alike: list[tuple[C, ...]] = field(default_factory=list)
    rows: list[dict[int, C]] = field(default_factory=list)


class TableRows(Generic[C]):
    """The cells of a table's rows. tables: all of ours, as they will stand."""

    def __init__(
        self, standing: Standing, rows: Sequence[Row], tables: Mapping[str, Placed], writer: Writes[C]
    ) -> None:
        self.standing, self.rows, self.writer = standing, rows, writer
        self._placed = tables[standing.table.name]
        self._tables = tables
        self._start = -1
        self._block: _Block[C] = _Block()
        self._pieces: dict[tuple[str, bool], list[str]] = {}
        table = standing.table
        self._fills = [one for one in table.columns if one.fills and one.owner == "buyer"]
        self._plain = {one.header: not writer.by_address and in_plain_sight(one, self._placed) for one in table.columns}

    def cells(self, at: int) -> dict[int, C]:
        """Our cells of a row of the table, from 0, by the sheet's column; without their address and format."""
        block = self._at(at)
        if block.alike:
            return dict(zip(block.columns, block.alike[at - self._start], strict=True))
        return block.rows[at - self._start]

    def alike(self, at: int) -> tuple[tuple[int, ...], tuple[C, ...]] | None:
        """The same where the rows around have cells in the same columns: these, in their order, and the cells."""
        block = self._at(at)
        return (block.columns, block.alike[at - self._start]) if block.alike else None

    def _at(self, at: int) -> _Block[C]:
        start = at - at % _BLOCK
        if start != self._start:
            self._start, self._block = start, self._made(start, min(start + _BLOCK, len(self.rows)))
        return self._block

    def filling(self, at: int) -> dict[int, C]:
        """Cells of a buyer's row that are written only where nothing stands."""
        row = self.rows[at]
        if row.does is not Does.FILLS or row.ours is None:
            return {}
        found = {}
        for column in self._fills:
            (value,) = visible([column.values[row.ours]])
            if value is not None:
                (found[self.standing.places[column.header]],) = self.writer.values([value])
        return found

    def _made(self, start: int, stop: int) -> _Block[C]:
        block = self.rows[start:stop]
        table, places = self.standing.table, self.standing.places
        kinds = {row.does for row in block}
        if kinds == {Does.WRITES}:
            ours, rows = [row.ours for row in block], range(start, stop)
            by_place = {
                places[one.header]: self._column(one, ours, rows) for one in table.columns if written(one, Does.WRITES)
            } | {dead: [self.writer.empty] * len(block) for dead in self.standing.dead}
            columns = tuple(sorted(by_place))
            return _Block(columns, list(zip(*(by_place[one] for one in columns), strict=True)))
        made: list[dict[int, C]] = [{} for _ in block]
        for column in table.columns:
            does = {kind for kind in kinds if written(column, kind)}
            wanted = [at for at, row in enumerate(block) if row.ours is not None and row.does in does]
            if wanted:
                cells = self._column(column, [block[at].ours for at in wanted], [start + at for at in wanted])
                for at, cell in zip(wanted, cells, strict=True):
                    made[at][places[column.header]] = cell
        for at, row in enumerate(block):
            if row.does is Does.EMPTIES:
                made[at] = self._emptied()
            elif row.does is not Does.LEAVES:
                made[at].update(dict.fromkeys(self.standing.dead, self.writer.empty))
        return _Block(rows=made)

    def _emptied(self) -> dict[int, C]:
        """A row whose key is gone: no number of ours stays, the key and the buyer's own cells do."""
        table, places = self.standing.table, self.standing.places
        made = {
            places[one.header]: self.writer.empty
            for one in table.columns
            if one.owner == "ours" and one.header not in table.key
        }
        if table.gone:
            made[places[table.gone]] = self.writer.value(GONE)
        return made | dict.fromkeys(self.standing.dead, self.writer.empty)

    def _column(self, column: Column, ours: Sequence[Any], at: Sequence[int]) -> list[C]:
        values: Sequence[Value] | np.ndarray
        if isinstance(column.values, np.ndarray):
            values = column.values[np.asarray(ours)]
        else:
            values = [column.values[one] for one in ours]
        if column.row_of:
            values = moved_rows(self._tables[column.row_of], visible(values))
        if column.formula is None:
            return self.writer.values(visible(values))
        plain = visible(values)
        formula = column.formula
        texts = [formula] * len(ours) if isinstance(formula, str) else [formula[one] for one in ours]
        in_sight, first = self._plain[column.header], self._placed.row + 2
        made = []
        for value, text, row in zip(plain, texts, at, strict=True):
            if text is None:
                cell = self.writer.value(value)
            else:
                pieces = self._pieces.get((text, in_sight)) or self._cut(text, in_sight)
                made_text = pieces[0] if len(pieces) == 1 else str(first + row).join(pieces)
                cell = self.writer.formula(made_text, value)
            made.append(cell)
        return made

    def _cut(self, text: str, in_sight: bool) -> list[str]:
        bare = text.removeprefix("=")
        pieces = [self.writer.piece(piece) for piece in ([bare] if in_sight else cut_at_row(bare, self._placed))]
        self._pieces[text, in_sight] = pieces
        return pieces


def moved_rows(table: Placed, values: Sequence[Value]) -> list[Value]:
    """Numbers of rows of a table, as its rows will stand."""
    rows = table.rows
    if rows is None:
        return list(values)
    return [rows[int(one) - 1] + 1 if isinstance(one, (int, float)) else one for one in values]
