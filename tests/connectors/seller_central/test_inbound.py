"""Inbound shipments: statuses, units sent and received, and where they go."""

from __future__ import annotations

import pytest

from connectors.errors import BadCell, HeaderChanged, ListedTwice, NoMarketplace

NEEDED = ["ShipmentId", "ShipmentStatus", "SellerSKU", "QuantityShipped", "QuantityReceived"]
WIDE = [
    *NEEDED,
    "ShipmentName",
    "DestinationFulfillmentCenterId",
    "FulfillmentNetworkSKU",
    "ShippedDate",
    "DeliveredDate",
    "ClosedDate",
]


def line(shipment, status, sku="A", shipped=120, received=0, **more):
    return dict(zip(NEEDED, (shipment, status, sku, shipped, received), strict=True)) | more


STATUSES = {
    "WORKING": "PLANNED",
    "READY_TO_SHIP": "PLANNED",
    "SHIPPED": "SHIPPED",
    "IN_TRANSIT": "IN_TRANSIT",
    "DELIVERED": "DELIVERED",
    "CHECKED_IN": "DELIVERED",
    "RECEIVING": "RECEIVING",
    "CLOSED": "CLOSED",
    "CANCELLED": "CANCELLED",
    "DELETED": "CANCELLED",
}


def test_every_status_of_amazon_has_one_of_ours(table, read):
    """Amazon's ten usable statuses become our seven, in capitals or not, with underscores or blanks."""
    rows = [line(f"FBA{number}", status) for number, status in enumerate(STATUSES)]
    assert list(read(table(NEEDED, rows)).shipments["status"]) == list(STATUSES.values())
    spoken = [line(f"FBA{number}", status.replace("_", " ").title()) for number, status in enumerate(STATUSES)]
    assert list(read(table(NEEDED, spoken)).shipments["status"]) == list(STATUSES.values())


def test_shipments_with_and_without_dates(table, read, shown, golden):
    """The optional columns give dates; without them dates are missing. Where it came from is not said."""
    rows = [
        line(
            "FBA15AAAAAAA",
            "RECEIVING",
            received=100,
            ShippedDate="2026-09-20",
            DeliveredDate="2026-09-28T10:00:00-0700",
            FulfillmentNetworkSKU="X000000001",
            DestinationFulfillmentCenterId="PHX7",
        ),
        line("FBA15AAAAAAA", "RECEIVING", "007", shipped=12, received="--"),
        line("FBA15BBBBBBB", "CLOSED", received=118, ClosedDate="2026-09-30"),
    ]
    golden("seller_central/inbound-wide.txt", shown(read(table(WIDE, rows), zone="America/Los_Angeles")))
    narrow = [{name: value for name, value in row.items() if name in NEEDED} for row in rows]
    golden("seller_central/inbound.txt", shown(read(table(NEEDED, narrow, delimiter=","))))


def test_shipments_in_error_are_left_out_and_named(table, read):
    """A shipment that Amazon did not process is in no shipment of ours; a note names it."""
    batch = read(table(NEEDED, [line("FBA1", "ERROR"), line("FBA2", "CLOSED")]))
    assert list(batch.shipments["shipment"]) == ["FBA2"]
    assert batch.notes[0].said == "shipments in status ERROR, left out with 1 of 2 rows: FBA1"


@pytest.mark.parametrize("status", ["", "LOST"])
def test_an_unknown_status_is_refused(status, table, read):
    """A status that is not known could be open or done: it is not guessed."""
    with pytest.raises(BadCell, match=r"us/report.txt:2: column 'ShipmentStatus'"):
        read(table(NEEDED, [line("FBA1", status)]))


def test_one_sku_twice_in_a_shipment_is_refused(table, read):
    """Two rows for one SKU in one shipment: nothing says whether they add."""
    with pytest.raises(ListedTwice, match=":4: the row of line 2"):
        read(table(NEEDED, [line("FBA1", "CLOSED"), line("FBA2", "CLOSED"), line("FBA1", "CLOSED")]))


@pytest.mark.parametrize("gone", ["ShipmentStatus", "QuantityShipped", "QuantityReceived"])
def test_a_changed_header_is_refused_by_name(gone, table, read):
    """A needed column that is gone is named."""
    there = [name for name in NEEDED if name != gone]
    row = line("FBA1", "CLOSED")
    del row[gone]
    with pytest.raises(HeaderChanged, match=f"has no column '{gone}'"):
        read(table(there, [row]))


def test_no_marketplace_folder_is_refused(table, read):
    """The table does not say which country's FBA it goes to; the folder must."""
    with pytest.raises(NoMarketplace, match=r"shipments.csv"):
        read(table(NEEDED, [line("FBA1", "CLOSED")]), "shipments.csv")
