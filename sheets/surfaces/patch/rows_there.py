"""The rows of our tables as they stand on one sheet: their keys, what moves with them, and what is in their way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Final, NamedTuple

from sheets.surfaces.joined import Key, key_of
from sheets.surfaces.marks import column_letters
from sheets.surfaces.package import Package, area_of
from sheets.surfaces.patch.cell_values import CellValues, Said
from sheets.surfaces.patch.cells_there import cells_at
from sheets.surfaces.patch.row_cells import CellText, Cutter, holds
from sheets.surfaces.patch.sheet_text import Irregular, RowText, SheetText, regular
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.users_formulas import of_its_own, shared, spread
from sheets.surfaces.xlsx_cells import DAY_0
from sheets.tabs.layout import Column

_SPREADS: Final = ' ref="'


class Spread(NamedTuple):
    """A formula of one cell that fills others too."""

    row: int
    column: int
    kind: str
    reference: str


@dataclass
class RowsThere:
    """What one table holds. keys: of each row, None where it has none; empty: rows in which no cell holds anything.

    stood, attributes: the cells and the tag of rows that may move, by their place; last, totals: those of the last
    row and of the totals; held: cells around the table that hold something where it may grow.
    """

    keys: list[Key | None]
    empty: list[bool]
    stood: dict[int, dict[int, CellText]] = field(default_factory=dict)
    attributes: dict[int, str] = field(default_factory=dict)
    last: dict[int, CellText] = field(default_factory=dict)
    totals: dict[int, CellText] = field(default_factory=dict)
    held: list[tuple[int, int]] = field(default_factory=list)


class SheetThere:
    """A worksheet part, read once. head, tail: what stands before and after its rows."""

    def __init__(self, package: Package, part: str, standings: Sequence[Standing], values: CellValues) -> None:
        self._package, self._part, self._values = package, part, values
        self._regular: bytes | None = None
        self.spreads: list[Spread] = []
        self._shared: dict[str, tuple[str, str]] = {}
        self.tables: dict[str, RowsThere] = {}
        try:
            self._read(standings)
        except Irregular:
            self.regularise()
            self._read(standings)

    def regularise(self) -> None:
        """Brings the part into the usual form, for what cutting cannot be sure of."""
        self._regular = regular(self._package.raw(self._part))

    def opened(self) -> SheetText:
        """The part's text, from its start."""
        if self._regular is not None:
            return SheetText(BytesIO(self._regular))
        return SheetText(self._package.opened(self._part))  # type: ignore[arg-type]

    def _read(self, standings: Sequence[Standing]) -> None:
        text = self.opened()
        self.prefix, self.head = text.prefix, text.head
        self.cutter = Cutter(text.prefix)
        self.spreads.clear()
        readers = [_Reader(standing, self.cutter, self._values) for standing in standings]
        self.tables.update({one.standing.table.name: one.found for one in readers})
        for row in text.rows():
            if _SPREADS in row.cells:
                self.spreads.extend(self._spreads(row))
            cells: dict[int, CellText] | None = None
            self.cutter.refuse_irregular(row.cells)
            for reader in readers:
                if reader.begins <= row.number < reader.ends:
                    cells = reader.read(row, cells)
        self.tail = text.tail
        for reader in readers:
            reader.finish(self._shared)

    def apart(self, cell: CellText, row: int, column: int) -> CellText:
        """A cell that shares a formula with others, with one of its own; any other as it is."""
        one = shared(cell)
        if one is None or one.number not in self._shared:
            return cell
        return of_its_own(cell, *self._shared[one.number], f"{column_letters(column)}{row + 1}")

    def holding(self, cells: Set[tuple[int, int]]) -> Set[tuple[int, int]]:
        """Which of some cells hold something."""
        return {at for at, cell in cells_at(self.opened, cells).items() if holds(cell)}

    def _spreads(self, row: RowText) -> Iterator[Spread]:
        for column, cell in self.cutter.cells(row.cells).items():
            kind, reference = spread(cell) or ("", "")
            one = shared(cell)
            if one is not None and one.text:
                self._shared[one.number] = one.text, f"{column_letters(column)}{row.number + 1}"
            if kind and reference != f"{column_letters(column)}{row.number + 1}":
                yield Spread(row.number, column, kind, reference)


