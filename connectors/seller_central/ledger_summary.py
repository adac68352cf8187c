"""Inventory ledger, summary view: what each SKU's balance was at the end of a day or month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from connectors.base import Dropped
from connectors.cells import MISSING, Cells
from connectors.frames import Batch, Note
from connectors.seller_central.days import MONTH, date_form, month_ends
from connectors.seller_central.marketplace import fba, marketplace
from connectors.seller_central.report import (
    counted,
    each,
    filled,
    known,
    listed_once,
    opened,
    said,
)

_START: Final = "Starting Warehouse Balance"
_END: Final = "Ending Warehouse Balance"
_TRANSIT: Final = "In Transit Between Warehouses"
_UP: Final = ("Receipts", "Customer Returns", "Warehouse Transfer In/Out", "Found", "Other Events")
_DOWN: Final = ("Customer Shipments", "Vendor Returns", "Lost", "Damaged", "Disposed")
_UNKNOWN: Final = "Unknown Events"
_KNOWN: Final = known("FNSKU", "ASIN", "Title", _TRANSIT, *_UP, *_DOWN, _UNKNOWN, "Store")


class LedgerSummary:
    """GET_LEDGER_SUMMARY_VIEW_DATA, from the API or as Seller Central downloads it.

    Gives balances of the latest date of each location: `available` for SELLABLE, `unfulfillable` for every
    other disposition. A location is a country or one of Amazon's warehouses, as the report was ordered; a
    warehouse belongs to the folder's marketplace, and its units add up there. A month stands for its last
    day, or for the file's time while it is not over. Supplies no counts. Raises NoMarketplace, ListedTwice.
    Columns: Amazon's inventory ledger report.
    """

    name: Final = "Inventory Ledger, summary view (GET_LEDGER_SUMMARY_VIEW_DATA)"
    marks: Final = known(_START)
    supplies: Final[Mapping[str, int]] = {}

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        needs = ("Date", "MSKU", "Disposition", _START, _END, "Location")
        cells, notes = opened(dropped, needs=needs, knows=_KNOWN)
        listed_once(cells, "Date", "FNSKU", "MSKU", "Disposition", "Location", "Store")
        ends = _ends(dropped, cells)
        location = each(cells, "Location", lambda text: _place(text, dropped), "a country or a warehouse")
        units = cells.units(_END).where(ends == ends.groupby(location, observed=True).transform("max"))
        sellable = cells.keys("Disposition").str.upper() == "SELLABLE"
        balances = counted(
            dropped,
            cells.keys("MSKU"),
            location,
            {"available": units.where(sellable), "unfulfillable": units.where(~sellable)},
            # A month that is not over ends, so far, with the file.
            ends.clip(upper=dropped.known_time[0]) if date_form(cells, "Date") == MONTH else ends,
        )
        return Batch(balances=balances, notes=(*notes, *_sums(dropped, cells)))


def _ends(dropped: Dropped, cells: Cells) -> pd.Series:
    """The end of each row's day or month, in UTC."""
    form = date_form(cells, "Date")
    at = filled(cells, "Date", cells.times("Date", dropped.time_zone, form), "a date in every row")
    return month_ends(at, dropped.time_zone) if form == MONTH else at


def _place(location: str, dropped: Dropped) -> str:
    """FBA stock of a country, or of the folder's marketplace for a warehouse such as PHX7."""
    if location.lower() in MISSING:
        raise ValueError("is empty")
    try:
        return fba(location)
    except ValueError:
        return marketplace(dropped)


def _sums(dropped: Dropped, cells: Cells) -> list[Note]:
    """A note when starting balance and events do not give the ending balance.

    Files print decreases as negative numbers or as plain ones, and it is written nowhere whether units
    between warehouses are inside the balance: the file is held against all four readings.
    """
    there = [name for name in (*_UP, *_DOWN, _UNKNOWN, _TRANSIT) if cells.rows.has(name)]
    units = {name: cells.units(name).fillna(0).to_numpy(dtype="int64") for name in there}
    start, end = cells.units(_START), cells.units(_END)
    told = (start.notna() & end.notna()).to_numpy()
    change = (end.fillna(0) - start.fillna(0)).to_numpy(dtype="int64")
    nothing = np.zeros(len(change), dtype="int64")
    rest = sum((units[name] for name in (*_UP, _UNKNOWN) if name in units), nothing)
    down = sum((units[name] for name in _DOWN if name in units), nothing)
    transit = units.get(_TRANSIT, nothing)
    readings = [rest + sign * down + way * transit for sign in (1, -1) for way in (0, 1)]
    off = min(((reading != change) & told for reading in readings), key=lambda wrong: int(wrong.sum()))
    if not off.any():
        return []
    row = int(off.argmax())
    return [
        said(
            dropped,
            f"starting balance and events do not give the ending balance in {int(off.sum())} of {len(off)} "
            f"rows, whether decreases are read as negative or as plain numbers; first in line "
            f"{int(cells.rows.lines[row])}: MSKU '{cells.rows.column('MSKU').iat[row]}', "
            f"{start.iat[row]} to {end.iat[row]}",
        )
    ]
