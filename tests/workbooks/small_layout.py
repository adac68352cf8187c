"""A small workbook of ours as a refresh wrote it, and what the next refresh lays over it: every policy once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sheets.surfaces.remembered import remembering
from sheets.tabs import formulas
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text

MONDAY, TUESDAY = datetime(2026, 10, 5, 9, 30), datetime(2026, 10, 6, 9, 15)
WEDNESDAY = datetime(2026, 10, 7, 9, 45)

# SKU -> units. B-2 goes, D-4 comes; the second layout names them in another order.
UNITS_BEFORE = {"A-1": 120, "007": 40, "=A1": 0, "B-2": 7, "x'y": 15, "C-3": 300}
UNITS_AFTER = {"D-4": 55, "C-3": 300, "x'y": 150, "007": 41, "A-1": 90, "=A1": 2}

# SKU, location -> gap, cause.
GAPS_BEFORE = {
    ("C-3", "NJ"): (45, "CHECK"),
    ("A-1", "NJ"): (12, "MAPPING"),
    ("B-2", "FBA"): (-7, "CHECK"),
    ("007", "FBA"): (3, "TIMING"),
}
GAPS_AFTER = {
    ("x'y", "NJ"): (60, "CHECK"),
    ("A-1", "NJ"): (14, "MAPPING"),
    ("007", "FBA"): (2, "TIMING"),
    ("C-3", "NJ"): (45, "CHECK"),
}
# What the buyer wrote beside a gap; the layout carries it to the next.
SAID = {("C-3", "NJ"): ("LOOKING", "asked NJ"), ("007", "FBA"): ("KNOWN", None), ("A-1", "NJ"): (None, "kit?")}

# Shipment -> units shipped and received.
SHIPPED_BEFORE = {"F1": (20, 20), "F2": (50, 10), "F3": (5, 0)}
SHIPPED_AFTER = {"F2": (50, 48), "F3": (5, 0), "F4": (80, 0)}


def before(*, own_columns: bool = False) -> Layout:
    """The workbook as it was refreshed on Monday.

    own_columns: with the columns of OWN_COLUMNS amid ours, of which the file must then be made to forget that we
    wrote them.
    """
    layout = remembering(_layout(MONDAY, UNITS_BEFORE, GAPS_BEFORE, SHIPPED_BEFORE))
    if not own_columns:
        return layout
    return replace(layout, tabs=tuple(replace(tab, blocks=tuple(map(_with_own, tab.blocks))) for tab in layout.tabs))


def after() -> Layout:
    """What Tuesday's refresh lays over it."""
    return _layout(TUESDAY, UNITS_AFTER, GAPS_AFTER, SHIPPED_AFTER)


def later() -> Layout:
    """And Wednesday's after that: the numbers of Monday again."""
    return _layout(WEDNESDAY, UNITS_BEFORE, GAPS_BEFORE, SHIPPED_BEFORE)


# Columns that a buyer added amid ours: table -> header -> (values, formula).
OWN_COLUMNS: Mapping[str, Mapping[str, tuple[Sequence[Any], str | None]]] = {
    "Positions": {
        "My Plan": ([value * 2 + 1 for value in UNITS_BEFORE.values()], "=Positions[[#This Row],[Units]]*2+1"),
        "My Word": (["first", None, "third", "fourth", None, "sixth"], None),
    },
    "DailyCheck": {
        "My Half": ([gap / 2 for gap, _ in GAPS_BEFORE.values()], "=DailyCheck[[#This Row],[Gap]]/2"),
        "My Guess": (["theft", 7, "lost", None], None),
    },
    "InTransit": {"My Truck": ([None, "red", None], None)},
    "SKUs": {"My Colour": (["blue", "green", None, "grey", None, "pink"], None)},
}


def _layout(
    when: datetime,
    units: Mapping[str, int],
    gaps: Mapping[tuple[str, str], tuple[int, str]],
    shipped: Mapping[str, tuple[int, int]],
) -> Layout:
    def table(name: str, columns: list[Column], key: tuple[str, ...], policy: Any, gone: str = "") -> Table:
        return Table(name, tuple(columns), key, policy, gone)

    start = Tab(
        "Start",
        (
            Block(0, 0, Text("Acme & Sons", style="title", span=3)),
            Block(1, 0, Text(f"Counts of {when:%d} October, " * 8, style="muted", span=3)),
            Block(3, 0, Text("Units", style="label")),
            Block(3, 1, Text(sum(units.values()), "figure", "whole", formula="=SUM(Positions[Units])")),
            Block(4, 0, Text("HOLD" if when == MONDAY else "GO", words=("HOLD", "GO"))),
            Block(5, 0, Text(None, style="link", link="Buyer's setup")),
            Block(6, 0, Text(when, form="time")),
        ),
        widths={0: 20, 1: 14, 2: 30},
        colour="today",
    )
    positions = Tab(
        "Positions",
        (Block(0, 1, Text("Positions", style="title")), Block(3, 0, table(*_positions(when, units)))),
        freeze=(4, 2),
    )
    daily = Tab(
        "Daily Check",
        (
            Block(0, 0, Text(f"Checked {when:%d} October", style="heading")),
            Block(2, 0, table(*_daily(when, gaps))),
            Block(2, 14, table(*_in_transit(shipped))),
        ),
        freeze=(3, 0),
    )
    setup = Tab("Buyer's setup", (Block(0, 0, _settings()), Block(0, 4, table(*_skus(units)))), colour="buyer")
    log = Tab("Log", (Block(1, 0, _log(when)),), colour="record")
    return Layout(
        (start, positions, daily, setup, log), {"max_cover": ("Settings", "Max Cover", "Value")}, title="Acme & Sons"
    )


