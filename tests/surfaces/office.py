"""An office: a workbook, a user who works in it, and systems whose counts change between its refreshes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from sheets.surfaces.remembered import remembering
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.formulas import this
from sheets.tabs.layout import GONE, Block, Column, Layout, Tab, Table, Text

from .pictures import Picture
from .unharmed import parts_of, unharmed
from .users import User

SKUS = ("007", "a1", "A1", "=A1", "1E5", "~x", ">5", "b c")
SYSTEMS = ("Flieber", "Skubana")
MIDDAY = datetime(2026, 10, 5, 12, 0)


@dataclass
class Stock:
    """What the systems say: units of each SKU, and the gaps that are open, in their order."""

    units: dict[str, int] = field(default_factory=lambda: {sku: 10 * at for at, sku in enumerate(SKUS[:4])})
    gaps: list[tuple[str, str]] = field(default_factory=lambda: [(sku, SYSTEMS[0]) for sku in SKUS[:4]])
    refreshes: int = 0

    def layout(self, shown: dict[str, pd.DataFrame]) -> Layout:
        """The workbook, with what buyers wrote in the one that is there."""
        check, resolved = self._daily(shown)
        setup = self._setup(shown)
        stamp = f"Refresh {self.refreshes}"
        total = Text(sum(self.units.values()), "figure", "whole", formula="=SUM(Positions[Units])")
        return Layout(
            (
                Tab(
                    "Start", (Block(0, 0, Text("Acme", "title", span=3)), Block(2, 1, total), Block(3, 0, Text(stamp)))
                ),
                Tab("Positions", (*_texts("Positions", stamp), Block(3, 0, self._positions()))),
                Tab("Daily Check", (*_texts("Daily Check", stamp), Block(3, 0, check), Block(3, 9, resolved))),
                Tab("Gaps", (*_texts("Gaps", stamp), Block(3, 0, self._gaps()))),
                Tab("Setup", (*_texts("Setup", stamp), Block(3, 0, setup))),
            ),
            {"first_cost": ("Setup", "007", "Cost")},
        )

    def _positions(self) -> Table:
        skus, units = list(self.units), list(self.units.values())
        orders = ["HOLD" if one > 20 else "GO" for one in units]
        columns = (
            Column("SKU", skus),
            Column("Title", [f"Title of {sku}" for sku in skus]),
            Column("Units", units, "whole", notes={at: f"count {one}" for at, one in enumerate(units) if one > 20}),
            Column("Twice", [2 * one for one in units], "whole", f"={this('Positions', 'Units')}*2"),
            Column("Order?", orders, words=("HOLD", "GO")),
            Column("Long", [len(sku) for sku in skus], "whole", f"=LEN({this('Positions', 'SKU')})", shown="hidden"),
            Column("Note", [None] * len(skus), owner="buyer"),
        )
        return Table("Positions", columns, ("SKU",), "kept", gone="Order?")

    def _daily(self, shown: dict[str, pd.DataFrame]) -> tuple[Table, Table]:
        before = {
            (row["SKU"], row["System"]): row
            for row in _rows(shown, "DailyCheck")
            if row["SKU"] is not None and row["Flag"] != GONE
        }
        rows = [before.get(key, {}) for key in self.gaps]
        gap = [self._gap(*key) for key in self.gaps]
        check = Table(
            "DailyCheck",
            (
                Column("Rank", list(range(1, len(rows) + 1)), "whole"),
                Column("SKU", [sku for sku, _ in self.gaps]),
                Column("System", [system for _, system in self.gaps]),
                Column("Gap", gap, "signed"),
                Column("Flag", ["CHECK"] * len(rows), words=("CHECK",)),
                Column("More", [one + 1 for one in gap], "whole", f"={this('DailyCheck', 'Gap')}+1", shown="hidden"),
                Column("Status", [row.get("Status") or "NEW" for row in rows], owner="buyer", choices=("NEW", "KNOWN")),
                Column("Note", [row.get("Note") for row in rows], owner="buyer"),
            ),
            ("SKU", "System"),
            "laid anew",
            gone="Flag",
        )
        # A row that somebody inserted is blank, or nearly: no reader takes it for one that was closed.
        closed = [row for row in _rows(shown, "Resolved") if any(row[one] is not None for one in ("Closed", "SKU"))]
        when = MIDDAY + timedelta(minutes=self.refreshes)
        closed += [{**row, "Closed": when} for key, row in before.items() if key not in self.gaps]
        headers = ("Closed", "SKU", "System", "Status", "Note")
        columns = [Column(one, [row[one] for row in closed], "time" if one == "Closed" else "text") for one in headers]
        return check, Table("Resolved", tuple(columns), headers[:3], "appended")

    def _gaps(self) -> Table:
        gaps = sorted(self.gaps)
        columns = (
            Column("SKU", [sku for sku, _ in gaps]),
            Column("System", [system for _, system in gaps]),
            Column("Gap", [self._gap(*key) for key in gaps], "signed", notes={0: "the first"}),
            Column("Flag", ["CHECK"] * len(gaps), words=("CHECK",)),
        )
        return Table("Gaps", columns, ("SKU", "System"), "by key", gone="Flag")

    def _setup(self, shown: dict[str, pd.DataFrame]) -> Table:
        rows = [row for row in _rows(shown, "Setup") if row["SKU"] is not None]
        there = {row["SKU"] for row in rows}
        rows += [{"SKU": sku} for sku in dict.fromkeys(("007", *self.units)) if sku not in there]
        columns = (
            Column("SKU", [row["SKU"] for row in rows], owner="buyer"),
            Column("Cost", [row.get("Cost") for row in rows], "money", owner="buyer"),
            Column("Supplier", [row.get("Supplier") or "Acme" for row in rows], owner="buyer", fills=True),
            Column("Same As", [row.get("Same As") for row in rows], owner="buyer", choices="=Setup[SKU]"),
            Column("Id", list(range(1, len(rows) + 1)), "whole"),
        )
        return Table("Setup", columns, ("SKU",), "buyer")

    def _gap(self, sku: str, system: str) -> int:
        return self.units.get(sku, 3) - 7 * SYSTEMS.index(system)


def _texts(title: str, stamp: str) -> tuple[Block, Block]:
    return Block(0, 1, Text(title, "title")), Block(1, 1, Text(stamp, "subtitle", span=3))


def _rows(shown: dict[str, pd.DataFrame], table: str) -> list[dict]:
    return shown[table].to_dict("records") if table in shown else []


COLUMNS = {table.name: table.columns for tab in remembering(Stock().layout({})).tabs for table in tab.tables}
TABLES = list(COLUMNS)


class Office:
    """A workbook in a folder, a user who works in it and systems that change; every refresh is looked at."""

    def __init__(self, folder: Path) -> None:
        self.file = XlsxFile(folder / "master.xlsx")
        self._user = User(self.file.path)
        self._touched = False
        self.stock = Stock()
        self.file.write(self.stock.layout({}))

    @property
    def user(self) -> User:
        """The user, with the workbook open."""
        self._touched = True
        return self._user

    def refresh(self) -> Picture:
        """The user saves; the workbook is refreshed. Asserts that nothing was harmed."""
        if self._touched:
            self._user.saves()
            self._touched = False
        self.stock.refreshes += 1
        before, parts = Picture(self._user.book), parts_of(self.file.path)
        layout = self.stock.layout(dict(self.file.read().tables))
        self.file.write(layout)
        after = unharmed(before, parts, self.file.path, remembering(layout))
        self._user.opens(after.book)
        self._again(layout)
        return after

    def _again(self, layout: Layout) -> None:
        """A second write of the same changes nothing, not even the file's bytes; all tables can be read."""
        written, beside = self.file.path.read_bytes(), sorted(self.file.path.parent.rglob("*"))
        self.file.write(layout)
        assert self.file.path.read_bytes() == written, "a second write of the same changed the file"
        assert sorted(self.file.path.parent.rglob("*")) == beside
        assert self.file.read().tables.keys() == set(TABLES)

    def mine(self, table: str, place: int) -> str:
        """A column of a table that a user types into: an added one, or a buyer's that is no key."""
        theirs = {one.header for one in COLUMNS[table] if one.owner == "ours" or one.header == "SKU"}
        columns = [header for header in self.user.at(table).headers if header not in theirs]
        return columns[place % len(columns)] if columns else self.user.adds_column(table, place)

    def ours(self, table: str, place: int) -> str:
        """A column of a table that is ours."""
        columns = [one.header for one in COLUMNS[table] if one.owner == "ours"]
        return columns[place % len(columns)]

    def changes(self) -> None:
        """All that can change in systems does: units, a SKU that goes and one that comes, gaps that close and open."""
        units = self.stock.units
        del units["A1"]
        units.update({"1E5": 70, "007": 71})
        self.stock.gaps = [("=A1", SYSTEMS[1]), self.stock.gaps[3], self.stock.gaps[0], self.stock.gaps[1]]
