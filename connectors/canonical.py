"""The tables that anyone can drop for any system: counts, movements, shipments and orders.

Their columns are published in docs/ and have these names only. They are column maps like any other, so a
workbook with the same header is read too.
"""

from __future__ import annotations

from typing import Final

from connectors.column_map import ColumnMap
from connectors.tables import MappedTable

COUNTS: Final = MappedTable(
    "counts.csv",
    ColumnMap(sku="sku", location="location", state="state", units="units", as_of="as_of", needs=()),
)
"""sku, location, state, units, as_of: a row for each state, of as many days as one likes."""

MOVEMENTS: Final = MappedTable(
    "movements.csv",
    ColumnMap(
        table="movements",
        sku="sku",
        location="location",
        fields={
            "event": "event",
            "units": "units",
            "at": "at",
            "reference": "reference",
            "order_type": "order_type",
            "channel": "channel",
        },
        needs=(),
    ),
)
"""sku, location, event, units (signed), at; reference, order_type and channel may be missing."""

SHIPMENTS: Final = MappedTable(
    "shipments.csv",
    ColumnMap(
        table="shipments",
        sku="sku",
        fields={
            "shipment": "shipment",
            "from_location": "from_location",
            "to_location": "to_location",
            "status": "status",
            "shipped_units": "shipped_units",
            "received_units": "received_units",
            "shipped_at": "shipped_at",
            "arrived_at": "arrived_at",
            "closed_at": "closed_at",
        },
        needs=("from_location", "to_location", "shipped_units"),
    ),
)
"""shipment, sku, from_location, to_location, status, shipped_units; the rest may be missing."""

ORDERS: Final = MappedTable(
    "orders.csv",
    ColumnMap(
        table="orders",
        sku="sku",
        fields={
            "channel": "channel",
            "order_type": "order_type",
            "day": "day",
            "orders": "orders",
            "units": "units",
        },
        needs=(),
    ),
)
"""channel, day, sku, units; order_type and orders may be missing."""

CANONICAL: Final = (COUNTS, MOVEMENTS, SHIPMENTS, ORDERS)
