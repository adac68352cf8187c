"""ShipBob: a 3PL's stock per fulfilment centre.

Made from the fields of its API: /inventory-level/locations (sku, location_id, location name, on_hand_quantity,
fulfillable_quantity, committed_quantity, awaiting_quantity, internal_transfer_quantity) and /inventory-level
(total_exception_quantity). The headers of its portal exports are not published and differ by account: copy the map
into mastersheet.toml and edit it where a file is not recognised.

The totals of /inventory-level have no location: an export of them needs a map with `location_name`.
"""

from __future__ import annotations

from typing import Final

from connectors.column_map import ColumnMap

ROLE: Final = "wms"

MAPS: Final = (
    ColumnMap(
        sku="sku",
        location=("location_name", "locations.name", "location.name", "location", "facility_name", "location_id"),
        states={
            "on_hand": ("on_hand_quantity", "on_hand"),
            "available": ("fulfillable_quantity", "fulfillable"),
            "allocated": ("committed_quantity", "committed"),
            "reserved_transfer": ("internal_transfer_quantity", "internal_transfer"),
            "on_hold": ("exception_quantity", "exception"),
            "in_transit": ("awaiting_quantity", "awaiting"),
        },
        title=("name", "product_name"),
        needs=(),
    ),
)
