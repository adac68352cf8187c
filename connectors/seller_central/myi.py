"""Manage FBA Inventory: the units of every active listing in one marketplace's FBA stock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from connectors.base import Dropped
from connectors.cells import Cells
from connectors.frames import Batch, Note
from connectors.seller_central.marketplace import marketplace
from connectors.seller_central.report import (
    counted,
    covered,
    identified,
    known,
    listed_once,
    opened,
    repeated,
    said,
)

# afn-reserved-quantity is one sum for three states, so it is none; the reserved report splits it.
# mfn-fulfillable-quantity is what a listing offers from elsewhere, never FBA stock.
_STATES: Final = {
    "on_hand": "afn-warehouse-quantity",
    "available": "afn-fulfillable-quantity",
    "unfulfillable": "afn-unsellable-quantity",
    "researching": "afn-researching-quantity",
    "inbound_working": "afn-inbound-working-quantity",
    "inbound_shipped": "afn-inbound-shipped-quantity",
    "inbound_receiving": "afn-inbound-receiving-quantity",
}
_RESERVED: Final = "afn-reserved-quantity"
# Came in the summer of 2026, was gone again for some sellers: where it is not, transfers are unknown, not 0.
_TRANSFER: Final = "afn-fc-transfer-quantity"
_KNOWN: Final = known(
    "asin",
    "product-name",
    "your-price",
    "mfn-listing-exists",
    "mfn-fulfillable-quantity",
    "afn-listing-exists",
    _RESERVED,
    "afn-total-quantity",
    "per-unit-volume",
    "afn-reserved-future-supply",
    "afn-future-supply-buyable",
    "afn-fulfillable-quantity-local",
    "afn-fulfillable-quantity-remote",
    _TRANSFER,
    "afn-onhand-buyable-quantity",
    "store",
)
_PLACEHOLDER: Final = r"(?i:amazon\.found.*|fba.*missing\d*|amzn\.gr\..*)"


class ManageInventory:
    """GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA, and its sibling with archived listings.

    Gives counts, coverage and identifiers. Its time is the file's: no column says it. No column is derived
    from others; where the report does not add up in itself, a note says so. Raises NoMarketplace,
    ListedTwice, and what the cells raise. Columns: Amazon's FBA inventory reports, in five known widths.
    """

    name: Final = "Manage FBA Inventory (GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA)"
    marks: Final = known("afn-total-quantity")
    supplies: Final[Mapping[str, int]] = {**dict.fromkeys(_STATES, 0), "reserved_transfer": 1}

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        cells, notes = opened(dropped, needs=("sku", "fnsku", "condition", *_STATES.values()), knows=_KNOWN)
        location = marketplace(dropped)
        listed_once(cells, "sku", "condition", "fnsku")
        sku = cells.keys("sku")
        states = {state: cells.units(column) for state, column in _STATES.items()}
        if cells.rows.has(_TRANSFER):
            states["reserved_transfer"] = cells.units(_TRANSFER)
        counts = counted(dropped, sku, repeated(location, len(sku)), states)
        return Batch(
            counts=counts,
            coverage=covered(dropped, counts),
            identifiers=identified(cells, dropped.system, sku="sku", asin="asin", fnsku="fnsku", title="product-name"),
            notes=(*notes, *_sums(dropped, cells, sku, states), *_placeholders(dropped, sku)),
        )


def _sums(dropped: Dropped, cells: Cells, sku: pd.Series, states: Mapping[str, pd.Series]) -> list[Note]:
    """A note of the rows whose parts are not the warehouse quantity.

    Amazon moved units under way between its warehouses from reserved to a column beside it, and not for all
    sellers at once: of the two sums, the one that fits more of the file's rows is taken.
    """
    if not cells.rows.has(_RESERVED):
        return []
    said_parts = ["fulfillable", "unsellable", "reserved", "researching"]
    parts = [states["available"], states["unfulfillable"], cells.units(_RESERVED), states["researching"]]
    whole = states["on_hand"]
    ways = [(said_parts, parts)]
    if "reserved_transfer" in states:
        ways.append(([*said_parts, "fc-transfer"], [*parts, states["reserved_transfer"]]))
    tried = [(names, columns, _off(columns, whole)) for names, columns in ways]
    names, columns, off = min(tried, key=lambda way: way[2].sum())
    if not off.any():
        return []
    row = int(off.argmax())
    shown = " + ".join(str(column.iat[row]) for column in columns)
    return [
        said(
            dropped,
            f"the warehouse quantity is not {' + '.join(names)} in {int(off.sum())} of {len(whole)} rows, "
            f"first in line {int(cells.rows.lines[row])}: SKU '{sku.iat[row]}' has {whole.iat[row]}, "
            f"its parts are {shown} = {sum(int(column.iat[row]) for column in columns)}; "
            "each column is used as it stands",
        )
    ]


def _off(parts: list[pd.Series], whole: pd.Series) -> np.ndarray:
    """Rows in which all numbers are there and do not add up."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    differs: np.ndarray = (total != whole).fillna(False).to_numpy(dtype=bool)
    return differs


def _placeholders(dropped: Dropped, sku: pd.Series) -> list[Note]:
    """A note of SKUs that Amazon made up for what it found, lost or took back: the seller never listed them."""
    made_up = sku[sku.str.fullmatch(_PLACEHOLDER)]
    if made_up.empty:
        return []
    return [
        said(
            dropped,
            f"{len(made_up)} of {len(sku)} rows have SKUs that Amazon made up, such as '{made_up.iat[0]}'; "
            "their units are counted",
        )
    ]
