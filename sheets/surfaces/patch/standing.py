"""Where our tables stand in a user's workbook now, and where each of their columns and rows will."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from connectors.errors import InTheWay, WorkbookUnreadable
from sheets.surfaces.joined import Does, Row
from sheets.surfaces.marks import COLUMNS, TEXTS, column_letters, listed_in, tab_of
from sheets.surfaces.package import Package, TableThere, TabThere
from sheets.surfaces.placed import Placed
from sheets.tabs.layout import Column, Layout, Tab, Table

Marks = Mapping[tuple[str, int | None], str]


@dataclass(frozen=True, eq=False)
class Standing:
    """A table of ours in the file. places: header -> the sheet's column, of every column of the layout's.

    added: columns that are new at its right end. dead: the sheet's columns that were ours and are no more.
    """

    table: Table
    tab: TabThere
    there: TableThere
    places: Mapping[str, int]
    added: tuple[Column, ...] = ()
    dead: tuple[int, ...] = ()

    @property
    def first_row(self) -> int:
        """The sheet's row of the first row of data."""
        return self.there.area[0] + 1

    @property
    def many(self) -> int:
        """How many rows of data stand there."""
        return self.there.last_row - self.there.area[0]

    @property
    def users(self) -> list[int]:
        """The sheet's columns inside the table that are the user's own."""
        ours = {*self.places.values(), *self.dead}
        return [column for column in range(self.there.area[1], self.there.area[3] + 1) if column not in ours]

    @cached_property
    def theirs(self) -> frozenset[int]:
        """The columns in whose cells a refresh writes nothing: the user's, and the buyer's but those it may fill."""
        filled = {self.places[one.header] for one in self.table.columns if one.owner == "ours" or one.fills}
        inside = range(self.there.area[1], self.there.area[3] + 1)
        return frozenset(inside) - filled - frozenset(self.dead)

    @property
    def last_column(self) -> int:
        """The last column, with those that are new."""
        return self.there.area[3] + len(self.added)

    @property
    def is_new(self) -> bool:
        """Whether none of its columns stands there yet."""
        return not self.there.headers

    def anew(self) -> Standing:
        """The table with its columns in the layout's order, as if none stood there; for one that holds nothing."""
        row, left = self.there.area[:2]
        places = {one.header: left + at for at, one in enumerate(self.table.columns)}
        there = replace(self.there, area=(row, left, row, left - 1), headers=(), totals=False)
        return Standing(self.table, self.tab, there, places, self.table.columns)

    @property
    def moves(self) -> bool:
        """Whether rows change their places."""
        return self.table.policy in ("laid anew", "by key")

    def placed(self, rows: Sequence[Row]) -> Placed:
        """The table as it will stand, with those rows."""
        at = {row.ours: place for place, row in enumerate(rows) if row.ours is not None}
        return Placed(
            self.tab.name,
            self.there.area[0],
            self.there.area[1],
            self.table,
            self.places,
            [at[row] for row in range(self.table.rows)],
            len(rows),
        )


@dataclass
class Found:
    """What stands in a workbook. tabs: the layout's tabs in their order, each with the one in the file, or None.

    new_names: what the tabs that are not there will be called.
    """

    tabs: dict[str, TabThere | None] = field(default_factory=dict)
    new_names: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Standing] = field(default_factory=dict)
    missing: list[tuple[Tab, Table]] = field(default_factory=list)


def found(package: Package, layout: Layout, path: Path) -> Found:
    """Finds the layout's tables by their names, wherever they stand, and its tabs by their tables, else by name.

    Raises InTheWay for tables that cannot be told apart, have a header twice, or lack a column that was renamed.
    """
    return found_among({tab: package.tables(tab) for tab in package.tabs()}, marks_of(package), layout, path.name)


def found_among(tabs: Mapping[TabThere, Sequence[TableThere]], marks: Marks, layout: Layout, said: str) -> Found:
    """The same of a workbook of these tabs, with their tables. said: the workbook's name. Raises InTheWay."""
    there: dict[str, tuple[TabThere, TableThere]] = {}
    by_name = {tab.name: tab for tab in tabs}
    for tab, tables in tabs.items():
        for table in tables:
            if table.name in there:
                raise InTheWay(f"has two tables {table.name}", where=said, todo="rename one of them")
            there[table.name] = tab, table
    result = Found()
    taken: set[str] = set()
    for tab_ in layout.tabs:
        home = next((there[table.name][0] for table in tab_.tables if table.name in there), by_name.get(tab_.name))
        # A tab of ours that two of the layout's would take is one of them only.
        result.tabs[tab_.name] = home if home is not None and home.name not in taken else None
        if home is not None:
            taken.add(home.name)
        if result.tabs[tab_.name] is None:
            result.new_names[tab_.name] = free_name(tab_.name, {*by_name, *result.new_names.values()})
        for table_ in tab_.tables:
            if table_.name in there:
                result.tables[table_.name] = _standing(table_, *there[table_.name], marks, said)
            elif result.tabs[tab_.name] is not None:
                result.missing.append((tab_, table_))
    return result


