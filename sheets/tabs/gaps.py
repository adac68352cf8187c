"""Gaps: what the others say, one row per SKU, location and secondary, beside the authority's units."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sheets.engine.gaps import CHECK, FLAGS, NO_COUNT
from sheets.tabs.formulas import at, column, looked_up, this
from sheets.tabs.layout import Block, Column, Tab, Table, Text
from sheets.tabs.page import Page, texts

NAME: Final = "Gaps"


def cell(header: str) -> str:
    """A cell of this table in the formula's own row."""
    return this(NAME, header)


def gap_keys(page: Page, frame: pd.DataFrame) -> np.ndarray:
    """The key of each gap: its SKU and location's key x 100 + the system's number in the source map."""
    places = page.keys(frame["sku"].cat.codes.to_numpy(), frame["location"].cat.codes.to_numpy())
    number_of = {name: number for number, name in enumerate(page.systems, start=1)}
    numbers = np.array([number_of[name] for name in frame["system"].cat.categories], dtype=np.int64)
    keys: np.ndarray = places * 100 + (numbers[frame["system"].cat.codes.to_numpy()] if len(frame) else 0)
    return keys


def gaps(page: Page) -> Tab:
    """The tab of what the secondaries say."""
    frame = page.found.gaps
    place = f"{NAME}[[#This Row],[At]]"
    columns = (
        Column("Key", gap_keys(page, frame), "whole", shown="hidden"),
        Column("At", _places(page, frame), "whole",
               f"=MATCH(INT({cell('Key')}/100),{column('Counts', 'Key')},0)", shown="hidden"),
        Column("SKU", texts(frame["sku"]), width=18),
        Column("Location", texts(frame["location"]), width=22),
        Column("Authority", texts(frame["authority"]), width=16),
        Column("Authority Units", frame["authority_units"].to_numpy(float), "whole",
               f"={at('Counts', 'Units', place)}"),
        Column("System", texts(frame["system"]), width=14),
        Column("System Units", frame["system_units"].to_numpy(float), "whole", width=10),
        Column("As Of", page.local(frame["as_of"]), "time", width=16),
        Column("Gap", frame["gap"].to_numpy(float), "signed",
               f'=IF({cell("Authority Units")}="","",N({cell("System Units")})-{cell("Authority Units")})', width=9),
        Column("Threshold", frame["threshold"].to_numpy(float), "number", f"={at('Counts', 'Threshold', place)}"),
        Column("Flag", texts(frame["flag"]), formula=_flag(), width=13, words=FLAGS),
        Column("Verdict", [None] * len(frame), width=12),
        Column("Cause", [None] * len(frame), width=14),
        Column("Source", texts(frame["source"]), width=30, shown="folded"),
        Column("Row", frame["row"].where(frame["row"] > 0).to_numpy(float), "whole", width=8, shown="folded"),
        Column("Rank", frame["flag"].cat.codes.to_numpy() + 1.0, "whole", _ranks(page, frame), shown="hidden"),
    )  # fmt: skip
    table = Table(NAME, columns, ("SKU", "Location", "System"), "kept")
    said = "What every other system says, against the authority. A gap within the threshold is tolerated."
    return Tab(
        NAME,
        (Block(0, 2, Text("Gaps", "title")), Block(1, 2, Text(said, "subtitle")), Block(3, 0, table)),
        freeze=(4, 4),
    )


def _places(page: Page, frame: pd.DataFrame) -> np.ndarray:
    """The row of Counts, from 1, that holds each gap's SKU and location."""
    counts = page.found.counts
    row_of = np.zeros((len(page.setup.skus), max(1, len(page.setup.locations))), dtype=np.int64)
    row_of[counts["sku"].cat.codes, counts["location"].cat.codes] = np.arange(1, len(counts) + 1)
    found: np.ndarray = row_of[frame["sku"].cat.codes, frame["location"].cat.codes].astype(float)
    return found


def _flag() -> str:
    chosen = ",".join(f'"{flag}"' for flag in FLAGS)
    return f"=CHOOSE({cell('Rank')},{chosen})"


def _ranks(page: Page, frame: pd.DataFrame) -> str | list[str]:
    """The place of the flag in FLAGS, from 1: the same rule as the engine's, on the cells."""
    own = page.setup.skus["gap_units"].to_numpy(float)[frame["sku"].cat.codes.to_numpy()]
    here = page.setup.locations["units"].to_numpy(float)[frame["location"].cat.codes.to_numpy()]
    if np.isnan(own).all() and np.isnan(here).all():
        return _rank("gap_units")
    ids = page.ids[frame["sku"].cat.codes.to_numpy()]
    numbers = page.numbers[frame["location"].cat.codes.to_numpy()]
    found = []
    for by_sku, by_place, sku_id, number in zip(own, here, ids, numbers, strict=True):
        if not np.isnan(by_sku):
            found.append(_rank(looked_up("SKUs", "Gap Units", str(sku_id), "Id")))
        elif not np.isnan(by_place):
            found.append(_rank(looked_up("Locations", "Units", str(number), "No")))
        else:
            found.append(_rank("gap_units"))
    return found


def _rank(least: str) -> str:
    ours, theirs, gap = cell("Authority Units"), cell("System Units"), cell("Gap")
    silent, over = FLAGS.index(NO_COUNT) + 1, FLAGS.index(CHECK) + 1
    stale = f'{at("Counts", "Age", cell("At"))}="STALE"'
    unknown = f'IF({theirs}="",1,IF(ABS({theirs})>{least},{silent},1))'
    missing = f"IF(ABS({ours})>{cell('Threshold')},{silent},1)"
    known = f"IF(ABS({gap})>{cell('Threshold')},{over},1)"
    return f'=IF({ours}="",{unknown},IF({stale},1,IF({theirs}="",{missing},{known})))'
