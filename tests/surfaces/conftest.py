"""A small workbook of a brand: three tabs, formulas between its tables, headers with all sorts of signs in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest

from sheets.tabs import formulas
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text

SKUS = ["007", "1E5", "=A1", "+44", "a1", "A1", "A*", "~x", ">5"]


def _demand() -> Table:
    rate = [2.0, 0.5, 10.25, None, 0, 1, 1.5, 3, 4]
    return Table(
        "Demand",
        (
            Column("SKU", SKUS, owner="buyer", width=14),
            Column("Key", np.arange(1, 10), "whole", shown="hidden"),
            Column("Units/Day", rate, "number", owner="buyer", prompt="Units sold per day in this segment"),
            Column("Source", ["Flieber", "me"] * 4 + [None], owner="buyer", choices=("Flieber", "me")),
            Column("Same As", [None] * 9, owner="buyer", choices="=Demand[SKU]"),
        ),
        ("SKU",),
        "buyer",
    )


def _settings() -> Table:
    return Table(
        "Settings",
        (
            Column("Setting", ["Gap %", "Gap Units", "Max Cover"], width=20),
            Column("Value", [0.03, 10, 120], "number", owner="buyer"),
        ),
        ("Setting",),
        "buyer",
    )


def _positions() -> Table:
    units = np.array([500.0, np.nan, 40, 0, 12, 7, 3, 2, 1])
    rates = np.array([2, 0.5, 10.25, 0, 0, 1, 1.5, 3, 4])
    this, name = formulas.this, "Positions"
    rate = formulas.looked_up("Demand", "Units/Day", this(name, "Key"))
    over = np.maximum(0, np.nan_to_num(units) - rates * 120)
    share = [None if np.isnan(one) else float(one) / 500 for one in units]
    over_formula = f"=MAX(0,N({this(name, 'Units')})-{this(name, 'Units/Day')}*max_cover)"
    order_formula = f'=IF({this(name, "Over $")}>0,"HOLD",IF({this(name, "In %")}="","","GO"))'
    return Table(
        name,
        (
            Column("Key", np.arange(1, 10), "whole", shown="hidden"),
            Column("SKU", SKUS, width=14),
            Column(
                "Title",
                ["Mug · blue", "naïve <b>&\"'", " spaced ", "two\nlines", "日本", "", "x" * 300, "_x0041_", "é"],
                width=44,
            ),
            Column(
                "Order?",
                ["HOLD", None, *["GO" if one == 0 else "HOLD" for one in over[2:]]],
                formula=order_formula,
                words=("HOLD", "GO"),
            ),
            Column("Units", units, "whole", notes={0: "3PL Portal, 5 October 09:00"}),
            Column("Units/Day", rates, "number", formula=f"={rate}+0"),
            Column("Over $", over, "money", formula=over_formula),
            Column("In %", share, "percent", formula=f'=IF({this(name, "Units")}="","",{this(name, "Units")}/500)'),
            Column("Known", [True, False] * 4 + [None], shown="folded"),
            Column("As Of", [datetime(2026, 10, 5, 9, 30)] * 8 + [None], "time", shown="folded"),
            Column("Day", [datetime(2026, 10, 5)] * 9, "day", shown="folded"),
            Column("Status", ["NEW", "KNOWN", *[None] * 7], owner="buyer", choices=("NEW", "KNOWN"), words=("NEW",)),
            Column("Note", ["007", None, 7, 7.5, *[None] * 5], owner="buyer", width=44),
        ),
        ("SKU",),
        "kept",
    )


@pytest.fixture
def brand() -> Callable[..., Layout]:
    """brand(): the layout; brand(positions=TABLE): with another table there."""

    def layout(positions: Table | None = None) -> Layout:
        table = positions or _positions()
        total = float(np.nansum(np.array([value or 0.0 for value in table.column("Units").values], dtype=float)))
        start = Tab(
            "Start",
            (
                Block(0, 0, Text("Acme & Sons", style="title", span=3)),
                Block(1, 0, Text("Counts of 5 October, " * 12, style="muted", span=3)),
                Block(3, 0, Text("Units", style="label")),
                Block(3, 1, Text(total, "figure", "whole", formula="=SUM(Positions[Units])")),
                Block(4, 0, Text("HOLD", words=("HOLD", "GO"))),
                Block(5, 0, Text(None, style="link", link="Buyer's setup")),
                Block(6, 0, Text(datetime(2026, 10, 5, 9, 30), form="time")),
            ),
            widths={0: 20, 1: 14, 2: 30},
            colour="today",
        )
        positions_tab = Tab(
            "Positions",
            (
                Block(0, 1, Text("Positions", style="title")),
                Block(3, 0, table),
                Block(6 + table.rows, 1, Text("End of the list", style="muted")),
            ),
            freeze=(4, 2),
        )
        setup = Tab(
            "Buyer's setup",
            (Block(0, 0, _settings()), Block(0, 3, _demand()), Block(20, 0, Text("No more", style="muted"))),
            colour="buyer",
        )
        return Layout(
            (start, positions_tab, setup), {"max_cover": ("Settings", "Max Cover", "Value")}, title="Acme & Sons"
        )

    return layout


@pytest.fixture
def positions() -> Table:
    """The table Positions of that workbook."""
    return _positions()
