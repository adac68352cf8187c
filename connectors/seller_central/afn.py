"""Amazon-fulfilled inventory: sellable and unsellable units, for one marketplace or for each country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.base import Dropped
from connectors.frames import Batch
from connectors.seller_central.marketplace import fba, marketplace
from connectors.seller_central.report import (
    counted,
    covered,
    each,
    identified,
    known,
    listed_once,
    opened,
    repeated,
)

_STATES: Final = {"SELLABLE": "available", "UNSELLABLE": "unfulfillable"}
_KNOWN: Final = known("fulfillment-channel-sku", "asin", "condition-type")
_ONE: Final = ("seller-sku", "fulfillment-channel-sku", "condition-type")


class FulfilledInventory:
    """GET_AFN_INVENTORY_DATA: a row per SKU and warehouse condition code, which add up.

    Gives counts, coverage and identifiers, at the file's time. It says less than Manage FBA Inventory, which
    supplies the same states before it. Raises NoMarketplace, ListedTwice, BadCell for another condition code.
    Columns: Amazon's FBA inventory reports.
    """

    name: Final = "Amazon-fulfilled Inventory (GET_AFN_INVENTORY_DATA)"
    marks: Final = known("fulfillment-channel-sku", "Warehouse-Condition-code")
    supplies: Final[Mapping[str, int]] = {"available": 1, "unfulfillable": 1}

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        condition, quantity = "Warehouse-Condition-code", "Quantity Available"
        cells, notes = opened(dropped, needs=("seller-sku", condition, quantity), knows=_KNOWN)
        location = marketplace(dropped)
        listed_once(cells, *_ONE, condition)
        sku, units = cells.keys("seller-sku"), cells.units(quantity)
        state = each(cells, condition, _state, f"{' or '.join(_STATES)}")
        counts = counted(
            dropped,
            sku,
            repeated(location, len(sku)),
            {name: units.where(state == name) for name in _STATES.values()},
        )
        return Batch(
            counts=counts,
            coverage=covered(dropped, counts),
            identifiers=identified(
                cells,
                dropped.system,
                sku="seller-sku",
                asin="asin",
                fnsku="fulfillment-channel-sku",
                title=None,
            ),
            notes=tuple(notes),
        )


class FulfilledByCountry:
    """GET_AFN_INVENTORY_DATA_BY_COUNTRY: where the units of a stock that several countries share lie.

    Gives splits only, of the state `available`, one system location per country. Needs no folder: its rows
    name their country. Raises ListedTwice, BadCell for what is no country. Columns: Amazon's FBA inventory
    reports.
    """

    name: Final = "Multi-country Inventory (GET_AFN_INVENTORY_DATA_BY_COUNTRY)"
    marks: Final = known("fulfillment-channel-sku", "condition-type", "country")
    supplies: Final[Mapping[str, int]] = {}

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        quantity = "quantity-for-local-fulfillment"
        cells, notes = opened(dropped, needs=("seller-sku", "country", quantity), knows=_KNOWN)
        listed_once(cells, *_ONE, "country")
        location = each(cells, "country", fba, "a country such as DE")
        splits = counted(dropped, cells.keys("seller-sku"), location, {"available": cells.units(quantity)})
        return Batch(splits=splits, notes=tuple(notes))


def _state(code: str) -> str:
    """The state of a condition code. Raises ValueError: units of an unknown condition must not be lost."""
    if code.upper() not in _STATES:
        raise ValueError("is no condition code that is known")
    return _STATES[code.upper()]
