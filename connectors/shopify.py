"""Shopify: a store's stock per location.

Made from the names that its API's InventoryLevel.quantities takes (on_hand, available, committed, incoming,
reserved, damaged, safety_stock, quality_control). The headers of an inventory export differ by account and by the
time it was made, a location's name among them: copy the map into mastersheet.toml and edit it where a file is not
recognised.

on_hand = available + committed + reserved + damaged + safety_stock + quality_control; reserved, safety_stock and
quality_control are on hold here.
"""

from __future__ import annotations

from typing import Final

from connectors.column_map import ColumnMap

ROLE: Final = "store"

MAPS: Final = (
    ColumnMap(
        sku=("sku", "variant.sku", "item.sku", "inventoryItem.sku"),
        location=("location", "location.name", "location_id"),
        states={
            "on_hand": "on_hand",
            "available": "available",
            "allocated": "committed",
            "on_hold": (("quality_control",), ("reserved",), ("safety_stock",)),
            "unfulfillable": "damaged",
            "in_transit": "incoming",
        },
        upc=("barcode", "variant.barcode"),
        title=("title", "product.title"),
        needs=(),
    ),
)
