"""One sheet of a user's workbook with our tables and texts in it: row by row as it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from connectors.errors import InTheWay
from sheets.surfaces.joined import Does, Row
from sheets.surfaces.marks import Area, column_letters
from sheets.surfaces.package import area_of
from sheets.surfaces.patch.around import meet
from sheets.surfaces.patch.dependents import Dependents
from sheets.surfaces.patch.row_cells import CellText, holds
from sheets.surfaces.patch.rows_there import RowsThere, SheetThere, Spread
from sheets.surfaces.patch.same_cells import SameCells
from sheets.surfaces.patch.sheet_text import RowText
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.patch.table_rows import TableRows
from sheets.surfaces.patch.users_formulas import (
    below_rows,
    copied,
    emptied,
    formula_in,
    is_formula,
    is_one_of_several,
    on_another_row,
    without_value,
)

_ATTRIBUTE: Final = re.compile(r'\s(r|spans)="[^"]*"')
_FLUSH: Final = 256
_LETTERS: Final[dict[int, str]] = {}


@dataclass(frozen=True)
class OurTable:
    """A table on the sheet. looks, headers: column -> number of the format of a new cell, and of a new header."""

    standing: Standing
    rows: Sequence[Row]
    there: RowsThere
    cells: TableRows[str]
    looks: Mapping[int, str]
    headers: Mapping[int, str]
    heights: Mapping[int, float]

    @cached_property
    def first(self) -> int:
        """The first row of data."""
        return self.standing.first_row

    @cached_property
    def end(self) -> int:
        """The row after the last row of data, as it will be."""
        return self.first + len(self.rows)

    @cached_property
    def old_end(self) -> int:
        """The row after the last row of data, as it is."""
        return self.first + self.standing.many

    @property
    def last_row(self) -> int:
        """The last row, also of totals, as it will be."""
        return self.end - 1 + self.standing.there.totals

    @property
    def columns(self) -> range:
        """The sheet's columns, with new ones."""
        return range(self.standing.there.area[1], self.standing.last_column + 1)