def free_name(name: str, taken: set[str]) -> str:
    """The name for a new tab: its own, with a number where a user's tab has that name."""
    folded = {one.casefold() for one in taken}
    number, free = 1, name
    while free.casefold() in folded:
        number += 1
        free = f"{name[:25]} ({number})"
    return free


def marks_of(package: Package) -> dict[tuple[str, int | None], str]:
    """Defined names and what they refer to, by name and tab."""
    found_ = {}
    for name in package.tree(package.book).iterfind("{*}definedNames/{*}definedName"):
        tab = name.get("localSheetId")
        found_[str(name.get("name")), None if tab is None else int(tab)] = name.text or ""
    return found_


def written_before(marks: Marks, table: str) -> list[str]:
    """The headers that an earlier refresh wrote in a table, in their order."""
    return listed_in(marks.get((COLUMNS + table, None), ""))


def texts_before(marks: Marks, tab: TabThere) -> str:
    """The reference to the cells of the texts that an earlier refresh wrote on a tab.

    LibreOffice counts scenarios as tabs when it says to which a name belongs: where the cells lie says it surely.
    """
    mine = marks.get((TEXTS, tab.index), "")
    if mine and tab_of(mine) in (tab.name, None):
        return mine
    return next((one for (name, _), one in marks.items() if name == TEXTS and tab_of(one) == tab.name), "")


def _standing(table: Table, tab: TabThere, there: TableThere, marks: Marks, said: str) -> Standing:
    if not there.headed:
        raise InTheWay(
            f"the table {table.name} shows no header row",
            where=f"{said}, {tab.name}",
            todo="click into the table and tick Header Row under Table Design",
        )
    first = there.area[1]
    folded: dict[str, int] = {}
    for column, header in enumerate(there.headers, first):
        if header.casefold() in folded:
            raise InTheWay(
                f"has the header '{header}' twice in the table {table.name}",
                where=f"{said}, {tab.name}!{column_letters(column)}{there.area[0] + 1}",
                todo="rename one of the two",
            )
        folded[header.casefold()] = column
    if there.area[3] - first + 1 != len(there.headers):
        raise WorkbookUnreadable(
            f"the table {table.name} is not as wide as its headers",
            where=said,
            todo="open it in Excel and save it again, or bring back a backup with `mastersheet restore`",
        )
    before = written_before(marks, table.name)
    added: list[Column] = []
    places: dict[str, int] = {}
    for one in table.columns:
        column = folded.get(one.header.casefold(), -1)
        if column < 0:
            _refuse_renamed(one.header, table, there, before, f"{said}, {tab.name}")
            column = there.area[3] + 1 + len(added)
            added.append(one)
        places[one.header] = column
    ours = {header.casefold() for header in places}
    dead = [
        folded[header.casefold()] for header in before if header.casefold() not in ours and header.casefold() in folded
    ]
    return Standing(table, tab, there, places, tuple(added), tuple(sorted(dead)))


def _refuse_renamed(header: str, table: Table, there: TableThere, before: Sequence[str], where: str) -> None:
    """Raises InTheWay where a column of ours is gone and a header that is not ours stands between its neighbours.

    It may be ours under another name, or one of the user's own: writing would be a guess.
    """
    if header not in before:
        return
    at = before.index(header)
    left, right = before[at - 1] if at else None, before[at + 1] if at + 1 < len(before) else None
    known = {*before, *(one.header for one in table.columns)}
    padded = [None, *there.headers, None]
    for place, one in enumerate(padded[1:-1], 1):
        if one is not None and one not in known and padded[place - 1] == left and padded[place + 1] == right:
            raise InTheWay(
                f"the column '{header}' of {table.name} is not there; '{one}' stands in its place",
                where=where,
                todo=f"name it '{header}' again, or, if it is your own, move it to the right end of the table",
            )


def changed_rows(rows: Sequence[Row]) -> bool:
    """Whether any row is not where it was."""
    return any(row.stood != at for at, row in enumerate(rows)) or any(row.does is Does.ADDS for row in rows)
