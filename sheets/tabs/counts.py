"""Counts: what the authorities say, one row per SKU and location, with where it was read.

Each state is a value; Units, Threshold, Flag and the parts of order against are formulas over them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from connectors.frames import STATES
from sheets.engine.order import PARTS
from sheets.tabs.count_formulas import NAME, CountFormulas
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.page import Page, texts, title_case, words


def counts(page: Page) -> Tab:
    """The tab of what the authorities say."""
    frame = page.found.counts
    rows = CountFormulas(page, frame)
    states = [state for state in STATES if state in frame]
    parts = [part for part in PARTS if any(rows.part(part))]
    columns = [
        Column("Key", rows.keys, "whole", shown="hidden"),
        Column("SKU", texts(frame["sku"]), width=18),
        Column("Location", texts(frame["location"]), width=22),
        Column("Authority", texts(frame["authority"]), width=16),
        Column("As Of", page.local(frame["as_of"]), "time", width=16),
        *(Column(title_case(state), frame[state].to_numpy(float), "whole", width=11) for state in states),
        Column("Handed Over", _unless_zero(frame["handed_over"]), "signed", width=11),
        Column("Units", frame["units"].to_numpy(float), "whole", rows.each(rows.units), width=10),
        *_elsewhere(frame, rows),
        Column("Age", ["STALE" if stale else "" for stale in frame["stale"]], formula=rows.each(rows.age), width=9,
               words=("STALE",)),
        *(Column(title_case(part), _part_values(frame, rows, part), "whole", rows.part(part)) for part in parts),
        Column("Remark", _remarks(page, frame), width=44),
        Column("Source", texts(frame["source"]), width=30, shown="folded"),
        Column("Row", frame["row"].where(frame["row"] > 0).to_numpy(float), "whole", width=8, shown="folded"),
        Column("Age Hours", frame["age_hours"].to_numpy(float), "number", shown="hidden"),
        Column("Hold", rows.hold.astype(float), "whole", rows.each(rows.held), shown="hidden"),
        Column("Worst", rows.worst.astype(float), "whole", rows.each(rows.worst_rank), shown="hidden"),
    ]  # fmt: skip
    table = Table(NAME, tuple(columns), ("SKU", "Location"), "kept", gone="Remark")
    said = "What the authority of each location says, state by state, with the source, row and time of each number."
    return Tab(
        NAME,
        (
            Block(0, 1, Text("Counts", "title")),
            Block(1, 1, Text(said, "subtitle")),
            Block(3, 0, table),
        ),
        freeze=(4, 3),
    )


def _unless_zero(column: pd.Series) -> np.ndarray:
    values: np.ndarray = column.where(column != 0).to_numpy(float)
    return values


def _elsewhere(frame: pd.DataFrame, rows: CountFormulas) -> list[Column]:
    if not rows.pooled:
        return []
    return [
        Column("Elsewhere", _unless_zero(frame["elsewhere"]), "whole", width=11),
        Column("Position", frame["position"].to_numpy(float), "whole", rows.each(rows.position), width=10),
    ]


def _part_values(frame: pd.DataFrame, rows: CountFormulas, part: str) -> np.ndarray:
    there = np.array([formula is not None for formula in rows.part(part)], dtype=bool)
    return np.where(there, frame[part].to_numpy(float), np.nan)


def _remarks(page: Page, frame: pd.DataFrame) -> list[str]:
    """What is special about a row: handed over, kept from before, a zero that an absence means."""
    days = [f"{time:%Y-%m-%d}" if time else "" for time in page.local(frame["as_of"])]
    said = []
    columns = ("reason", "kept", "not_listed", "stale")
    for day, reason, kept, not_listed, stale in zip(days, *(words(frame[name]) for name in columns), strict=True):
        remarks = [reason] if reason else []
        if kept == "True":
            remarks.append(f"the number of {day} is kept: there is no newer one that can be used")
        elif not_listed == "True":
            remarks.append(f"not listed on {day}: absent is zero here")
        elif not day:
            remarks.append("not counted, or only in part")
        elif stale == "True":
            remarks.append(f"no newer count than {day}")
        said.append("; ".join(remarks))
    return said