class Sheet:
    """A worksheet part. texts: cell -> its text as our cell, and its format if it takes ours."""

    def __init__(
        self,
        there: SheetThere,
        where: str,
        tables: Sequence[OurTable],
        texts: Mapping[tuple[int, int], tuple[str, str | None]],
        cleared: set[tuple[int, int]],
        dependents: Dependents,
    ) -> None:
        self._there, self._where, self.tables, self._texts = there, where, tables, texts
        self._dependents = dependents
        self._cutter, self.prefix = there.cutter, there.prefix
        self._same = SameCells(there.cutter)
        self._cleared = cleared - set(texts)
        self._by_row: dict[int, dict[int, tuple[str, str | None]]] = {}
        for (row, column), text in texts.items():
            self._by_row.setdefault(row, {})[column] = text
        self._clear_in: dict[int, set[int]] = {}
        for row, column in self._cleared:
            self._clear_in.setdefault(row, set()).add(column)
        for spread in there.spreads:
            self._refuse_spread(spread)
        self._filled = [area_of(one.reference) for one in there.spreads if one.kind != "shared"]
        self._stale: dict[tuple[int, int], bool] = {}
        for table in tables:
            self._refuse_held(table)

    def _refuse_spread(self, spread: Spread) -> None:
        """A formula of one cell that fills others too cannot stay where some of these are ours and others are not."""
        area = area_of(spread.reference)
        ours = [
            one
            for one in self.tables
            for place in {*one.standing.places.values(), *one.standing.dead}
            if area[1] <= place <= area[3] and area[0] < max(one.end, one.old_end) and one.first <= area[2]
        ]
        columns = {place for one in ours for place in (*one.standing.places.values(), *one.standing.dead)}
        wholly = ours and all(
            place in columns and ours[0].first <= area[0] and area[2] < ours[0].old_end
            for place in range(area[1], area[3] + 1)
        )
        moves = any(one.standing.moves and meet(area, _area(one)) for one in self.tables)
        if (ours and not (wholly and spread.kind == "shared")) or (moves and spread.kind != "shared"):
            name = (ours or self.tables)[0].standing.table.name
            raise InTheWay(
                f"holds one formula for {spread.reference}, across columns of the table {name}",
                where=f"{self._where}!{_letters(spread.column)}{spread.row + 1}",
                todo="delete it there, or move it beside the table",
            )

    def _refuse_held(self, table: OurTable) -> None:
        """What stands where the table grows would be lost."""
        for row, column in table.there.held:
            grows = row < table.end + (table.standing.there.totals and column <= table.standing.there.area[3])
            ours = column in self._clear_in.get(row, ()) or (row, column) in self._texts
            if grows and not ours and not self._owned(table, row, column):
                raise InTheWay(
                    f"holds something of your own where the table {table.standing.table.name} grows",
                    where=f"{self._where}!{_letters(column)}{row + 1}",
                    todo="move it a few rows or columns away, then refresh",
                )

    def _owned(self, mine: OurTable, row: int, column: int) -> bool:
        return any(
            one is not mine and one.first - 1 <= row < max(one.end, one.old_end) and column in one.columns
            for one in self.tables
        )

    def chunks(self, head: str, tail: str) -> Iterator[str]:
        """The part as it becomes, piece by piece."""
        yield head
        text = self._there.opened()
        pieces: list[str] = []
        written = -1
        last = max([-1, *self._by_row, *(one.end - 1 + one.standing.there.totals for one in self.tables)])
        for row in text.rows():
            if row.number - written > 1:
                pieces.extend(self._row(missing, None) for missing in range(written + 1, row.number))
            pieces.append(self._row(row.number, row))
            written = row.number
            if len(pieces) >= _FLUSH:
                yield "".join(pieces)
                pieces.clear()
        pieces.extend(self._row(missing, None) for missing in range(written + 1, last + 1))
        yield "".join(pieces)
        yield tail

    def _row(self, at: int, there: RowText | None) -> str:
        tables = [one for one in self.tables if one.first - 1 <= at < max(one.end, one.old_end) + 1]
        texts, clear = self._by_row.get(at), self._clear_in.get(at)
        if not tables and not texts and not clear:
            return "" if there is None else self._unstale(there)
        if there is not None and len(tables) == 1 and not texts and not clear and not self._filled:
            whole = self._same_cells(tables[0], there)
            if whole is not None:
                return whole
        cells = self._cutter.cells(there.cells) if there is not None else {}
        attributes = there.attributes if there is not None else ""
        row = str(at + 1)
        new: dict[int, CellText | str] = dict(cells)
        ours: set[int] = set()
        for column in clear or ():
            if column in cells:
                new[column] = CellText(cells[column].style, "", "")
        for table in tables:
            if at == table.first - 1:
                self._header(table, new)
            elif at < table.end:
                attributes = self._data(table, at, new, attributes, ours)
            elif table.standing.there.totals and at == table.end:
                self._replace(table, new, self._totals(table))
            elif at < table.old_end or (table.standing.there.totals and at == table.old_end):
                self._replace(table, new, {})
        for column, (cell, look) in (texts or {}).items():
            style = cells[column].style if look is None and column in cells else look or ""
            new[column] = _parsed(style, cell, self.prefix)
            ours.add(column)
        self._freshen(new, ours, at)
        return self._written(row, attributes, new, there)

    def _same_cells(self, table: OurTable, there: RowText) -> str | None:
        """A row that stays and has all of our cells: only what they say changes. None where there is more to it."""
        place = there.number - table.first
        stays = not table.standing.moves and 0 <= place < min(len(table.rows), table.standing.many)
        alike = table.cells.alike(place) if stays else None
        return None if alike is None else self._same.written(there, *alike)

    def _written(self, row: str, attributes: str, new: dict[int, CellText | str], there: RowText | None) -> str:
        order = list(new)
        if any(one > other for one, other in pairwise(order)):
            order.sort()
        write = self._cutter.written
        made = "".join(
            [cell if type(cell := new[column]) is str else write(_letters(column) + row, cell) for column in order]  # type: ignore[arg-type]
        )
        if there is not None and made == there.cells and attributes == there.attributes:
            return there.whole
        rest = _ATTRIBUTE.sub("", " " + attributes.strip() if attributes.strip() else "")
        if not made and not rest and there is None:
            return ""
        opening = f'<{self.prefix}row r="{row}"{rest}'
        return f"{opening}>{made}</{self.prefix}row>" if made else f"{opening}/>"

    def _header(self, table: OurTable, new: dict[int, CellText | str]) -> None:
        for column in table.standing.added:
            place = table.standing.places[column.header]
            (cell,) = table.cells.writer.values([column.header])
            new[place] = _parsed(table.headers[place], cell, self.prefix)

    def _data(self, table: OurTable, at: int, new: dict[int, CellText | str], attributes: str, ours: set[int]) -> str:
        place = at - table.first
        row = table.rows[place]
        if table.standing.moves:
            self._replace(table, new, self._moved(table, row, place))
            attributes = _plain(table.there.attributes.get(row.stood, "") if row.stood is not None else "")
        if row.does is Does.ADDS and row.stood is None:
            self._calculated(table, at, new)
        if row.ours is not None and (row.stood is None or (table.standing.moves and row.does is Does.ADDS)):
            height = table.heights.get(row.ours)
            if height and "ht=" not in attributes:
                attributes += f' ht="{height:g}" customHeight="1"'
        looks, opening, on = table.looks, f'<{self.prefix}c r="', str(at + 1)
        made = table.cells.cells(place)
        ours.update(made)
        for column, cell in made.items():
            there = new.get(column)
            if type(there) is CellText and not table.standing.is_new:
                style = there.style
            elif row.does is Does.EMPTIES:
                style = ""
            else:
                above = table.there.last.get(column) if not table.standing.moves else None
                style = above.style if above is not None and above.style else looks.get(column, "")
            letters = _LETTERS.get(column) or _letters(column)
            new[column] = f'{opening}{letters}{on}" s="{style}"{cell}' if style else f'{opening}{letters}{on}"{cell}'
        for column, cell in table.cells.filling(place).items():
            stood = new.get(column)
            if not isinstance(stood, CellText):
                new[column] = _parsed(looks.get(column, ""), cell, self.prefix)
            elif not holds(stood):
                new[column] = _parsed(stood.style, cell, self.prefix)
        return attributes

    def _moved(self, table: OurTable, row: Row, place: int) -> dict[int, CellText]:
        """The cells that go with a row's key, wherever it stood."""
        if row.stood is None:
            return {}
        cells = table.there.stood.get(row.stood, {})
        if row.stood == place:
            return cells
        users = set(table.standing.users) | {
            table.standing.places[one.header] for one in table.standing.table.columns if one.owner == "buyer"
        }
        return {
            column: self._shifted(cell, column, table.first + row.stood, table.first + place)
            if column in users
            else cell
            for column, cell in cells.items()
        }

    def _shifted(self, cell: CellText, column: int, row: int, to: int) -> CellText:
        """A user's cell on another row."""
        letters = _letters(column)
        if is_one_of_several(cell):
            raise InTheWay(
                "is one of several cells with one formula, in a table whose rows change their places",
                where=f"{self._where}!{letters}{row + 1}",
                todo="copy the column and insert it again as formulas of its own, or move it beside the table",
            )
        return on_another_row(cell, f"{letters}{row + 1}", f"{letters}{to + 1}")

    def _calculated(self, table: OurTable, at: int, new: dict[int, CellText | str]) -> None:
        """A row that is new has the formulas of the user's columns that have one in the row before."""
        for column in table.standing.users:
            above = table.there.last.get(column)
            if above is None or column in new:
                continue
            letters = _letters(column)
            new[column] = copied(above, f"{letters}{table.old_end}", f"{letters}{at + 1}")

    def _totals(self, table: OurTable) -> dict[int, CellText]:
        """The row of totals, below the last row as it will be."""
        down = table.end - table.old_end
        return {
            column: below_rows(cell, table.first + 1, table.old_end, down)
            for column, cell in table.there.totals.items()
        }

    def _replace(self, table: OurTable, new: dict[int, CellText | str], cells: Mapping[int, CellText]) -> None:
        for column in range(table.standing.there.area[1], table.standing.there.area[3] + 1):
            new.pop(column, None)
        new.update(cells)

    def _unstale(self, row: RowText) -> str:
        """A row that nothing of ours is in; values of the user's formulas there are not left stale."""
        if f"<{self.prefix}f" not in row.cells and not self._filled:
            return row.whole
        cells: dict[int, CellText | str] = dict(self._cutter.cells(row.cells))
        self._freshen(cells, set(), row.number)
        return self._written(str(row.number + 1), row.attributes, cells, row)

    def _freshen(self, cells: dict[int, CellText | str], ours: set[int], at: int) -> None:
        """Drops what the user's formulas gave before the refresh where it may be wrong: that is worse than none."""
        for column, cell in cells.items():
            if not isinstance(cell, CellText) or column in ours:
                continue
            if "f" in cell.inside and is_formula(cell):
                if self._may_change(cell, at, column):
                    cells[column] = without_value(cell)
            elif any(
                first <= at <= last and left <= column <= right and self._stale.get((first, left), True)
                for first, left, last, right in self._filled
            ):
                cells[column] = emptied(cell)

    def _may_change(self, cell: CellText, at: int, column: int) -> bool:
        formula = formula_in(self._there.apart(cell, at, column))
        stale = formula is None or self._dependents.may_change(formula, (self._where, at, column))
        self._stale[at, column] = stale
        return stale


def _plain(attributes: str) -> str:
    return _ATTRIBUTE.sub("", attributes)


def _parsed(style: str, cell: str, prefix: str) -> CellText:
    """Our cell as a cell: what `Writer` made, taken apart again."""
    if cell == "/>":
        return CellText(style, "", "")
    more, _, rest = cell.partition(">")
    return CellText(style, more, rest[: -len(f"</{prefix}c>")])


def _area(table: OurTable) -> Area:
    return table.first - 1, table.columns[0], max(table.end, table.old_end) - 1, table.columns[-1]


def _letters(column: int) -> str:
    found = _LETTERS.get(column)
    return found if found is not None else _LETTERS.setdefault(column, column_letters(column))
