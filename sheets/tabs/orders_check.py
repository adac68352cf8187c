"""Orders Check: channels whose orders do not arrive, and units ordered by channel and SKU at each system."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.diagnosis.parts import MAPPING as CAUSE
from sheets.engine.gaps import OK
from sheets.engine.orders_check import DAYS, LEAST, WEEK, channel_named, said
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.page import Page

NAME: Final = "OrdersCheck"
CHANNELS: Final = "Channels"
WINDOWS: Final = (WEEK, DAYS)
MAPPING: Final = CAUSE.upper()
_WORDS: Final = (OK, MAPPING)


def orders_check(page: Page) -> Tab:
    """The tab of orders: channels, and to their right channels by SKU."""
    channels = _channels(page)
    beside = len(channels.columns) + 1
    words = (
        f"Units ordered by channel in the last {DAYS} days that both systems know. Under {LEAST:.0%} of what the "
        "channel itself has is MAPPING."
    )
    return Tab(
        "Orders Check",
        (
            Block(0, 0, Text("Orders Check", "title")),
            Block(1, 0, Text(words, "subtitle")),
            Block(3, 0, channels),
            Block(2, beside, Text(f"By SKU: units of the last {WEEK} and {DAYS} days", "heading")),
            Block(3, beside, _table(page)),
        ),
        freeze=(4, 2),
        printed=len(channels.columns),
    )


def _channels(page: Page) -> Table:
    frame = page.found.channels
    frame = frame.assign(bad=~frame["flagged"].astype(bool)).sort_values(["bad", "channel", "system"], kind="stable")
    rows = [row for _, row in frame.iterrows()]
    columns = (
        Column("Channel", [row["channel"] for row in rows], width=16),
        Column("System", [row["system"] for row in rows], width=16),
        Column("Source", [row["source"] for row in rows], width=16),
        Column("Days", [row["days"] for row in rows], "whole", width=7),
        Column("At Source", [row["source_units"] for row in rows], "whole", width=11),
        Column("Here", [row["units"] for row in rows], "whole", width=9),
        Column("Part", [None if row["part"] != row["part"] else row["part"] for row in rows], "percent", width=8),
        Column("Flag", [MAPPING if row["flagged"] else OK for row in rows], width=11, words=_WORDS),
        Column("Orders", [", ".join(row["references"][:20]) or None for row in rows], width=24, shown="folded"),
        Column("What To Do", [said(row) if row["flagged"] else None for row in rows], width=96),
    )
    return Table(CHANNELS, columns, ("Channel", "System"), "laid anew")


def ordered(page: Page) -> pd.DataFrame:
    """Units by channel and SKU (rows) and by system and window (columns); NaN where a system has none."""
    orders = page.found.orders_seen
    orders = orders[orders["sku"].notna()]
    names = {name: channel_named(str(name)) for name in orders["channel"].dropna().unique()}
    channel = orders["channel"].astype("object").map(names)
    found: dict[tuple[str, int], pd.Series] = {}
    for system in orders["system"].astype("str").drop_duplicates().sort_values():
        mine = orders[orders["system"].astype("str") == system]
        for days in WINDOWS:
            recent = mine[mine["day"] > page.found.as_of - pd.Timedelta(days=days)]
            found[(system, days)] = recent.groupby([channel, recent["sku"]], observed=True)["units"].sum()
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
        Column("Flag", _flags(page, frame), width=11, words=_WORDS),
        *(
            Column(f"{system} {days} D", frame[(system, days)].to_numpy(float), "whole", width=15)
            for system, days in frame.columns
        ),
    ]
    return Table(NAME, tuple(columns), ("Channel", "SKU"), "laid anew")


def _flags(page: Page, frame: pd.DataFrame) -> list[str]:
    """MAPPING for what lacks units at a system at which its whole channel does."""
    bad = np.zeros(len(frame), dtype=bool)
    names = frame.index.get_level_values(0)
    for _, row in page.found.channels.iterrows():
        if row["flagged"]:
            for days in WINDOWS:
                here, there = (np.nan_to_num(frame[(row[one], days)].to_numpy(float)) for one in ("system", "source"))
                bad |= (names == row["channel"]) & (here < LEAST * there)
    return [MAPPING if one else OK for one in bad]
