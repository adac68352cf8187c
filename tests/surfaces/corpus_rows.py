"""Where the rows of our tables went, found by their keys: which tabs are ours, which cells hold texts of ours."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from sheets.surfaces.remembered import remembering
from sheets.tabs.layout import Layout, Table, Text

from .corpus_reading import MAIN, Cell, ListObject, Package, area_of, inside, said

Key = tuple[str, ...]

IN_PLACE = ("kept", "appended", "buyer")


def of_ours(package: Package, layout: Layout) -> dict[str, str]:
    """The tabs that hold tables or texts of ours, and their parts."""
    names = {table.name for tab in layout.tabs for table in tab.tables}
    titles = {tab.name for tab in layout.tabs}
    return {
        tab: part
        for tab, part in package.sheets.items()
        if package.tree(part).tag == f"{MAIN}worksheet" and (tab in titles or names & package.tables(part).keys())
    }


def texts_of_ours(tab: str, layout: Layout) -> set[Cell]:
    """The cells of a tab in which the layout puts texts; nobody moved them in the corpus."""
    return {
        (block.row + 1, block.column + 1 + at)
        for one in remembering(layout).tabs
        if one.name == tab
        for block in one.blocks
        if isinstance(block.content, Text)
        for at in range(block.content.span)
    }


class Moves:
    """Where each row of our tables on a sheet went."""

    def __init__(self, before: Package, after: Package, part: str, layout: Layout) -> None:
        self.before, self.after, self.part = before, after, part
        wanted = {table.name: table for tab in remembering(layout).tabs for table in tab.tables}
        self.tables = {name: one for name, one in before.tables(part).items() if name in wanted}
        self.now = {name: one for name, one in after.tables(part).items() if name in wanted}
        self.layout: dict[str, Table] = {name: wanted[name] for name in self.tables}
        self.rows: dict[str, dict[int, int]] = {}
        for name, table in self.tables.items():
            if self.layout[name].policy in IN_PLACE:
                self.rows[name] = {row: row for row in table.rows}
            else:
                places = {key: row for row, key in self._keys(self.after, self.now[name]).items()}
                keys = self._keys(self.before, table)
                self.rows[name] = {row: places[key] for row, key in keys.items() if key in places}
            if table.totals:
                self.rows[name][table.area[2]] = self.now[name].area[2]

    def cell(self, cell: Cell) -> Cell | None:
        """Where a cell is after the refresh; None when its row left its table."""
        for name, table in self.tables.items():
            if inside(cell, table.area) and cell[0] != table.area[0]:
                row = self.rows[name].get(cell[0])
                return None if row is None else (row, cell[1])
        return cell

    def is_ours(self, name: str, column: int) -> bool:
        """Whether a column of the sheet, inside that table, is one of the layout's."""
        table = self.tables[name]
        headers = {one.header for one in self.layout[name].columns}
        return table.headers[column - table.area[1]] in headers

    def is_buyers(self, name: str, column: int) -> bool:
        """Whether it is one of the layout's that the buyer fills."""
        table = self.tables[name]
        buyers = {one.header for one in self.layout[name].columns if one.owner == "buyer"}
        return table.headers[column - table.area[1]] in buyers

    def new_rows(self, name: str) -> set[int]:
        """Rows that no row of before went to."""
        return set(self.now[name].rows) - set(self.rows[name].values())

    def harms(self) -> Iterator[str]:
        """What is wrong with the tables' rows, columns and parts."""
        for name, table in self.tables.items():
            if name not in self.now:
                yield f"the table {name} is lost"
                continue
            now, wanted = self.now[name], self.layout[name]
            if now.part != table.part or now.area[:2] != table.area[:2] or now.headers != table.headers:
                yield f"the table {name} stands elsewhere, or has other columns"
                continue
            keys, were = self._keys(self.after, now), self._keys(self.before, table)
            if wanted.policy in IN_PLACE:
                there = list(keys.values())[: len(were)]
                if there != list(were.values()):
                    yield f"{name}: rows that stood there changed their places: {list(were.values())} is {there}"
            for row, key in were.items():
                held = any(
                    self.before.value(self.before.cells(self.part).get((row, column)))
                    for column in range(table.area[1], table.area[3] + 1)
                    if not self.is_ours(name, column)
                )
                if held and row not in self.rows[name]:
                    yield f"{name}: the row of {key} left with cells of the buyer's"
            if _without_ours(self.before, table, wanted) != _without_ours(self.after, now, wanted):
                yield f"{name}: its part says other things"
            filtered = self.after.tree(now.part).find(f"{MAIN}autoFilter")
            reach = (*now.area[:2], now.area[2] - now.totals, now.area[3])
            if filtered is not None and area_of(filtered.get("ref")) != reach:
                yield f"{name}: the filter does not cover the table"

    def _keys(self, package: Package, table: ListObject) -> dict[int, Key]:
        cells = package.cells(self.part)
        columns = [table.column(header) for header in self.layout[table.name].key]
        return {row: tuple(package.value(cells.get((row, column))).strip() for column in columns) for row in table.rows}


def _stays(child: etree._Element) -> bool:
    """Whether something that is said of a column of ours is the buyer's: all but the formula of its cells."""
    return child.tag != f"{MAIN}calculatedColumnFormula"


def _without_ours(package: Package, table: ListObject, layout: Table) -> object:
    """A table's part without its area and without what is written of our columns."""
    ours = {one.header for one in layout.columns}
    tree = package.tree(table.part)
    found: list[object] = [{key: value for key, value in tree.attrib.items() if key != "ref"}]
    for one in tree:
        if one.tag == f"{MAIN}autoFilter":
            found.append([said(child) for child in one])
        elif one.tag == f"{MAIN}tableColumns":
            for column in one.iterfind(f"{MAIN}tableColumn"):
                said_of = [child for child in column if column.get("name") not in ours or _stays(child)]
                found.append([dict(column.attrib), *map(said, said_of)])
        else:
            found.append(said(one))
    return found
