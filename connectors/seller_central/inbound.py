"""Inbound shipments: what was sent to FBA in each shipment, and how much of it was received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from connectors.base import Dropped
from connectors.cells import Cells
from connectors.delimited import plain
from connectors.frames import Batch
from connectors.seller_central.days import TIME
from connectors.seller_central.marketplace import marketplace
from connectors.seller_central.report import (
    each,
    known,
    listed_once,
    nothing,
    opened,
    repeated,
    said,
)

_ERROR: Final = "ERROR"
_STATUSES: Final = {
    "working": "PLANNED",
    "readytoship": "PLANNED",  # labels printed, still where it was
    "shipped": "SHIPPED",
    "intransit": "IN_TRANSIT",
    "delivered": "DELIVERED",
    "checkedin": "DELIVERED",  # at the dock, no unit received yet
    "receiving": "RECEIVING",
    "closed": "CLOSED",
    "cancelled": "CANCELLED",
    "deleted": "CANCELLED",
    "error": _ERROR,
}
# Amazon's shipment has no dates of its own; who keeps such a table may add them under these names.
_DATES: Final = {
    "shipped_at": ("ShippedDate", "ShippedAt"),
    "arrived_at": ("DeliveredDate", "ArrivedDate", "ArrivedAt"),
    "closed_at": ("ClosedDate", "ClosedAt"),
}
_KNOWN: Final = known(
    "ShipmentName",
    "DestinationFulfillmentCenterId",
    "FulfillmentNetworkSKU",
    "QuantityInCase",
    "LabelPrepType",
    "AreCasesRequired",
    "ConfirmedNeedByDate",
    "BoxContentsSource",
    "ReleaseDate",
    *(name for names in _DATES.values() for name in names),
)


class InboundShipments:
    """A table of shipments by the field names of Amazon's Fulfillment Inbound API v0: a row per shipment and SKU.

    Gives shipments to the folder's marketplace; where they come from is missing, and so are dates that have
    no column. Shipments in status ERROR are left out and noted. Raises NoMarketplace, ListedTwice, BadCell
    for another status. Fields and statuses: Amazon's Fulfillment Inbound API v0, getShipments and
    getShipmentItems.
    """

    name: Final = "FBA inbound shipments (ShipmentId, SellerSKU, QuantityShipped, QuantityReceived)"
    marks: Final = known("ShipmentId", "SellerSKU")
    supplies: Final[Mapping[str, int]] = {}

    def read(self, dropped: Dropped) -> Batch:
        """The table's frames."""
        needs = ("ShipmentId", "ShipmentStatus", "SellerSKU", "QuantityShipped", "QuantityReceived")
        cells, notes = opened(dropped, needs=needs, knows=_KNOWN)
        location = marketplace(dropped)
        listed_once(cells, "ShipmentId", "SellerSKU", "FulfillmentNetworkSKU")
        sku = cells.keys("SellerSKU")
        status = each(cells, "ShipmentStatus", _status, "one of Amazon's shipment statuses, such as CLOSED")
        shipments = pd.DataFrame(
            {
                "system": repeated(dropped.system, len(sku)),
                "shipment": cells.keys("ShipmentId"),
                "system_sku": sku,
                "from_location": nothing(len(sku)),
                "to_location": repeated(location, len(sku)),
                "status": status,
                "shipped_units": cells.units("QuantityShipped"),
                "received_units": cells.units("QuantityReceived"),
                **{column: _dates(dropped, cells, names) for column, names in _DATES.items()},
                "source": repeated(dropped.name, len(sku)),
                "row": dropped.rows.lines,
            }
        )
        wrong = shipments["status"] == _ERROR
        if wrong.any():
            ids = ", ".join(shipments.loc[wrong, "shipment"].unique()[:5])
            notes.append(
                said(dropped, f"shipments in status ERROR, left out with {int(wrong.sum())} of {len(sku)} rows: {ids}")
            )
        return Batch(shipments=shipments[~wrong].reset_index(drop=True), notes=tuple(notes))


def _status(text: str) -> str:
    if plain(text) not in _STATUSES:
        raise ValueError("is no status that is known")
    return _STATUSES[plain(text)]


def _dates(dropped: Dropped, cells: Cells, names: tuple[str, ...]) -> pd.Series:
    """The dates under the first of these names that is there; missing where none is."""
    for name in names:
        if cells.rows.has(name):
            return cells.times(name, dropped.time_zone)
    return pd.Series([None] * len(cells.rows.lines), dtype=TIME)
