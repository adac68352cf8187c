"""Extensiv 3PL Warehouse Manager, once 3PL Central: the warehouse's own stock.

Made from the fields of its API: /inventory/stocksummaries (a row per item, qualifier and facility:
itemIdentifier.sku, facilityId, onHand, available, allocated, onHold, orderedNotAllocated) and /inventory (a row per
lot: onHandQty, availableQty, onHoldQty, facilityIdentifier.name). The headers of the portal's stock reports are
not published and differ by account: copy the map into mastersheet.toml and edit it where a file is not recognised.

Lots and qualifiers of one item add. Quantities are in the item's inventory unit, which may be a case: give the
pack then (`pack` or `pack_column`). A receipt or an order counts only once it is closed, so this system runs
behind the floor.
"""

from __future__ import annotations

from typing import Final

from connectors.column_map import ColumnMap

ROLE: Final = "wms"

MAPS: Final = (
    ColumnMap(
        sku=("itemIdentifier.sku", "sku"),
        location=(
            "facilityIdentifier.name",
            "facilityName",
            "facility",
            "facilityIdentifier.id",
            "facilityId",
        ),
        states={
            "on_hand": ("onHandQty", "onHand"),
            "available": ("availableQty", "available"),
            "allocated": ("allocatedQty", "allocated"),
            "on_hold": ("onHoldQty", "onHold"),
            "backorder": "orderedNotAllocated",
        },
        upc="upc",
        title=("itemDescription", "description"),
        rows="add",
        needs=(),
    ),
)
