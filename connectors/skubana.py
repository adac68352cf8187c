"""Skubana, now Extensiv Order Manager: an order management system's stock per product and warehouse.

Made from the fields of its API: /v1/inventory (a row per product and stock location: product.masterSku, quantity,
quantityLocked, availableQuantity, allocatedQuantity) and /v1/productstocks/total (a row per product:
onHandQuantity, lockedQuantity, inTransitQuantity). The headers of the portal's own exports are not published and
differ by account: copy the map into mastersheet.toml and edit it where a file is not recognised.

warehouseStockTotals repeat on each stock location of a warehouse and would add up to a multiple: only the plain
columns are read. inTransitQuantity holds stock transfers, not open purchase orders. A 3PL's warehouse that is fed
by two integrations may count units both as locked and as available.
"""

from __future__ import annotations

from typing import Final

from connectors.column_map import ColumnMap

ROLE: Final = "oms"

_SKU: Final = ("product.masterSku", "masterSku", "master_sku", "sku")
_WAREHOUSE: Final = (
    "warehouse.name",
    "warehouseName",
    "warehouse",
    "stockLocation.warehouseId",
    "warehouse.warehouseId",
    "warehouseId",
)
_UPC: Final = ("product.upc", "upc")
_FNSKU: Final = ("product.fnSku", "fnSku")
_TITLE: Final = ("product.name", "productName", "name")

MAPS: Final = (
    ColumnMap(
        sku=_SKU,
        location=_WAREHOUSE,
        states={
            "on_hand": ("onHandQuantity", "on_hand"),
            "available": ("availableQuantity", "available"),
            "allocated": ("allocatedQuantity", "allocated"),
            "on_hold": ("lockedQuantity", "quantityLocked", "locked"),
            "in_transit": ("inTransitQuantity", "in_transit"),
        },
        upc=_UPC,
        fnsku=_FNSKU,
        title=_TITLE,
        needs=(),
    ),
    # A row for each stock location (bin): `quantity` is what lies there, so the rows of a warehouse add.
    ColumnMap(
        sku=_SKU,
        location=_WAREHOUSE,
        states={
            "on_hand": "quantity",
            "available": ("availableQuantity", "available"),
            "allocated": ("allocatedQuantity", "allocated"),
            "on_hold": ("quantityLocked", "lockedQuantity", "locked"),
        },
        upc=_UPC,
        fnsku=_FNSKU,
        title=_TITLE,
        rows="add",
        needs=("on_hand",),
    ),
)
