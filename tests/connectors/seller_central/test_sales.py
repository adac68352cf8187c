"""What was sold and ordered: the restock report's 30 days, and the order reports by day."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from connectors.errors import BadCell, HeaderChanged, NoMarketplace

RESTOCK = [
    "Country",
    "Product Name",
    "FNSKU",
    "Merchant SKU",
    "ASIN",
    "Condition",
    "Supplier",
    "Supplier part no.",
    "Currency code",
    "Price",
    "Sales last 30 days",
    "Units Sold Last 30 Days",
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
]
_BEFORE = [
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
]
_MIDDLE = [
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
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
]
_AFTER = ["is-business-order", "purchase-order-number", "price-designation"]
ORDERS = {
    "32-url": [*_BEFORE, "url", *_MIDDLE, *_AFTER],
    "33-cpf": [*_BEFORE, *_MIDDLE, "cpf", *_AFTER, "signature-confirmation-recommended"],
}


def sold(sku, units, revenue, **more):
    return {
        "Country": "US",
        "Product Name": "Serum",
        "FNSKU": f"X-{sku}",
        "Merchant SKU": sku,
        "ASIN": f"B-{sku}",
        "Currency code": "USD",
        "Sales last 30 days": revenue,
        "Units Sold Last 30 Days": units,
        "Total Units": 999,
        "Total Days of Supply (including units from open shipments)": "365+",
        "Recommended ship date": "none",
        **more,
    }


def ordered(order, sku, units, price, **more):
    return {
        "amazon-order-id": order,
        "purchase-date": "2026-10-01T08:00:00+00:00",
        "order-status": "Shipped",
        "fulfillment-channel": "Amazon",
        "sales-channel": "Amazon.com",
        "sku": sku,
        "item-status": "Shipped",
        "quantity": units,
        "currency": "USD",
        "item-price": price,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


LINES = [
    ordered("1", "A", 2, "39.80"),
    ordered("2", "A", 1, "19.90", purchase_date="2026-10-01T23:30:00+00:00"),
    ordered("2", "B", 1, "5.00"),
    ordered("3", "A", 1, "", order_status="Pending", item_status="Unshipped", currency=""),
    ordered("4", "A", 9, "", order_status="Cancelled", item_status="Cancelled"),
    ordered("5", "A", 9, "", item_status="Cancelled"),
    ordered("6", "A", 3, "60.00", fulfillment_channel="Merchant"),
    ordered("7", "A", 4, "", sales_channel="Non-Amazon"),
    ordered("8", "A", 1, "27.00", sales_channel="Amazon.ca", currency="CAD"),
    ordered("9", "007", 1, "1.00", purchase_date="2026-10-02T03:00:00+00:00"),
]


def test_restock_gives_thirty_days_of_sales(table, read, shown, golden):
    """Units and revenue of 30 days ending on the file's day, per country; its stock columns are not read."""
    rows = [sold("A", 90, "1791.00"), sold("1E5", 0, "0.0", Country="CA", **{"Currency code": "CAD"})]
    rows.append(sold("B", "", ""))
    batch = read(table(RESTOCK, rows), zone="America/Los_Angeles")
    assert len(batch.counts) == len(batch.coverage) == 0
    golden("seller_central/restock.txt", shown(batch))


def test_thirty_days_are_thirty_days_over_a_change_of_clocks(table, read):
    """The first of the 30 days is a whole day, though an hour was gained in between."""
    named = pd.Timestamp("2026-11-10T12:00:00Z").as_unit("us")
    sales = read(table(RESTOCK, [sold("A", 1, "1")]), zone="America/Los_Angeles", named_time=named).sales
    assert sales["first"].dt.tz_convert("America/Los_Angeles").iat[0] == pd.Timestamp(
        "2026-10-12T23:59:59", tz="America/Los_Angeles"
    )


def test_restock_headers_in_other_capitals(table, read):
    """`FC transfer` and `FC Transfer` are one column: nothing is noted."""
    columns = [name.upper() for name in RESTOCK]
    row = {name.upper(): value for name, value in sold("A", 90, "1,791.00").items()}
    batch = read(table(columns, [row]))
    assert batch.notes == ()
    assert list(batch.sales["revenue"]) == [1791.0]


def test_restock_without_a_country_needs_the_folder(table, read):
    """The row's country is the location; where it names none, the folder is."""
    text = table(RESTOCK, [sold("A", 1, "1", Country="")])
    assert list(read(text, "mx/restock.csv").sales["system_location"]) == ["FBA MX"]
    with pytest.raises(NoMarketplace):
        read(text, "restock.csv")


