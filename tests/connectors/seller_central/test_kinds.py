"""All readers together: one report is claimed by one reader, and what they give can be joined."""

from __future__ import annotations

import json

import pytest

from connectors.base import recognise
from connectors.errors import NoMarketplace, NotRecognised
from connectors.frames import STATES, joined
from connectors.seller_central import KINDS
from connectors.seller_central.marketplace import fba, fba_of_channel

READ = {
    "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA",
    "GET_AFN_INVENTORY_DATA",
    "GET_AFN_INVENTORY_DATA_BY_COUNTRY",
    "GET_RESERVED_INVENTORY_DATA",
    "GET_LEDGER_SUMMARY_VIEW_DATA",
    "GET_LEDGER_DETAIL_VIEW_DATA",
    "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT",
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
}


def test_every_known_header_is_claimed_by_its_own_reader(samples, table, drop):
    """Each public header of a report that we read is recognised as that report; of others, as none."""
    said = json.loads((samples / "seller_central" / "HEADERS.json").read_text(encoding="utf-8"))
    for report, variants in said.items():
        for variant in variants:
            if not variant["columns"]:
                continue
            rows = drop(table(variant["columns"], [{variant["columns"][0]: "x"}])).rows
            if report in READ:
                assert report in recognise(rows, "report.txt", KINDS).name
            else:
                with pytest.raises(NotRecognised):
                    recognise(rows, "report.txt", KINDS)


def test_names_and_marks_are_each_kinds_own():
    """No two readers share a name, no reader's marks lie inside another's, and they supply states that exist."""
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert kind.marks
        assert set(kind.supplies) <= set(STATES)
        assert not any(kind.marks <= other.marks for other in KINDS if other is not kind)


def test_batches_of_several_files_join(table, read):
    """Counts of two reports and two countries stack into one frame with their own sources."""
    columns = ["sku", "reserved_qty", "reserved_customerorders", "reserved_fc-processing"]
    text = table(columns, [dict(zip(columns, ("A", 5, 2, 3), strict=True))])
    afn = ["seller-sku", "fulfillment-channel-sku", "Warehouse-Condition-code", "Quantity Available"]
    other = table(afn, [dict(zip(afn, ("A", "X-A", "SELLABLE", 7), strict=True))])
    both = joined([read(text, "us/r.txt"), read(text, "ca/r.txt"), read(other, "ca/a.txt")])
    assert list(both.counts["source"]) == ["us/r.txt", "us/r.txt", "ca/r.txt", "ca/r.txt", "ca/a.txt"]
    assert list(both.coverage["system_location"].unique()) == ["FBA US", "FBA CA"]


@pytest.mark.parametrize(
    ("channel", "location"),
    [
        ("Amazon.com", "FBA US"),
        ("amazon.co.uk", "FBA UK"),
        ("Amazon.com.mx", "FBA MX"),
        ("Non-Amazon US", "FBA US"),
        ("Non-Amazon", None),
        ("Amazon.moon", None),
    ],
)
def test_a_sales_channel_names_its_country(channel, location):
    """Amazon's own sites and its channels outside named after a country name a country; others name none."""
    assert fba_of_channel(channel) == location


def test_a_country_is_two_letters():
    """Anything else is no country."""
    assert fba("gb") == "FBA UK"
    with pytest.raises(ValueError, match="two letters"):
        fba("USA")


def test_the_refusal_says_where_the_file_belongs(table, read):
    """One line: the file, what is missing, the folders, what to do."""
    with pytest.raises(NoMarketplace) as refused:
        read(
            table(["sku", "reserved_qty", "reserved_customerorders", "reserved_fc-processing"], [{"sku": "A"}]), "r.txt"
        )
    assert refused.value.line.startswith("r.txt: the report names no marketplace")
    assert "such as exports/seller-central/us" in refused.value.line
