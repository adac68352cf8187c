"""Flieber: a planner. Its stock is brought in from other systems, so it is never right before them.

Made from the fields of its API: inventory levels per product SKU (sku, location_name, units_available,
inbound_quantity) and the inventory forecast (productCode, inventoryLocationName, onHandInventoryUnits,
onOrderInventoryUnits). The headers of its table exports are not published and differ by account: copy the map into
mastersheet.toml and edit it where a file is not recognised.
"""

from __future__ import annotations

from typing import Final

from connectors.column_map import ColumnMap

ROLE: Final = "planner"

MAPS: Final = (
    ColumnMap(
        sku=("sku", "product.code", "productCode", "product_code"),
        location=(
            "location_name",
            "inventoryLocationName",
            "inventory_location_name",
            "location",
            "inventoryLocationId",
            "location_id",
        ),
        states={
            "on_hand": ("onHandInventoryUnits", "on_hand_inventory_units"),
            "available": "units_available",
            "in_transit": ("inbound_quantity", "onOrderInventoryUnits", "on_order_inventory_units"),
        },
        fnsku="fnsku",
        title=("product.name", "productName", "product_name"),
        needs=(),
    ),
)