@pytest.mark.parametrize("variant", ORDERS)
def test_each_known_width_of_all_orders_gives_orders_and_sales(variant, table, read, shown, golden):
    """Orders per channel, type, day and SKU; sales of what Amazon shipped; cancelled lines in neither."""
    golden(f"seller_central/all-orders-{variant}.txt", shown(read(table(ORDERS[variant], LINES))))


def test_days_are_days_of_the_brands_zone(table, read):
    """An order at 03:00 UTC on 2 October is one of 1 October in Los Angeles."""
    orders = read(table(ORDERS["33-cpf"], LINES[-1:]), zone="America/Los_Angeles").orders
    assert list(orders["day"]) == [pd.Timestamp("2026-10-02T06:59:59Z")]


def test_one_order_with_a_sku_on_two_lines_is_one_order(table, read):
    """Orders are counted by their number, units by their lines."""
    batch = read(table(ORDERS["33-cpf"], [ordered("1", "A", 2, "2"), ordered("1", "A", 3, "3")]))
    assert list(batch.orders["orders"]) == [1]
    assert list(batch.orders["units"]) == list(batch.sales["units"]) == [5]
    assert list(batch.sales["revenue"]) == [5.0]


def test_a_channel_without_a_country_needs_the_folder(table, read):
    """What Amazon ships for other channels comes out of the folder's stock; other lines need no folder."""
    text = table(ORDERS["33-cpf"], [ordered("1", "A", 2, "", sales_channel="Non-Amazon")])
    assert list(read(text, "ca/orders.txt").sales["system_location"]) == ["FBA CA"]
    with pytest.raises(NoMarketplace, match=r"orders.txt"):
        read(text, "orders.txt")
    named = table(ORDERS["33-cpf"], [ordered("1", "A", 2, "", sales_channel="Non-Amazon US")])
    assert list(read(named, "orders.txt").sales["system_location"]) == ["FBA US"]


def test_merchant_lines_alone_are_no_fba_sales(table, read):
    """Orders that the merchant ships give orders and no sale out of FBA, wherever the file lies."""
    text = table(ORDERS["33-cpf"], [ordered("1", "A", 2, "9", fulfillment_channel="Merchant", sales_channel="Shop")])
    batch = read(text, "orders.txt")
    assert list(batch.orders["order_type"]) == ["merchant"]
    assert len(batch.sales) == 0


def test_a_file_of_cancelled_orders_gives_nothing(table, read):
    """All lines cancelled: no orders, no sales, no error."""
    batch = read(table(ORDERS["33-cpf"], LINES[4:6]))
    assert len(batch.orders) == len(batch.sales) == 0


def test_a_line_without_a_quantity_is_left_out_and_noted(table, read):
    """A blank quantity is no 0 and no 1."""
    batch = read(table(ORDERS["33-cpf"], [ordered("1", "A", 2, "2"), ordered("2", "A", "", "3")]))
    assert list(batch.orders["units"]) == [2]
    assert batch.notes[0].said == "order lines left out because they have no quantity: 1, first in line 3"


@pytest.mark.parametrize("field", ["purchase_date", "sales_channel", "sku", "amazon_order_id"])
def test_a_line_without_what_it_is_grouped_by_is_refused(field, table, read):
    """A line without date, channel, SKU or order number is named by its place."""
    column = field.replace("_", "-")
    row = ordered("1", "A", 2, "2") | {column: ""}
    with pytest.raises(BadCell, match=f"us/report.txt:2: column '{column}' is empty"):
        read(table(ORDERS["33-cpf"], [row]))


@pytest.mark.parametrize(
    ("columns", "row", "gone"),
    [(RESTOCK, sold("A", 1, "1"), name) for name in ("Units Sold Last 30 Days", "Currency code", "Merchant SKU")]
    + [(ORDERS["33-cpf"], LINES[0], name) for name in ("quantity", "sales-channel", "item-status", "purchase-date")],
)
def test_a_changed_header_is_refused_by_name(columns, row, gone, table, read):
    """A needed column that is gone is named."""
    there = [name for name in columns if name != gone]
    with pytest.raises(HeaderChanged, match=f"has no column '{gone}'"):
        read(table(there, [{name: value for name, value in row.items() if name != gone}]))


def test_the_widths_written_here_are_those_of_the_public_samples(samples):
    """The headers in this module are the known variants, no more and no fewer."""
    said = json.loads((samples / "seller_central" / "HEADERS.json").read_text(encoding="utf-8"))
    for report, here in {
        "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT": [RESTOCK],
        "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": list(ORDERS.values()),
    }.items():
        assert sorted(entry["columns"] for entry in said[report]) == sorted(here)
