"""Made exports as bytes: Amazon's FBA inventory report, and the canonical counts.csv; the same in every run."""

from __future__ import annotations

from typing import Final

import numpy as np

_SEED: Final = 20261005

# The widest form but one of Manage FBA Inventory (GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA).
INVENTORY_HEADER: Final = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
    "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity", "afn-fulfillable-quantity",
    "afn-unsellable-quantity", "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume",
    "afn-inbound-working-quantity", "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity",
    "afn-researching-quantity", "afn-reserved-future-supply", "afn-future-supply-buyable",
    "afn-fulfillable-quantity-local", "afn-fulfillable-quantity-remote", "store",
)  # fmt: skip
_LOCATIONS: Final = ("FBA US", "FBA CA", "3PL East", "3PL West")


def inventory_report(rows: int) -> bytes:
    """Manage FBA Inventory with 24 columns, tabs between them, as Amazon's API gives it."""
    random = np.random.default_rng(_SEED)
    fulfillable, inbound = _units(random, rows), _units(random, rows) // 4
    unsellable, reserved, researching = (random.poisson(rate, rows) for rate in (1.5, 6, 0.3))
    warehouse = fulfillable + unsellable + reserved + researching
    price = random.uniform(5, 300, rows)
    lines = ["\t".join(INVENTORY_HEADER)]
    for row in range(rows):
        working, shipped, receiving = inbound[row] // 4, inbound[row] // 2, inbound[row] // 8
        cells = (
            f"FH-{row:06d}-BLK", f"X{row:09d}", f"B{row:09d}", f"Ridgeline Jacket No. {row}, Black - 2 Pack", "New",
            f"{price[row]:.2f}", "Yes", "10", "Yes", warehouse[row], fulfillable[row], unsellable[row], reserved[row],
            warehouse[row] + working + shipped + receiving, "0.21", working, shipped, receiving, researching[row],
            0, 0, fulfillable[row], 0, "Fernhill Outdoor",
        )  # fmt: skip
        lines.append("\t".join(map(str, cells)))
    return ("\n".join(lines) + "\n").encode()


def counts_csv(rows: int) -> bytes:
    """counts.csv: what is on hand of SKUs at four locations, a row each, of one day."""
    units = _units(np.random.default_rng(_SEED), rows)
    lines = ["sku,location,state,units,as_of"]
    for row in range(rows):
        sku, place = divmod(row, len(_LOCATIONS))
        lines.append(f"FH-{sku:06d}-BLK,{_LOCATIONS[place]},on_hand,{units[row]},2026-10-05")
    return ("\n".join(lines) + "\n").encode()


def _units(random: np.random.Generator, rows: int) -> np.ndarray:
    return np.floor(random.lognormal(4, 1.5, rows)).astype(np.int64)