def _with_own(block: Block) -> Block:
    table = block.content
    if not isinstance(table, Table) or table.name not in OWN_COLUMNS:
        return block
    made = [
        Column(header, values, "text" if formula is None else "number", formula)
        for header, (values, formula) in OWN_COLUMNS[table.name].items()
    ]
    columns = (*table.columns[:-1], *made, table.columns[-1])
    return replace(block, content=replace(table, columns=columns))


def _positions(when: datetime, units: Mapping[str, int]) -> tuple[str, list[Column], tuple[str, ...], *tuple[str, ...]]:
    own_units = formulas.this("Positions", "Units")
    counted = list(units.values())
    noted = 0 if when == MONDAY else 3
    return (
        "Positions",
        [
            Column("Tenth", [one / 10 for one in counted], "number", f"={own_units}/10", shown="hidden"),
            Column("SKU", list(units), width=14),
            Column("Title", [f"Title of <{sku}>" for sku in units], width=44),
            Column(
                "Order?",
                ["HOLD" if one > 100 else "GO" for one in counted],
                formula=f'=IF({own_units}>100,"HOLD","GO")',
                words=("HOLD", "GO"),
            ),
            Column("Units", counted, "whole", notes={noted: f"3PL Portal, {when:%d} October"}),
            Column("Twice", [one * 2 for one in counted], "whole", f"={own_units}*2"),
            Column("As Of", [when] * len(units), "time", shown="folded"),
            Column("Status", ["NEW", *[None] * 5], owner="buyer", choices=("NEW", "KNOWN"), words=("NEW",)),
            Column("Note", [None, "late", *[None] * 4], owner="buyer", width=20),
        ],
        ("SKU",),
        "kept",
        "Order?",
    )


def _daily(
    when: datetime, gaps: Mapping[tuple[str, str], tuple[int, str]]
) -> tuple[str, list[Column], tuple[str, ...], *tuple[str, ...]]:
    said = [SAID.get(key, (None, None)) for key in gaps]
    return (
        "DailyCheck",
        [
            Column("Rank", list(range(1, len(gaps) + 1)), "whole"),
            Column("SKU", [sku for sku, _ in gaps], width=14),
            Column("Location", [location for _, location in gaps]),
            Column(
                "Gap", [gap for gap, _ in gaps.values()], "signed", notes={} if when == MONDAY else {0: "new today"}
            ),
            Column(
                "Thrice", [gap * 3 for gap, _ in gaps.values()], "number", f"={formulas.this('DailyCheck', 'Gap')}*3"
            ),
            Column("Cause", [cause for _, cause in gaps.values()], words=("CHECK", "MAPPING", "TIMING")),
            Column("Status", [status for status, _ in said], owner="buyer", choices=("NEW", "LOOKING", "KNOWN")),
            Column("Note", [note for _, note in said], owner="buyer", width=20),
        ],
        ("SKU", "Location"),
        "laid anew",
        "Cause",
    )


def _in_transit(shipped: Mapping[str, tuple[int, int]]) -> tuple[str, list[Column], tuple[str, ...], *tuple[str, ...]]:
    open_units = f"={formulas.this('InTransit', 'Shipped')}-{formulas.this('InTransit', 'Received')}"
    return (
        "InTransit",
        [
            Column("Shipment", list(shipped)),
            Column("Shipped", [sent for sent, _ in shipped.values()], "whole"),
            Column("Received", [received for _, received in shipped.values()], "whole"),
            Column("Open", [sent - received for sent, received in shipped.values()], "whole", open_units),
        ],
        ("Shipment",),
        "by key",
    )


def _settings() -> Table:
    return Table(
        "Settings",
        (
            Column("Setting", ["Gap %", "Max Cover"], width=20),
            Column("Value", [0.03, 120], "number", owner="buyer", prompt="What holds for all SKUs"),
        ),
        ("Setting",),
        "buyer",
    )


def _skus(units: Mapping[str, int]) -> tuple[str, list[Column], tuple[str, ...], *tuple[str, ...]]:
    costs = {"A-1": 1.5, "007": 20, "=A1": 3, "B-2": 4.25, "C-3": 0.99, "D-4": 8}
    return (
        "SKUs",
        [
            Column("SKU", list(units), owner="buyer", width=14),
            Column("Last Units", list(units.values()), "whole"),
            Column("Unit Cost", [costs.get(sku) for sku in units], "money", owner="buyer"),
            Column("Same As", [None] * len(units), owner="buyer", choices="=SKUs[SKU]"),
        ],
        ("SKU",),
        "buyer",
    )


def _log(when: datetime) -> Table:
    days = [day for day in (MONDAY, TUESDAY, WEDNESDAY) if day <= when]
    return Table(
        "RefreshLog",
        (
            Column("Refresh", list(range(1, len(days) + 1)), "whole"),
            Column("When", days, "time", width=18),
            Column("Flags", [4] * len(days), "whole"),
        ),
        ("Refresh",),
        "appended",
    )
