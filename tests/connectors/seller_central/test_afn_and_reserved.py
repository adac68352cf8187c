"""Amazon-fulfilled inventory, its split by country, and what reserved units are reserved for."""

from __future__ import annotations

import json

import pytest

from connectors.errors import BadCell, HeaderChanged, ListedTwice, NoMarketplace
from connectors.seller_central import KINDS

AFN = [
    "seller-sku",
    "fulfillment-channel-sku",
    "asin",
    "condition-type",
    "Warehouse-Condition-code",
    "Quantity Available",
]
COUNTRY = [*AFN[:4], "country", "quantity-for-local-fulfillment"]
RESERVED = ["sku", "fnsku", "asin", "product-name", "reserved_qty", "reserved_customerorders"]
RESERVED_VARIANTS = {
    "8": [*RESERVED, "reserved_fc-transfers", "reserved_fc-processing"],
    "9-program": [*RESERVED, "reserved_fc-transfers", "reserved_fc-processing", "program"],
    "10-staging": [*RESERVED, "reserved_fc-transfers", "reserved_fc-processing", "reserved_staging", "program"],
    "9-no-transfers": [*RESERVED, "reserved_fc-processing", "reserved_staging", "program"],
}


def afn(sku, code, units, **more):
    return {
        "seller-sku": sku,
        "fulfillment-channel-sku": f"X-{sku}",
        "asin": f"B-{sku}",
        "condition-type": "NewItem",
        "Warehouse-Condition-code": code,
        "Quantity Available": units,
        **more,
    }


def by_country(sku, country, units):
    row = afn(sku, "", units)
    del row["Warehouse-Condition-code"], row["Quantity Available"]
    return {**row, "country": country, "quantity-for-local-fulfillment": units}


def reserved(sku, orders, transfers, processing, staging):
    return {
        "sku": sku,
        "fnsku": f"X-{sku}",
        "asin": f"B-{sku}",
        "product-name": sku.title(),
        "reserved_qty": 999,
        "reserved_customerorders": orders,
        "reserved_fc-transfers": transfers,
        "reserved_fc-processing": processing,
        "reserved_staging": staging,
        "program": "FBA",
    }


def only(columns, row):
    return {name: value for name, value in row.items() if name in columns}


def test_sellable_and_unsellable_are_two_states(table, read, shown, golden):
    """Condition codes give the state; a SKU stands once per code, tabs at line ends or not."""
    rows = [
        afn("A", "SELLABLE", 40),
        afn("A", "UNSELLABLE", 2),
        afn("007", "SELLABLE", 0),
        afn("A", "SELLABLE", 1, **{"condition-type": "UsedLikeNew"}),
    ]
    golden("seller_central/afn.txt", shown(read(table(AFN, rows, end="\t\r\n"))))


def test_capitals_and_blanks_in_headers_do_not_matter(table, read):
    """Amazon's spelling of a header varies; the columns are found all the same."""
    text = table(AFN, [afn("A", "sellable", 40)]).replace("Warehouse-Condition-code", "warehouse-condition-code")
    assert list(read(text.replace("Quantity Available", "quantity-available")).counts["units"]) == [40]


def test_an_unknown_condition_is_refused(table, read):
    """Units of a condition that is not known are not lost in silence."""
    with pytest.raises(BadCell, match=r"us/report.txt:3: column 'Warehouse-Condition-code' 'LOST'"):
        read(table(AFN, [afn("A", "SELLABLE", 40), afn("A", "LOST", 2)]))


def test_one_sku_and_condition_twice_is_refused(table, read):
    """The same SKU, FNSKU and conditions on two rows: refused, naming both lines."""
    with pytest.raises(ListedTwice, match=r":4: the row of line 2"):
        read(table(AFN, [afn("A", "SELLABLE", 40), afn("B", "SELLABLE", 2), afn("A", "SELLABLE", 40)]))


