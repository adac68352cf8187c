"""Reading exports: our checked rows of text beside pandas.read_csv of the same bytes, and the whole way to counts."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from benchmarks.made_brand import AS_OF
from benchmarks.made_exports import counts_csv, inventory_report
from benchmarks.page import Aim, Section, times
from benchmarks.text_storage import storages, text_in
from benchmarks.timing import ROUNDS, Task, Timed, in_turns
from connectors.base import Kind
from connectors.canonical import CANONICAL
from connectors.delimited import read_delimited
from connectors.exports import read_exports
from connectors.seller_central import KINDS

ROWS: Final = 100_000
MOST_OF_PANDAS: Final = 1.5
_TIME: Final = ZoneInfo("UTC")


@dataclass(frozen=True)
class _Export:
    """A file's bytes, and where a brand would drop it."""

    name: str
    raw: bytes
    separator: str
    path: str
    kinds: tuple[Kind, ...]


def reading() -> Section:
    """Times of both kinds of file."""
    exports = (
        _Export("inventory report", inventory_report(ROWS), "\t", "us/report.txt", KINDS),
        _Export("counts.csv", counts_csv(ROWS), ",", "counts.csv", CANONICAL),
    )
    timed: dict[str, Timed] = {}
    beside: dict[str, str] = {}
    aims: list[Aim] = []
    said: list[str] = []
    for storage in storages():
        for export in exports:
            with text_in(storage), TemporaryDirectory() as folder:
                said += _checked(export, storage)
                named = f"{export.name}, text in {storage}"
                bare = f"pandas.read_csv: {named}"
                tasks: dict[str, Task] = {
                    f"read_delimited: {named}": partial(read_delimited, export.raw, export.name),
                    bare: partial(_bare, export),
                    f"read_exports: {named}": _whole(export, Path(folder)),
                }
                made = in_turns(tasks, 5 * ROUNDS)
            timed |= made
            beside |= dict.fromkeys(made, bare)
            ratio = made[f"read_delimited: {named}"].median / made[bare].median
            aims.append(Aim(f"read_delimited, times as long as pandas.read_csv, {named}", ratio, MOST_OF_PANDAS))
    return Section(
        "Reading",
        f"{ROWS:,} rows each: Manage FBA Inventory, 24 columns with tabs between, {len(exports[0].raw) / 1e6:.1f} MB; "
        f"and counts.csv, 5 columns, {len(exports[1].raw) / 1e6:.1f} MB. `read_delimited` finds out encoding, "
        "delimiter and quoting, and checks that every row is as wide as the header, before it gives text. "
        "`pandas.read_csv(dtype=str)` is told the delimiter. `read_exports` is all of it, for information: the file "
        "opened from a folder, recognised, cells turned into units and times, counts and coverage made. The ratio is "
        "to `pandas.read_csv`.",
        (times(timed, beside),),
        tuple(aims),
        tuple(said),
    )


def _bare(export: _Export) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(export.raw), sep=export.separator, dtype=str)


def _whole(export: _Export, folder: Path) -> Task:
    """The reading of a folder with that one file in it."""
    path = folder / export.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export.raw)
    os.utime(path, (AS_OF.timestamp(), AS_OF.timestamp()))
    return partial(
        read_exports, folder, "Seller Central", export.kinds, time_zone=_TIME, now=AS_OF + pd.Timedelta(hours=9)
    )


def _checked(export: _Export, storage: str) -> list[str]:
    """That both read the same cells, as a remark; also what read_exports makes of them."""
    ours, bare = read_delimited(export.raw, export.name).cells, _bare(export).fillna("")
    same = ours.shape == bare.shape and all(
        one.equals(other) for (_, one), (_, other) in zip(ours.items(), bare.items(), strict=True)
    )
    with TemporaryDirectory() as folder:
        batch = _whole(export, Path(folder))()
    if batch.set_aside:
        raise ValueError(f"{export.name} was set aside: {batch.set_aside[0].reason}")
    if storage != storages()[0]:
        return []
    cells = f"{ours.size:,} cells, {'the same' if same else 'NOT THE SAME'} in both"
    return [f"{export.name}: {cells}; read_exports makes {len(batch.counts):,} counts of them."]