class _Reader:
    """Reads the rows of one table. begins, ends: the sheet's rows that it wants to see."""

    def __init__(self, standing: Standing, cutter: Cutter, values: CellValues) -> None:
        self.standing, self._cutter, self._values = standing, cutter, values
        many = standing.many
        self.found = RowsThere([None] * many, [True] * many)
        self._old_end = standing.first_row + many
        self.begins = standing.first_row - (1 if standing.added else 0)
        self.ends = self._old_end + standing.table.rows + 2
        self._keys = [
            (standing.places[header], _is_time(standing.table.column(header))) for header in standing.table.key
        ]
        self._key = self._keys[0]
        self._letters = column_letters(self._key[0])
        self._shared: dict[str, tuple[str, str]] = {}

    def read(self, row: RowText, cells: dict[int, CellText] | None) -> dict[int, CellText] | None:
        """Reads a row. cells: those of the row, if they are cut already; gives them if they are now."""
        standing, at = self.standing, row.number - self.standing.first_row
        inside = 0 <= at < standing.many
        whole = not inside or standing.moves or bool(standing.added) or at == standing.many - 1 or len(self._keys) > 1
        if inside and not whole:
            found = self._cutter.cell(row.cells, f"{self._letters}{row.number + 1}")
            key = None if found is None else key_of([self._value(found, self._key[1])])
            self.found.keys[at] = key
            self.found.empty[at] = key is None
            if key is not None:
                return cells
        cells = self._cutter.cells(row.cells) if cells is None else cells
        _, left, _, right = standing.there.area
        mine = {column: cell for column, cell in cells.items() if left <= column <= right}
        if inside:
            self._inside(row, at, mine)
        elif standing.there.totals and row.number == self._old_end:
            self.found.totals = mine
        elif at >= 0:
            self._hold(row.number, mine)
        self._hold(row.number, {c: cell for c, cell in cells.items() if right < c <= standing.last_column})
        return cells

    def finish(self, formulas: Mapping[str, tuple[str, str]]) -> None:
        """Gives the last row, from which new ones are made, formulas of its own. formulas: those that cells share."""
        for column, cell in self.found.last.items():
            one = shared(cell)
            if one is not None and one.number in formulas:
                address = f"{column_letters(column)}{self._old_end}"
                self.found.last[column] = of_its_own(cell, *formulas[one.number], address)

    def _inside(self, row: RowText, at: int, mine: dict[int, CellText]) -> None:
        standing, found = self.standing, self.found
        found.keys[at] = key_of(
            [self._value(mine[place], time) if place in mine else None for place, time in self._keys]
        )
        found.empty[at] = found.keys[at] is None and not any(map(holds, mine.values()))
        if at == standing.many - 1:
            found.last = mine
        if standing.moves:
            found.stood[at] = self._apart(row.number, mine)
            found.attributes[at] = row.attributes

    def _value(self, cell: CellText, time: bool) -> Said:
        value = self._values.of(cell)
        return DAY_0 + timedelta(days=value) if time and type(value) is float else value

    def _hold(self, row: int, cells: dict[int, CellText]) -> None:
        self.found.held.extend((row, column) for column, cell in cells.items() if holds(cell))

    def _apart(self, row: int, cells: dict[int, CellText]) -> dict[int, CellText]:
        """Cells that share one formula with others of their column, each with its own, so that they can move."""
        made = dict(cells)
        for column, cell in cells.items():
            one = shared(cell)
            if one is None:
                continue
            address = f"{column_letters(column)}{row + 1}"
            if one.area and one.text:
                area = area_of(one.area)
                inside = self.standing.first_row <= area[0] and area[2] < self._old_end
                if inside and area[1] >= self.standing.there.area[1]:
                    self._shared[one.number] = one.text, address
            if one.number in self._shared:
                made[column] = of_its_own(cell, *self._shared[one.number], address)
        return made


def _is_time(column: Column) -> bool:
    return column.form in ("time", "day")
