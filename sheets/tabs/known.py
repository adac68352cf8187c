"""Known gaps: what a buyer accepted as KNOWN is quiet until it moves, or until its day has passed.

They stand beside the daily check, with the units that were accepted, and can be taken back there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from sheets.engine.reconcile import Reconciliation
from sheets.tabs.layout import GONE, Column, Table
from sheets.tabs.page import Page, texts

NAME: Final = "Known"
DAILY: Final = "DailyCheck"
KEY: Final = ("SKU", "Location", "System")
KNOWN: Final = "KNOWN"
STATUSES: Final = ("NEW", "LOOKING", "WAITING", KNOWN)
BUYERS: Final = ("Status", "Owner", "Note", "Quiet Until")

Rows = dict[tuple[str, ...], dict[str, Any]]


def kept_by_buyers(shown: Mapping[str, pd.DataFrame]) -> Rows:
    """The rows of the daily check and of the known gaps as the workbook shows them, by SKU, location and system."""
    rows: Rows = {}
    for name in (DAILY, NAME):
        before = shown.get(name)
        if before is None or not set(KEY) <= set(before):
            continue
        for row in before.to_dict("records"):
            if row.get("SKU") is not None and row.get("What To Do") != GONE:
                rows[tuple(str(row[key]) for key in KEY)] = row
    return rows


def quieted(found: Reconciliation, shown: Mapping[str, pd.DataFrame], today: date) -> Reconciliation:
    """The reconciliation with its known gaps out of `daily` and in `known`, with `accepted` units.

    A row is quiet while its Status is KNOWN, Quiet Until is empty or not yet past, and its gap is within the
    threshold of the accepted one. Accepted is the gap that stood in the row when a refresh first met it as KNOWN.
    """
    rows = kept_by_buyers(shown)
    daily = found.daily
    accepted = np.full(len(daily), np.nan)
    for at, line in enumerate(daily.itertuples(index=False)):
        row = rows.get((line.sku, line.location, line.system), {})
        if row.get("Status") == KNOWN and not _past(row.get("Quiet Until"), today):
            units = _number(row.get("Accepted"))
            units = _number(row.get("Gap")) if units is None else units
            # A program that saved the workbook without working it out left no gap there: today's is the one accepted.
            units = float(line.gap) if units is None else units
            if abs(line.gap - units) <= line.threshold:
                accepted[at] = units
    quiet = ~np.isnan(accepted)
    loud = daily[~quiet].reset_index(drop=True)
    loud["rank"] = np.arange(1, len(loud) + 1)
    known = daily[quiet].assign(accepted=accepted[quiet]).reset_index(drop=True)
    return replace(found, daily=loud, known=known)


def _past(until: Any, today: date) -> bool:  # noqa: ANN401 - whatever the buyer typed
    if isinstance(until, datetime):
        return until.date() < today
    if isinstance(until, date):
        return until < today
    # What is no day is no promise to be quiet.
    return until not in (None, "") and not (isinstance(until, float) and np.isnan(until))


def _number(cell: Any) -> float | None:  # noqa: ANN401 - whatever stands in the cell
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell == cell else None


def known_table(page: Page) -> Table:
    """The known gaps; the buyer's columns can be changed there as on the daily check."""
    frame = page.found.known
    rows = kept_by_buyers(page.shown)
    keys = zip(texts(frame["sku"]), texts(frame["location"]), texts(frame["system"]), strict=True)
    bought = [rows.get(key, {}) for key in keys]
    columns = (
        Column("SKU", texts(frame["sku"]), width=18),
        Column("Location", texts(frame["location"]), width=19),
        Column("System", texts(frame["system"]), width=11),
        Column("Gap", frame["gap"].to_numpy(float), "signed", width=8),
        Column("Accepted", frame["accepted"].to_numpy(float), "signed", width=10),
        Column("Status", [one.get("Status") for one in bought], width=10, owner="buyer", choices=STATUSES,
               prompt="Any other word brings it back to the daily check"),
        Column("Owner", [one.get("Owner") for one in bought], width=10, owner="buyer"),
        Column("Note", [one.get("Note") for one in bought], width=28, owner="buyer"),
        Column("Quiet Until", [one.get("Quiet Until") for one in bought], "day", width=11, owner="buyer"),
    )  # fmt: skip
    return Table(NAME, columns, KEY, "laid anew", gone="")
