"""The engine on a million counts, beside bare pandas and datacompy doing the same comparisons."""

from __future__ import annotations

from functools import partial
from typing import Final

from benchmarks.alone import Alone, alone
from benchmarks.comparisons import LISTED, PLACES, WAYS, the_brand
from benchmarks.page import Aim, Grid, Section, times
from benchmarks.text_storage import dtypes, storages, text_in
from benchmarks.timing import ROUNDS, Timed, in_turns

MOST_OF_MERGE: Final = 3.0
MOST_OF_DATACOMPY: Final = 1.0
MOST_BYTES: Final = 1_500_000_000


def engine() -> Section:
    """Times and memory of the reconciliation."""
    processes = {(way, storage): alone(way, storage) for storage in storages() for way in WAYS}
    timed: dict[str, Timed] = {}
    beside: dict[str, str] = {}
    frames: list[str] = []
    for storage in storages():
        with text_in(storage):
            brand = the_brand()
            made = in_turns({_name(way, storage): partial(task, brand) for way, task in WAYS.items()}, 3 * ROUNDS)
        timed |= made
        beside |= {name: _name("bare merge", storage) for name in made}
        frames.append(f"Counts, text in {storage}: {dtypes(brand.batch.counts)}.")
    return Section(
        "Engine",
        f"{len(brand.batch.counts):,} counts: {LISTED:,} SKUs listed by each of 4 systems at each of {len(PLACES)} "
        "locations, one authority and three secondaries per location, gaps random with a fixed seed. `engine` is the "
        "whole of `sheets.engine.reconcile.reconcile`: gaps, and also positions, segments, order against and the "
        "daily check. `bare merge` is one outer merge, threshold and mask per secondary, and `datacompy` one "
        "comparison per secondary; neither makes anything else. The ratio is to `bare merge`.",
        (times(timed, beside), _processes(processes)),
        _aims(timed, processes),
        (_agreement(processes), *frames),
    )


def _name(way: str, storage: str) -> str:
    return f"{way}, text in {storage}"


def _processes(processes: dict[tuple[str, str], Alone]) -> Grid:
    rows = [
        (_name(*key), f"{one.first:.3f}", *(f"{size / 1e6:,.0f}" for size in (one.bytes_before, one.bytes_most)),
         f"{one.flagged:,}")
        for key, one in processes.items()
    ]  # fmt: skip
    headers = ("In a process of its own", "First, s", "Peak with the counts made, MB", "Peak after, MB", "Flagged")
    return Grid(headers, tuple(rows))


def _aims(timed: dict[str, Timed], processes: dict[tuple[str, str], Alone]) -> tuple[Aim, ...]:
    aims = []
    for storage in storages():
        engine_s = timed[_name("engine", storage)].median
        for way, most in (("bare merge", MOST_OF_MERGE), ("datacompy", MOST_OF_DATACOMPY)):
            if way in WAYS:
                ratio = engine_s / timed[_name(way, storage)].median
                aims.append(Aim(f"times as long as {way}, text in {storage}", ratio, most))
        megabytes = processes["engine", storage].bytes_most / 1e6
        aims.append(Aim(f"MB at most, text in {storage}", megabytes, MOST_BYTES / 1e6, "{:,.0f}"))
    return tuple(aims)


def _agreement(processes: dict[tuple[str, str], Alone]) -> str:
    flagged = {way: one.flagged for (way, _), one in processes.items()}
    if len({one.flagged for one in processes.values()}) == 1:
        return (
            f"All flag the same number of rows, {flagged['engine']:,}. datacompy adds its two tolerances where the "
            "threshold is the larger of them, so it is given the 10 units, and those of its rows count that are over "
            "3 % too."
        )
    return "They do NOT flag the same number of rows: " + ", ".join(f"{way} {n:,}" for way, n in flagged.items())
