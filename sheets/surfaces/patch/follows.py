"""Where the user's things on a cell go when its row gets another place: notes, their threads, and links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sheets.surfaces.joined import Row
from sheets.surfaces.marks import NOTE, column_letters
from sheets.surfaces.package import Package, TabThere, cell_at, text_of
from sheets.surfaces.patch.standing import Standing

Cell = tuple[int, int]


class Follows:
    """Where each cell of our tables on one sheet goes. tables: each with its rows as they will stand."""

    def __init__(self, tables: Iterable[tuple[Standing, Sequence[Row]]]) -> None:
        self._tables: list[tuple[Standing, dict[int, int]]] = []
        for standing, rows in tables:
            if standing.is_new:
                continue
            places = {row.stood: at for at, row in enumerate(rows) if row.stood is not None}
            if standing.there.totals:
                places[standing.many] = len(rows)
            self._tables.append((standing, places))

    def to(self, cell: Cell) -> Cell | None:
        """Where a cell is now; None when its row left the table."""
        row, column = cell
        for standing, places in self._tables:
            at = row - standing.first_row
            inside = standing.there.area[1] <= column <= standing.there.area[3]
            if inside and 0 <= at < standing.many + standing.there.totals:
                place = places.get(at)
                return None if place is None else (standing.first_row + place, column)
        return cell

    def renamed(self, reference: str) -> str | None:
        """The same for a cell's address; areas of several cells stay."""
        if ":" in reference:
            return reference
        there = cell_at(reference)
        to = self.to(there)
        if to == there:
            return reference
        return None if to is None else address(to)


def noted(package: Package, tab: TabThere) -> set[Cell]:
    """The cells of a tab that bear a note of the user's."""
    return {
        cell_at(str(one.get("ref")))
        for relation in package.relations(tab.part)
        if relation.kind == "comments"
        for one in package.tree(relation.target).iterfind("{*}commentList/{*}comment")
        if not text_of(one, "{*}t").startswith(NOTE)
    }


def address(cell: Cell) -> str:
    """A cell's address."""
    return f"{column_letters(cell[1])}{cell[0] + 1}"
