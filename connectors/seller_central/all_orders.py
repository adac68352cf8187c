"""All orders: units ordered per channel and day, and what Amazon sold out of its own warehouses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from connectors.base import Dropped
from connectors.cells import Cells
from connectors.frames import Batch, Note
from connectors.seller_central.days import day_ends
from connectors.seller_central.marketplace import fba_of_channel, marketplace
from connectors.seller_central.report import (
    each,
    filled,
    known,
    opened,
    repeated,
    said,
)

_FULFILLED_BY: Final = {"amazon": "fba", "afn": "fba", "merchant": "merchant", "mfn": "merchant"}
_KNOWN: Final = known(
    "merchant-order-id",
    "last-updated-date",
    "order-channel",
    "url",
    "ship-service-level",
    "product-name",
    "asin",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "cpf",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "signature-confirmation-recommended",
)


class AllOrders:
    """GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL, and its sibling BY_ORDER_DATE_GENERAL.

    Gives orders by sales channel, order type ("fba" or "merchant"), day and SKU, with the number of distinct
    orders; and sales by location, day and SKU of what Amazon fulfilled, revenue summed per currency and
    missing while no line has a price (pending orders). A day is the purchase's day in the brand's time zone.
    Cancelled orders and items are left out. The location is the sales channel's country; where it names none,
    the folder's marketplace. Raises NoMarketplace, BadCell. Columns: Amazon's order reports, in two known
    widths.
    """

    name: Final = "All Orders (GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL)"
    marks: Final = known("amazon-order-id", "fulfillment-channel")
    supplies: Final[Mapping[str, int]] = {}

    def read(self, dropped: Dropped) -> Batch:
        """The report's frames."""
        needs = (
            "amazon-order-id",
            "purchase-date",
            "order-status",
            "fulfillment-channel",
            "sales-channel",
            "sku",
            "item-status",
            "quantity",
            "currency",
            "item-price",
        )
        cells, notes = opened(dropped, needs=needs, knows=_KNOWN)
        lines = _lines(dropped, cells)
        cancelled = _cancelled(cells, "order-status") | _cancelled(cells, "item-status")
        blank = ~cancelled & lines["units"].isna()
        lines = lines[~cancelled & ~blank]
        return Batch(
            orders=_orders(dropped, lines),
            sales=_sales(dropped, lines[lines["order_type"] == "fba"]),
            notes=(*notes, *_without_quantity(dropped, cells, blank)),
        )


def _lines(dropped: Dropped, cells: Cells) -> pd.DataFrame:
    """What is read of each order line."""
    bought = cells.times("purchase-date", dropped.time_zone)
    filled(cells, "purchase-date", bought, "a time in every row")
    channel = cells.keys("sales-channel")
    return pd.DataFrame(
        {
            "order": cells.keys("amazon-order-id"),
            "channel": channel,
            "order_type": each(
                cells,
                "fulfillment-channel",
                lambda text: _FULFILLED_BY.get(text.lower(), text.lower()) or None,
                "Amazon or Merchant",
            ),
            "day": day_ends(bought, dropped.time_zone),
            "system_sku": cells.keys("sku"),
            "units": cells.units("quantity"),
            "revenue": cells.money("item-price"),
            "currency": cells.text("currency"),
            "location": each(cells, "sales-channel", fba_of_channel, "a sales channel").astype("str"),
            "row": dropped.rows.lines,
        }
    )


def _cancelled(cells: Cells, name: str) -> pd.Series:
    return cells.rows.column(name).str.lower().isin(["cancelled", "canceled"])


def _orders(dropped: Dropped, lines: pd.DataFrame) -> pd.DataFrame:
    """Order lines as one row per channel, order type, day and SKU (shape: orders)."""
    keys = ["channel", "order_type", "day", "system_sku"]
    grouped = lines.groupby(keys, dropna=False, observed=True)
    orders = grouped.agg(orders=("order", "nunique"), units=("units", "sum")).reset_index()
    orders.insert(0, "system", repeated(dropped.system, len(orders)))
    return orders


def _sales(dropped: Dropped, lines: pd.DataFrame) -> pd.DataFrame:
    """Order lines as one row per location, SKU, day and currency (shape: sales)."""
    if lines["location"].hasnans:
        lines = lines.assign(location=lines["location"].fillna(marketplace(dropped)))
    keys = ["location", "system_sku", "day", "currency"]
    grouped = lines.groupby(keys, dropna=False, observed=True)
    summed = grouped.agg(units=("units", "sum"), row=("row", "min")).reset_index()
    # Not `sum` in agg: it makes 0 of a group in which no line has a price.
    summed["revenue"] = grouped["revenue"].sum(min_count=1).round(2).to_numpy()
    return pd.DataFrame(
        {
            "system": repeated(dropped.system, len(summed)),
            "system_location": summed["location"],
            "system_sku": summed["system_sku"],
            "first": summed["day"],
            "last": summed["day"],
            "units": summed["units"],
            "revenue": summed["revenue"],
            "currency": summed["currency"],
            "source": repeated(dropped.name, len(summed)),
            "row": summed["row"],
        }
    )


def _without_quantity(dropped: Dropped, cells: Cells, blank: pd.Series) -> list[Note]:
    if not blank.any():
        return []
    line = int(cells.rows.lines[int(blank.to_numpy().argmax())])
    return [
        said(dropped, f"order lines left out because they have no quantity: {int(blank.sum())}, first in line {line}")
    ]
