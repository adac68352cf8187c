"""All Brands: one row per brand, for whoever looks after several. What users add beside it stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text

NAME: Final = "AllBrands"
TAB: Final = "All Brands"
OK: Final = "OK"
FAILED: Final = "FAILED"
SET_ASIDE: Final = "SET ASIDE"
_MOST: Final = 255


@dataclass(frozen=True)
class BrandRow:
    """One brand. Numbers that are missing are None; last_good is local to the brand; money in its currency.

    state: OK, SET ASIDE, or `FAILED: what went wrong`; the numbers are then those of the last good refresh.
    """

    brand: str
    state: str
    workbook: str
    last_good: datetime | None = None
    stale: str = ""
    flags: float | None = None
    oldest: float | None = None
    at_risk: float | None = None
    masked: float | None = None
    holds: float | None = None
    currency: str = ""


_HEADERS: Final = {
    "brand": "Brand", "state": "State", "last_good": "Last Good Refresh", "stale": "Stale Systems",
    "flags": "Open Flags", "oldest": "Oldest", "at_risk": "Money At Risk", "masked": "Masked Overstock",
    "holds": "HOLD SKUs", "currency": "Currency", "workbook": "Workbook",
}  # fmt: skip


def all_brands(rows: Sequence[BrandRow]) -> Layout:
    """The workbook of all brands: one tab, one table."""
    said = (
        "A FAILED brand shows its last good numbers. Oldest: days that the oldest flag is open. Times are the brand's."
    )
    table = Table(
        NAME,
        (
            Column("Brand", [one.brand for one in rows], width=24),
            Column("State", [one.state for one in rows], width=24),
            Column("Last Good Refresh", [one.last_good for one in rows], "time", width=17),
            Column("Stale Systems", [one.stale or None for one in rows], width=24),
            Column("Open Flags", [one.flags for one in rows], "whole", width=11),
            Column("Oldest", [one.oldest for one in rows], "whole", width=9),
            Column("Money At Risk", [one.at_risk for one in rows], "money", width=14),
            Column("Masked Overstock", [one.masked for one in rows], "money", width=17),
            Column("HOLD SKUs", [one.holds for one in rows], "whole", width=11),
            Column("Currency", [one.currency or None for one in rows], width=9),
            Column(
                "Workbook",
                [one.workbook or None for one in rows],
                formula=[_link(one.workbook) for one in rows],
                width=44,
            ),
        ),
        ("Brand",),
        "kept",
    )
    blocks = (Block(0, 0, Text(TAB, "title")), Block(1, 0, Text(said, "subtitle")), Block(3, 0, table))
    return Layout((Tab(TAB, blocks, freeze=(4, 1), colour="today"),), title="Mastersheet: all brands")


def _link(place: str) -> str | None:
    """A formula that leads there; a text in a formula has no more than 255 signs."""
    quoted = place.replace('"', '""')
    return f'=HYPERLINK("{quoted}")' if 0 < len(quoted) <= _MOST else None


def rows_shown(shown: pd.DataFrame | None) -> list[BrandRow]:
    """The rows as they stand on the tab now."""
    if shown is None or "Brand" not in shown:
        return []
    found = []
    for row in shown.to_dict("records"):
        cells = {name: row.get(header) for name, header in _HEADERS.items()}
        if cells["brand"] is None:
            continue
        when = cells["last_good"]
        found.append(
            BrandRow(
                _text(cells["brand"]),
                _text(cells["state"]),
                _text(cells["workbook"]),
                last_good=when if isinstance(when, datetime) else None,
                stale=_text(cells["stale"]),
                flags=_number(cells["flags"]),
                oldest=_number(cells["oldest"]),
                at_risk=_number(cells["at_risk"]),
                masked=_number(cells["masked"]),
                holds=_number(cells["holds"]),
                currency=_text(cells["currency"]),
            )
        )
    return found


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell == cell else None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
