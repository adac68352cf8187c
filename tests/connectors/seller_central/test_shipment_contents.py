"""The list of SKUs of one shipment to FBA, as downloaded from the shipment's page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from connectors.exports import read_exports
from connectors.seller_central import KINDS

NOW = pd.Timestamp("2026-10-05T09:00:00Z").as_unit("us")
HEADER = ["Merchant SKU", "Title", "ASIN", "FNSKU", "external-id", "Condition", "Who will prep?", "Prep Type",
          "Who will label?", "Shipped"]  # fmt: skip


def contents(lines, *, shipment="FBA15AAAAAAA", skus=None, units=None, more=(), last="Shipped", delimiter="\t"):
    """A list as Seller Central gives it; lines: (SKU, units)."""
    above = [
        ("Shipment ID", shipment),
        ("Name", "October, second"),
        ("Plan ID", "PLN1HN2F"),
        ("Ship To", "Amazon.com, 4255 Anson Blvd, Whitestown, IN, US, 46075"),
        ("Total SKUs", str(len(lines) if skus is None else skus)),
        ("Total Units", str(sum(count for _, count in lines) if units is None else units)),
        *more,
    ]
    rows = [[*HEADER[:-1], last]]
    rows += [
        [sku, "Bowl", "B01AAAAAA1", f"X00{at}", "--", "New", "None", "--", "Merchant", str(n)]
        for at, (sku, n) in enumerate(lines)
    ]
    quote = '"' if delimiter == "," else ""
    text = [delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in (*above, [], *rows)]
    return "\n".join(text) + "\n"


@pytest.fixture
def exports(tmp_path):
    """exports(name=text, ...): the batch of a folder us/ with these files."""

    def read(folder="us", **files):
        for name, text in files.items():
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"{name}.tsv").write_text(text, encoding="utf-8")
        return read_exports(tmp_path, "Seller Central", KINDS, time_zone=ZoneInfo("UTC"), now=NOW)

    return read


def test_a_list_gives_its_shipment_s_units_and_claims_nothing_more(exports):
    """Shipment, SKU as text and units are read, each with its line; status, received units and dates are missing."""
    batch = exports(list=contents([("007", 40), ("1E5", 20)]))
    assert batch.set_aside == ()
    assert batch.notes == ()
    frame = batch.shipments.astype({"shipment": "str", "to_location": "str"})
    assert frame[["shipment", "system_sku", "to_location", "shipped_units", "row"]].to_numpy().tolist() == [
        ["FBA15AAAAAAA", "007", "FBA US", 40, 9],
        ["FBA15AAAAAAA", "1E5", "FBA US", 20, 10],
    ]
    for name in ("from_location", "status", "received_units", "shipped_at", "arrived_at", "closed_at"):
        assert frame[name].isna().all(), name


@pytest.mark.parametrize(
    "changed",
    [
        {"more": [("Pack list", "1")]},
        {"last": "Dispatched"},
        {"delimiter": ","},
        {"more": [("shipment-total-cases", "5")]},
    ],
    ids=["pack list", "Dispatched", "comma", "cases"],
)
def test_every_form_of_the_list_is_read(changed, exports):
    """One more line above, the United Kingdom's word for shipped, or commas: the same units."""
    batch = exports(list=contents([("A", 40), ("B", 20)], **changed))
    assert batch.set_aside == ()
    assert batch.shipments["shipped_units"].tolist() == [40, 20]


def test_each_file_is_another_shipment(exports):
    """Lists of several shipments stand side by side; a second list of one shipment replaces the first."""
    first = contents([("A", 40)], shipment="FBA1")
    again = contents([("A", 44)], shipment="FBA1")
    batch = exports(a=first, b=contents([("A", 7)], shipment="FBA2"), c=again)
    assert sorted(zip(batch.shipments["shipment"].astype("str"), batch.shipments["shipped_units"], strict=True)) == [
        ("FBA1", 44),
        ("FBA2", 7),
    ]


def test_the_table_with_statuses_is_still_read_beside_it(exports):
    """The list is opened in its own way only: the table by API field names in the same folder is read as before."""
    table = "ShipmentId\tShipmentStatus\tSellerSKU\tQuantityShipped\tQuantityReceived\nFBA9\tCLOSED\tA\t5\t5\n"
    batch = exports(list=contents([("A", 40)]), table=table)
    assert batch.set_aside == ()
    assert sorted(batch.shipments["shipment"].astype("str")) == ["FBA15AAAAAAA", "FBA9"]


def test_a_comma_report_with_a_blank_line_is_no_list(exports):
    """A report whose first lines hold more than a name and a value is read as ever, a blank line within it or not."""
    table = (
        "ShipmentId,ShipmentStatus,SellerSKU,QuantityShipped,QuantityReceived\nFBA8,CLOSED,A,5,5\n\nFBA9,CLOSED,A,5,5\n"
    )
    batch = exports(table=table)
    assert batch.set_aside == ()
    assert batch.shipments["shipment"].astype("str").tolist() == ["FBA8", "FBA9"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (contents([("A", 40), ("B", 20)], skus=3), "us/list.tsv: lists 2 SKUs; expected 3, its own Total SKUs"),
        (contents([("A", 40)], units=60), "us/list.tsv: lists 40 units; expected 60, its own Total Units"),
        (contents([("A", 40), ("A", 20)]), "the row of line 9"),
        (contents([("A", 40)], last="Units"), "without 'Shipped'"),
        (contents([("A", 40)], shipment=""), "has no line 'Shipment ID' above its header"),
        (contents([("A", 40)]).replace("Merchant\t40", "Merc"), "cells"),
    ],
    ids=["rows lost", "units lost", "twice", "no units", "no shipment", "cut"],
)
def test_what_cannot_be_trusted_is_set_aside_with_its_reason(text, line, exports):
    """A list that is not what its own totals say, lists a SKU twice, or lacks what is needed is not used."""
    batch = exports(list=text)
    assert len(batch.shipments) == 0
    (aside,) = batch.set_aside
    assert line in aside.reason


def test_no_marketplace_folder_is_refused(exports):
    """The list names a fulfilment centre, not a country's FBA; the folder must."""
    batch = exports(folder=".", list=contents([("A", 40)]))
    (aside,) = batch.set_aside
    assert "seller-central/us" in aside.reason or "folder" in aside.reason
