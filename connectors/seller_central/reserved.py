"""Reserved inventory: what the reserved units of one marketplace's FBA stock are reserved for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.base import Dropped
from connectors.frames import Batch
from connectors.seller_central.marketplace import marketplace
from connectors.seller_central.report import counted, covered, known, listed_once, opened, repeated

_ORDERS: Final = "reserved_customerorders"
_TRANSFERS: Final = "reserved_fc-transfers"  # dropped by Amazon in June 2026: then unknown, not 0
_PROCESSING: Final = "reserved_fc-processing"
_STAGING: Final = "reserved_staging"  # since May 2026
_KNOWN: Final = known("fnsku", "asin", "product-name", "reserved_qty", _TRANSFERS, _STAGING, "program")


class ReservedInventory:
    """GET_RESERVED_INVENTORY_DATA: orders, transfers and processing, each a state.

    Gives counts and coverage, at the file's time. Staging, where there is such a column, is held inside a
    warehouse for a while, so it is part of reserved_processing, which is missing where either is. The total
    is not read: what it holds has changed. Raises NoMarketplace, ListedTwice. Columns: Amazon's FBA inventory
    reports, in four known widths.
    """

    name: Final = "Reserved Inventory (GET_RESERVED_INVENTORY_DATA)"
    marks: Final = known("reserved_qty")
    supplies: Final[Mapping[str, int]] = {
        "reserved_orders": 0,
        "reserved_transfer": 0,
        "reserved_processing": 0,
    }

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        cells, notes = opened(dropped, needs=("sku", _ORDERS, _PROCESSING), knows=_KNOWN)
        location = marketplace(dropped)
        listed_once(cells, "sku", "fnsku", "program")
        sku = cells.keys("sku")
        processing = cells.units(_PROCESSING)
        if cells.rows.has(_STAGING):
            processing = processing + cells.units(_STAGING)
        states = {"reserved_orders": cells.units(_ORDERS), "reserved_processing": processing}
        if cells.rows.has(_TRANSFERS):
            states["reserved_transfer"] = cells.units(_TRANSFERS)
        counts = counted(dropped, sku, repeated(location, len(sku)), states)
        return Batch(counts=counts, coverage=covered(dropped, counts), notes=tuple(notes))
