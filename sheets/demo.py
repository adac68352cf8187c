"""The demo brand: made from its template, refreshed, with five lines that say where to look."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.cells import in_utc
from connectors.errors import FolderNotEmpty
from sheets.alone import HOLDER, LOCK
from sheets.brand import Brand, open_brand
from sheets.config import FILE
from sheets.engine.reconcile import Reconciliation
from sheets.history.place import drop
from sheets.money import hidden_overstock, money
from sheets.new_brand import new_brand
from sheets.progress import Progress, quiet
from sheets.refresh import refresh
from sheets.surfaces.backups import BACKUPS
from sheets.surfaces.macros import Macros
from sheets.surfaces.opening import refuse_while_open
from sheets.templates import template

MARKER: Final = ".mastersheet-demo"
_WORKBOOKS: Final = ("master.xlsx", "master.xlsm")
_OURS: Final = (MARKER, FILE, *_WORKBOOKS, "exports", BACKUPS, LOCK, HOLDER)
_SHOWN: Final = "FH-HDLMP-400"


@dataclass(frozen=True)
class Demo:
    """The demo brand's folder, and what to look at there."""

    folder: Path
    look: tuple[str, ...]
    reconciliation: Reconciliation


def demo(
    folder: Path,
    *,
    now: pd.Timestamp,
    who: str = "",
    macros: Callable[[Brand], Macros] | None = None,
    progress: Progress = quiet,
) -> Demo:
    """Makes the demo brand in a new folder, or again in its own, and refreshes it.

    macros: what makes its workbook one with buttons. Raises FolderNotEmpty for a folder with anything else in it.
    """
    source = template("demo")
    day = date.fromisoformat(json.loads((source / "story.json").read_text(encoding="utf-8"))["as_of"])
    _cleared(folder)
    new_brand(folder, source, now=max(now, _end_of(day)), macros=macros, progress=progress)
    (folder / MARKER).write_text(f"{day}\n", encoding="utf-8")
    done = refresh(open_brand(folder), now=clock(folder, now), who=who, progress=progress)
    return Demo(folder, tuple(_look(folder, done.reconciliation)), done.reconciliation)


def clock(folder: Path, now: pd.Timestamp) -> pd.Timestamp:
    """Now; in the demo brand's folder not before its data, which would else be still to come."""
    marker = folder / MARKER
    if not marker.is_file():
        return now
    return max(now, _end_of(date.fromisoformat(marker.read_text(encoding="utf-8").strip())))


def _end_of(day: date) -> pd.Timestamp:
    """The end of a day wherever on earth it ends last."""
    return in_utc(datetime(day.year, day.month, day.day), ZoneInfo("Etc/GMT+12"), end_of_day=True)


def _cleared(folder: Path) -> None:
    """Takes an earlier demo out of its own folder, and nothing else."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    other = sorted(one.name for one in folder.iterdir() if one.name not in _OURS)
    if other or not (folder / MARKER).is_file():
        raise FolderNotEmpty(
            f"holds {', '.join(other[:3]) or FILE} already, which the demo did not make",
            where=str(folder),
            expected="a new or empty folder, or an earlier demo",
            todo="name another folder",
        )
    for name in _WORKBOOKS:
        refuse_while_open(folder / name)
    if (folder / FILE).is_file():
        drop(open_brand(folder))
    for name in _OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _look(folder: Path, found: Reconciliation) -> list[str]:
    """Five lines, with what stands in the workbook."""
    currency = found.setup.settings.brand_currency
    rows = found.gaps[(found.gaps["sku"] == _SHOWN) & (found.gaps["location"] == "FBA US")]
    others = ", ".join(f"{row.system} {row.system_units:,.0f}" for row in rows.itertuples())
    right = f"{rows['authority'].iloc[0]} {rows['authority_units'].iloc[0]:,.0f}"
    hidden = hidden_overstock(found)
    words = found.orders["order"].value_counts()
    return [
        f"Open {open_brand(folder).workbook}. Its first tab, Start, says today in five lines.",
        f"Daily Check: {len(found.daily)} gaps over what is allowed, {money(found.daily['at_cost'].sum(), currency)}"
        " at cost, the most money first.",
        f"Counts and Gaps: {_SHOWN} at FBA US is {right}; {others}.",
        f"Segments: {hidden[0] if hidden else 'no overstock is hidden by a total'}.",
        f"Positions: order against one number per SKU; {int(words.get('GO', 0))} are GO,"
        f" {int(words.get('CARE', 0))} CARE, {int(words.get('HOLD', 0))} HOLD.",
    ]
