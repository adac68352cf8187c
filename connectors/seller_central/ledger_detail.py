"""Inventory ledger, detail view: every change of FBA stock, one row per event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from connectors.base import Dropped
from connectors.cells import Cells
from connectors.delimited import plain
from connectors.frames import Batch, Note
from connectors.seller_central.days import date_form
from connectors.seller_central.report import each, filled, known, located, opened, repeated, said

_EVENTS: Final = {
    "shipments": "sale",
    "receipts": "receipt",
    "customerreturns": "return",
    "vendorreturns": "removal",
    "adjustments": "adjustment",
    "whsetransfers": "transfer_in",  # or out, by its sign
}
_KNOWN: Final = known(
    "FNSKU",
    "ASIN",
    "Title",
    "Fulfillment Center",
    "Country",
    "Reconciled Quantity",
    "Unreconciled Quantity",
    "Date and Time",
    "Store",
)


class LedgerDetail:
    """GET_LEDGER_DETAIL_VIEW_DATA, from the API or as Seller Central downloads it.

    Gives movements, one for every row: rows alike in every field are separate events, and none is folded.
    units are signed; at is the time where the report has one, else the end of the day; order_type of an
    adjustment or disposal is its reason code and disposition, "M:SELLABLE", of all else missing; channel is
    "Amazon". The location is the row's country, else the folder's marketplace. An event type never seen is
    kept as `other` and noted. Raises NoMarketplace, BadCell. Columns and reason codes: Amazon's inventory
    ledger report, in three known widths, spelt with and without blanks.
    """

    name: Final = "Inventory Ledger, detail view (GET_LEDGER_DETAIL_VIEW_DATA)"
    marks: Final = known("Disposition", "Fulfillment Center")
    supplies: Final[Mapping[str, int]] = {}

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        needs = ("Date", "MSKU", "Event Type", "Reference ID", "Quantity", "Disposition", "Reason")
        cells, notes = opened(dropped, needs=needs, knows=_KNOWN)
        sku = cells.keys("MSKU")
        units = filled(cells, "Quantity", cells.units("Quantity"), "units in every row").astype("int64")
        event = _events(cells, units)
        adjusted = event.isin(["adjustment", "disposal"])
        reason = cells.rows.column("Reason") + ":" + cells.rows.column("Disposition")
        movements = pd.DataFrame(
            {
                "system": repeated(dropped.system, len(sku)),
                "system_location": located(cells, "Country", dropped),
                "system_sku": sku,
                "event": event,
                "units": units,
                "at": _times(dropped, cells),
                "reference": cells.text("Reference ID"),
                "order_type": reason.where(adjusted, None).astype("str"),
                "channel": repeated("Amazon", len(sku)),
                "source": repeated(dropped.name, len(sku)),
                "row": dropped.rows.lines,
            }
        )
        return Batch(movements=movements, notes=(*notes, *_strange(dropped, cells)))


def _events(cells: Cells, units: pd.Series) -> pd.Series:
    """The event of each row, by its type, its sign where it is a transfer, its reason where it is thrown away."""
    event = each(cells, "Event Type", lambda text: _EVENTS.get(plain(text), "other"), "an event").astype("str")
    event = event.mask((event == "transfer_in") & (units < 0), "transfer_out")
    return event.mask((event == "adjustment") & (cells.rows.column("Reason").str.upper() == "D"), "disposal")


def _times(dropped: Dropped, cells: Cells) -> pd.Series:
    """When each row happened; rows without a time have the end of their day."""
    days = cells.times("Date", dropped.time_zone, date_form(cells, "Date"))
    if cells.rows.has("Date and Time"):
        days = cells.times("Date and Time", dropped.time_zone).fillna(days)
    return filled(cells, "Date", days, "a date in every row")


def _strange(dropped: Dropped, cells: Cells) -> list[Note]:
    """A note of event types that are not known."""
    types, how_many = np.unique(cells.rows.column("Event Type").to_numpy(dtype=object), return_counts=True)
    strange = [
        f"'{name}' in {count} of {int(how_many.sum())} rows"
        for name, count in zip(types, how_many, strict=True)
        if plain(name) not in _EVENTS
    ]
    if not strange:
        return []
    return [said(dropped, f"event types that were not known, kept as 'other': {', '.join(strange)}")]
