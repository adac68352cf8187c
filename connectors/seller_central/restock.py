"""Restock recommendations: the last 30 days' sales of each SKU. Nothing else in them is a count of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pandas as pd

from connectors.base import Dropped
from connectors.frames import Batch
from connectors.seller_central.days import TIME, day_end
from connectors.seller_central.report import identified, known, located, opened, repeated

_DAYS: Final = 30
_KNOWN: Final = known(
    "Country",
    "Product Name",
    "FNSKU",
    "ASIN",
    "Condition",
    "Supplier",
    "Supplier part no.",
    "Price",
    "Total Units",
    "Inbound",
    "Available",
    "FC transfer",
    "FC Processing",
    "Customer Order",
    "Unfulfillable",
    "Working",
    "Shipped",
    "Receiving",
    "Fulfilled by",
    "Total Days of Supply (including units from open shipments)",
    "Days of Supply at Amazon Fulfillment Network",
    "Alert",
    "Recommended replenishment qty",
    "Recommended ship date",
    "Recommended action",
    "Unit storage size",
)


class Restock:
    """GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT.

    Gives sales of the 30 days that end on the file's day (`first` and `last` are ends of days, as all bare
    dates are) and identifiers. revenue is in the row's currency. Its stock columns are not read: Manage FBA
    Inventory supplies them. The location is the row's country, else the folder's marketplace. Raises
    NoMarketplace, BadCell. Columns: Amazon's restock inventory report; their capitals vary.
    """

    name: Final = "Restock Inventory (GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT)"
    marks: Final = known("Recommended replenishment qty")
    supplies: Final[Mapping[str, int]] = {}

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        needs = ("Merchant SKU", "Units Sold Last 30 Days", "Sales last 30 days", "Currency code")
        cells, notes = opened(dropped, needs=needs, knows=_KNOWN)
        sku = cells.keys("Merchant SKU")
        time = dropped.known_time[0].to_pydatetime()
        first = day_end(time.astimezone(dropped.time_zone) - timedelta(days=_DAYS - 1), dropped.time_zone)
        sales = pd.DataFrame(
            {
                "system": repeated(dropped.system, len(sku)),
                "system_location": located(cells, "Country", dropped),
                "system_sku": sku,
                "first": pd.Series(first, index=range(len(sku)), dtype=TIME),
                "last": pd.Series(day_end(time, dropped.time_zone), index=range(len(sku)), dtype=TIME),
                "units": cells.units("Units Sold Last 30 Days"),
                "revenue": cells.money("Sales last 30 days"),
                "currency": cells.text("Currency code"),
                "source": repeated(dropped.name, len(sku)),
                "row": dropped.rows.lines,
            }
        )
        return Batch(
            sales=sales[sales["units"].notna()].reset_index(drop=True),
            identifiers=identified(
                cells, dropped.system, sku="Merchant SKU", asin="ASIN", fnsku="FNSKU", title="Product Name"
            ),
            notes=tuple(notes),
        )
