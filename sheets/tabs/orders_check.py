"""Orders Check: units ordered by channel and SKU, as each system has them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.page import Page

NAME: Final = "OrdersCheck"
WINDOWS: Final = (7, 30)


def orders_check(page: Page) -> Tab:
    """The tab of orders."""
    said = "Units ordered in the last 7 and 30 days, by the channel they came from, at every system that has orders."
    return Tab(
        "Orders Check",
        (Block(0, 0, Text("Orders Check", "title")), Block(1, 0, Text(said, "subtitle")), Block(3, 0, _table(page))),
        freeze=(4, 2),
    )


def ordered(page: Page) -> pd.DataFrame:
    """Units by channel and SKU (rows) and by system and window (columns); NaN where a system has none."""
    orders = page.found.orders_seen
    orders = orders[orders["sku"].notna()]
    found: dict[tuple[str, int], pd.Series] = {}
    for system in orders["system"].astype("str").drop_duplicates().sort_values():
        mine = orders[orders["system"].astype("str") == system]
        for days in WINDOWS:
            recent = mine[mine["day"] > page.found.as_of - pd.Timedelta(days=days)]
            keys = [recent["channel"].astype("str"), recent["sku"]]
            found[(system, days)] = recent.groupby(keys, observed=True)["units"].sum()
    if not found:
        return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=["channel", "sku"]))
    frame = pd.DataFrame(found)
    frame.index.names = ["channel", "sku"]
    order = {sku: at for at, sku in enumerate(page.setup.skus["sku"])}
    return frame.sort_index(key=lambda level: level.map(order) if level.name == "sku" else level)


def _table(page: Page) -> Table:
    frame = ordered(page)
    columns = [
        Column("Channel", list(frame.index.get_level_values(0)), width=18),
        Column("SKU", list(frame.index.get_level_values(1)), width=18),
        *(
            Column(f"{system} {days} D", frame[(system, days)].to_numpy(float), "whole", width=15)
            for system, days in frame.columns
        ),
    ]
    return Table(NAME, tuple(columns), ("Channel", "SKU"), "laid anew")
