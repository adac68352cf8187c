"""A brand whose workbook is a Google Sheet: what a refresh asks of Google, beside gspread and gspread-dataframe."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Final

import pandas as pd

from benchmarks.google_stand_in import Counted, StandIn, given_by
from benchmarks.google_ways import (
    PlainSheet,
    dataframe_again,
    dataframe_first,
    gspread_again,
    gspread_first,
    plain_sheets,
)
from benchmarks.made_brand import Brand, made_brand
from benchmarks.page import Aim, Grid, Section, times
from benchmarks.text_storage import PYTHON, text_in
from benchmarks.timing import Timed
from benchmarks.writing import PLACES
from connectors.google.asked import QUOTA, Asked
from sheets.engine.reconcile import reconcile
from sheets.surfaces.google.shared import GoogleSheet
from sheets.tabs.layout import Layout
from sheets.tabs.workbook import lay_out

SKUS: Final = 5_000
_ROUNDS: Final = 2
# In one batch: https://developers.google.com/workspace/sheets/api/limits
MOST_BYTES: Final = 2_000_000
MOST_CALLS: Final = 4
MOST_CELLS: Final = 30  # the count, its codes, the line of the log, the texts that say which refresh it is
_CHANGED: Final = 7  # the row of counts.csv, so to speak
_OURS, _GSPREAD, _FRAMES = "mastersheet", "gspread", "gspread-dataframe"
_FIRST, _AGAIN, _DAY = "first refresh", "one count changed", "next day"


class _Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True)
class _Found:
    timed: dict[str, Timed]
    counted: dict[str, Counted]
    waited: float
    same: str


def google() -> Section:
    """What is asked, and the time of what asks."""
    with text_in(PYTHON):
        found = measured(SKUS)
    beside = {name: f"{name.partition(':')[0]}: {_GSPREAD}" for name in found.timed}
    again, first = found.counted[f"{_AGAIN}: {_OURS}"], found.counted[f"{_FIRST}: {_OURS}"]
    aims = (
        Aim("calls of a refresh after one count changed", again.reads + again.writes, MOST_CALLS, "{:.0f}"),
        Aim("MB in the largest body", max(first.largest, again.largest) / 1e6, MOST_BYTES / 1e6),
        Aim("cells sent after one count changed", again.cells, MOST_CELLS, "{:,.0f}"),
    )
    longer = [found.timed[f"{what}: {_OURS}"].median / found.timed[f"{what}: {_GSPREAD}"].median
              for what in (_FIRST, _AGAIN)]  # fmt: skip
    return Section(
        "Google Sheet",
        f"A brand of {SKUS:,} SKUs, {len(PLACES)} locations, an authority and 2 secondaries at each, whose workbook is "
        "a Google Sheet: the first refresh into an empty one, a refresh for which one unit of one count changed, "
        "and one for which every count is a day newer and two of five changed. The middle one is timed twice, the "
        "others once. "
        "gspread and gspread-dataframe are scripts as their own pages show them: the cells lie ready as lists and "
        "frames; for each tab all cells are read, and all are written; gspread also formats the headers, "
        "gspread-dataframe writes the tables alone. Neither has our colours, named ranges, notes, what is remembered "
        "of what was written, and neither looks whether somebody works in the sheet meanwhile. All ask a stand-in "
        "that refuses what Google's own description of the Sheets API does not allow; the time that it takes is not "
        "in the seconds, nor is any time on a network. The ratio is to gspread.",
        (_grid(found.counted), times(found.timed, beside)),
        aims,
        (
            found.same,
            f"Google takes {QUOTA} writes a minute of one user. If each call took no time, ours would wait "
            f"{found.waited:.0f} s for that in the first refresh; the others need not.",
            "No aim is set for the time: gspread's script compares nothing, it hands lists to JSON. Ours takes "
            f"{longer[0]:.0f} times as long for the first refresh and {longer[1]:.0f} times for one changed count: "
            "it finds out what is there, what changed and what somebody wrote over.",
            "MB are of bodies, without the white space that Google puts into answers; packed are the answers as they "
            f"travel, compressed. Google advises {MOST_BYTES / 1e6:.0f} MB in one at most; gspread sends a tab in one.",
        ),
    )


def measured(skus: int) -> _Found:
    brand = made_brand(PLACES, skus, skus)
    clock, stand_ins = _Clock(), {name: StandIn() for name in (_OURS, _GSPREAD, _FRAMES)}
    for one in stand_ins.values():
        one.made("book")
    ours = stand_ins[_OURS]
    surface = GoogleSheet(Asked(None, ours.mounted(), clock=clock, pause=clock.wait), "book")
    seconds: dict[str, list[float]] = {}
    counted: dict[str, Counted] = {}

    def take(what: str, name: str, task: Callable[[], object]) -> None:
        taken, counted[f"{what}: {name}"] = _taken(stand_ins[name], task)
        seconds.setdefault(f"{what}: {name}", []).append(taken)

    layout = _layout(brand, 1)
    given = given_by(layout)
    for one in stand_ins.values():
        one.given = given
    take(_FIRST, _OURS, partial(_refresh, surface, layout))
    waited = clock.now
    sheets = plain_sheets(ours.books["book"])
    take(_FIRST, _GSPREAD, partial(gspread_first, stand_ins[_GSPREAD], sheets))
    same = _same(sheets, plain_sheets(stand_ins[_GSPREAD].books["book"]))
    _made_ready(sheets)
    take(_FIRST, _FRAMES, partial(dataframe_first, stand_ins[_FRAMES], sheets))
    later = [*((_AGAIN, refresh, brand) for refresh in range(2, 2 + _ROUNDS)), (_DAY, 2 + _ROUNDS, _next_day(brand))]
    for what, refresh, now in later:
        layout = _layout(now, refresh)
        clock.wait(60)
        take(what, _OURS, partial(_refresh, surface, layout))
        ours.given = given_by(layout)
        take(what, _GSPREAD, partial(gspread_again, stand_ins[_GSPREAD], sheets))
        take(what, _FRAMES, partial(dataframe_again, stand_ins[_FRAMES], sheets))
    return _Found({name: Timed(None, tuple(rounds)) for name, rounds in seconds.items()}, counted, waited, same)


def _layout(brand: Brand, refresh: int) -> Layout:
    """The workbook of a refresh: another unit in one count for each."""
    counts = brand.batch.counts.copy()
    counts.loc[counts.index[_CHANGED], "units"] += refresh - 1
    found = reconcile(replace(brand.batch, counts=counts), brand.setup)
    when = counts["as_of"].max().tz_localize(None).to_pydatetime() + timedelta(hours=8 + refresh)
    return lay_out(found, brand="Fernhill", refresh=refresh, when=when, who="benchmark")


def _next_day(brand: Brand) -> Brand:
    """All counts a day later, two of five with other units, in all systems alike."""
    batch, day = brand.batch, pd.Timedelta(days=1)
    counts, coverage = (frame.assign(as_of=frame["as_of"] + day) for frame in (batch.counts, batch.coverage))
    number = counts["system_sku"].str.extract(r"(\d+)", expand=False).astype(int)
    counts.loc[number % 5 < 2, "units"] += 3
    return replace(brand, batch=replace(batch, counts=counts, coverage=coverage))


def _refresh(surface: GoogleSheet, layout: Layout) -> None:
    surface.read()
    surface.write(layout)


def _made_ready(sheets: Sequence[PlainSheet]) -> None:
    for sheet in sheets:
        for table in sheet.tables:
            _ = table.frame


def _taken(google: StandIn, task: Callable[[], object]) -> tuple[float, Counted]:
    """Seconds without the stand-in's, and what was asked."""
    google.counted = Counted()
    gc.collect()
    gc.freeze()  # a million cells of the stand-in are not to be looked through while others work
    start = perf_counter()
    task()
    taken = perf_counter() - start
    gc.unfreeze()
    return taken - google.counted.seconds, google.counted


def _same(ours: Sequence[PlainSheet], other: Sequence[PlainSheet]) -> str:
    cells = [cell for sheet in ours for line in sheet.lines for cell in line if cell is not None]
    formulas = sum(isinstance(cell, str) and cell.startswith("=") for cell in cells)
    same = [(sheet.title, sheet.lines) for sheet in ours] == [(sheet.title, sheet.lines) for sheet in other]
    word = "the same" if same else "NOT THE SAME"
    return f"{len(cells):,} cells, {formulas:,} of them formulas: {word} by gspread as by ours."


def _grid(counted: dict[str, Counted]) -> Grid:
    rows = [
        (name, f"{one.reads:,}", f"{one.writes:,}", f"{one.cells:,}", f"{one.sent / 1e6:,.3f}",
         f"{one.largest / 1e6:,.3f}", f"{one.received / 1e6:,.1f}", f"{one.packed / 1e6:,.1f}")
        for name, one in counted.items()
    ]  # fmt: skip
    headers = ("Asked", "Reads", "Writes", "Cells sent", "MB sent", "In one, MB", "MB received", "Packed, MB")
    return Grid(headers, tuple(rows))
