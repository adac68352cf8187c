"""ShipHero: a WMS's stock per warehouse.

Made from the fields of its API's warehouse_products (sku, warehouse_identifier, warehouse_id, on_hand, allocated,
available, backorder, non_sellable_quantity, reserve_inventory). The headers of its portal exports are not published
and differ by account: copy the map into mastersheet.toml and edit it where a file is not recognised.

available = on_hand + sell_ahead - allocated: where a brand sells ahead it is more than what lies there.
"""

from __future__ import annotations

from typing import Final

from connectors.column_map import ColumnMap

ROLE: Final = "wms"

MAPS: Final = (
    ColumnMap(
        sku="sku",
        location=(
            "warehouse_identifier",
            "warehouse.identifier",
            "warehouse_name",
            "warehouse",
            "warehouse_id",
        ),
        states={
            "on_hand": "on_hand",
            "available": "available",
            "allocated": "allocated",
            "on_hold": "reserve_inventory",
            "unfulfillable": "non_sellable_quantity",
            "backorder": "backorder",
        },
        upc=("product.barcode", "barcode"),
        title=("product.name", "name"),
        needs=(),
    ),
)