def test_manage_inventory_supplies_before_amazon_fulfilled_inventory():
    """For every state that several reports give, the rule of ranks names one report."""
    ranks: dict[str, list[int]] = {}
    for kind in KINDS:
        for state, rank in kind.supplies.items():
            ranks.setdefault(state, []).append(rank)
    assert all(len(found) == len(set(found)) for found in ranks.values())
    by_name = {kind.name.split(" (")[0]: kind.supplies for kind in KINDS}
    for state in ("available", "unfulfillable"):
        assert by_name["Manage FBA Inventory"][state] < by_name["Amazon-fulfilled Inventory"][state]
    assert by_name["Reserved Inventory"]["reserved_transfer"] < by_name["Manage FBA Inventory"]["reserved_transfer"]


def test_countries_give_splits_and_no_counts(table, read, shown, golden):
    """Each row's country is its location; no folder is needed, and nothing counts twice."""
    rows = [by_country("A", "DE", 30), by_country("A", "GB", 4), by_country("A", "pl", 0), by_country("B", "FR", "--")]
    batch = read(table(COUNTRY, rows), "report.txt")
    assert len(batch.counts) == len(batch.coverage) == 0
    golden("seller_central/afn-by-country.txt", shown(batch))


def test_what_is_no_country_is_refused(table, read):
    """A country is two letters; anything else is named with its line."""
    with pytest.raises(BadCell, match=r"report.txt:2: column 'country' 'Germany'"):
        read(table(COUNTRY, [by_country("A", "Germany", 30)]), "report.txt")


@pytest.mark.parametrize("variant", RESERVED_VARIANTS)
def test_reserved_units_by_what_they_are_reserved_for(variant, table, read, shown, golden):
    """Every known width: orders, transfers where told, processing with staging where told; never the total."""
    columns = RESERVED_VARIANTS[variant]
    rows = [only(columns, reserved("A", 5, 2, 3, 4)), only(columns, reserved("B", 0, "--", 1, ""))]
    batch = read(table(columns, rows))
    assert 999 not in set(batch.counts["units"])
    golden(f"seller_central/reserved-{variant}.txt", shown(batch))


def test_without_its_column_transfers_are_unknown_not_zero(table, read):
    """Since Amazon dropped the transfers column, the state is neither counted nor covered."""
    columns = RESERVED_VARIANTS["9-no-transfers"]
    batch = read(table(columns, [only(columns, reserved("A", 5, 2, 3, 4))]))
    assert set(batch.counts["state"]) == set(batch.coverage["state"]) == {"reserved_orders", "reserved_processing"}


def test_the_widths_written_here_are_those_of_the_public_samples(samples):
    """The headers in this module are the known variants, no more and no fewer."""
    said = json.loads((samples / "seller_central" / "HEADERS.json").read_text(encoding="utf-8"))
    for report, here in {
        "GET_AFN_INVENTORY_DATA": [AFN],
        "GET_AFN_INVENTORY_DATA_BY_COUNTRY": [COUNTRY],
        "GET_RESERVED_INVENTORY_DATA": list(RESERVED_VARIANTS.values()),
    }.items():
        assert sorted(entry["columns"] for entry in said[report]) == sorted(here)


@pytest.mark.parametrize(
    ("columns", "row", "gone"),
    [
        (AFN, afn("A", "SELLABLE", 1), "Quantity Available"),
        (COUNTRY, by_country("A", "DE", 1), "quantity-for-local-fulfillment"),
        (RESERVED_VARIANTS["8"], reserved("A", 1, 1, 1, 1), "reserved_customerorders"),
        (RESERVED_VARIANTS["8"], reserved("A", 1, 1, 1, 1), "reserved_fc-processing"),
    ],
)
def test_a_changed_header_is_refused_by_name(columns, row, gone, table, read):
    """A needed column that is gone is named."""
    there = [name for name in columns if name != gone]
    with pytest.raises(HeaderChanged, match=f"has no column '{gone}'"):
        read(table(there, [only(there, row)]))


@pytest.mark.parametrize(
    ("columns", "row"), [(AFN, afn("A", "SELLABLE", 1)), (RESERVED_VARIANTS["8"], reserved("A", 1, 1, 1, 1))]
)
def test_no_marketplace_folder_is_refused(columns, row, table, read):
    """A report that names no marketplace is refused outside the marketplaces' folders."""
    with pytest.raises(NoMarketplace, match=r"report.txt: .*us, ca, mx"):
        read(table(columns, [only(columns, row)]), "report.txt")
