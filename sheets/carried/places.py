"""Where cells are, once a workbook has moved: those of our tables by key and header, users' own where they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from sheets.surfaces.joined import keys_of, keys_read, matched
from sheets.surfaces.package import TableThere
from sheets.surfaces.placed import placed
from sheets.surfaces.theirs import Theirs
from sheets.tabs.layout import Layout
from sheets.tabs.own import Area


@dataclass(frozen=True)
class _Moved:
    """A table: where it stood, and the rows and columns of the sheet that became which; whole: its rows then."""

    there: TableThere
    tab: str
    rows: Mapping[int, int]
    columns: Mapping[int, int]
    whole: tuple[int, int]


class Places:
    """Of each cell that stood somewhere its place now. titles: of users' own tabs, before and now."""

    def __init__(
        self, theirs: Theirs, layout: Layout, shown: Mapping[str, pd.DataFrame], titles: Mapping[str, str]
    ) -> None:
        self._titles = titles
        now = placed(layout)
        self._tables: dict[str, list[_Moved]] = {}
        for title, tables in theirs.stands.items():
            for there in tables:
                if there.name not in now or there.name not in shown:
                    continue
                at, frame = now[there.name], shown[there.name]
                rows = {there.area[0]: at.row}
                if there.name in theirs.rows and set(at.table.key) <= set(frame.columns):
                    keys = keys_read([frame[name].tolist() for name in at.table.key])
                    for row, ours in zip(theirs.rows[there.name], matched(keys_of(at.table), keys), strict=True):
                        if ours is not None:
                            rows[row] = at.at(ours)
                headers = {column.header.casefold(): column.header for column in at.table.columns}
                columns = {
                    place: at.place(headers[header.casefold()])
                    for place, header in enumerate(there.headers, there.area[1])
                    if header.casefold() in headers
                }
                moved = _Moved(there, at.tab, rows, columns, (at.row, at.last_row))
                self._tables.setdefault(title, []).append(moved)

    def is_ours(self, title: str) -> bool:
        """Whether tables of ours stand on a tab."""
        return title in self._tables

    def tab(self, title: str) -> str | None:
        """What a tab of the user's own is called now; None where it is none."""
        return self._titles.get(title)

    def cell(self, title: str, row: int, column: int) -> tuple[str, int, int] | None:
        """A cell of one of our tables; None where it is none, or its row or column is gone."""
        for one in self._around(title, (row, column, row, column)):
            if row in one.rows and column in one.columns:
                return one.tab, one.rows[row], one.columns[column]
        return None

    def own_row(self, title: str, row: int, table: str, header: str) -> tuple[str, int, int] | None:
        """The cell of a table in a row, by its header."""
        for one in self._tables.get(title, []):
            if one.there.name == table and row in one.rows:
                at = next((place for place, said in enumerate(one.there.headers, one.there.area[1])
                           if said.casefold() == header.casefold()), None)  # fmt: skip
                if at is not None and at in one.columns:
                    return one.tab, one.rows[row], one.columns[at]
        return None

    def columns(self, title: str, first: int, last: int) -> tuple[str, int, int] | None:
        """Whole columns that hold columns of our tables; None where they are not side by side any more."""
        shifts = {
            (one.tab, one.columns[column] - column if column in one.columns else None)
            for one in self._tables.get(title, [])
            for column in range(max(first, one.there.area[1]), min(last, one.there.area[3]) + 1)
        }
        ends = {column for one in self._tables.get(title, []) for column in one.columns} >= {first, last}
        if len(shifts) != 1 or not ends:
            return None
        ((tab, shift),) = shifts
        return None if shift is None else (tab, first + shift, last + shift)

    def area(self, title: str, area: Area) -> tuple[str, Area] | None:
        """Cells of one of our tables; None where they are not side by side any more.

        All of its rows are all of its rows, whatever their order; and so are they with rows below the table.
        """
        found = list(self._around(title, area))
        if len(found) != 1:
            return None
        one, (top, left, bottom, right) = found[0], area
        across = {one.columns.get(column, -1) - column for column in range(left, right + 1)}
        if len(across) != 1 or left not in one.columns:
            return None
        (shift,) = across
        first, last = one.there.area[0], one.there.last_row
        if top in (first, first + 1) and bottom >= last:
            end = one.whole[1] if bottom == last else max(one.whole[1], bottom - first + one.whole[0])
            return one.tab, (one.whole[0] + top - first, left + shift, end, right + shift)
        down = {one.rows.get(row, -1) - row for row in range(top, min(bottom, last) + 1)}
        if len(down) != 1 or top not in one.rows or bottom > last:
            return None
        (lower,) = down
        return one.tab, (top + lower, left + shift, bottom + lower, right + shift)

    def _around(self, title: str, area: Area) -> Iterator[_Moved]:
        """The tables with which an area has a cell in common."""
        for one in self._tables.get(title, []):
            top, left, bottom, right = one.there.area
            if area[0] <= bottom and top <= area[2] and area[1] <= right and left <= area[3]:
                yield one
