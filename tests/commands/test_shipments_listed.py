"""A shipment of which only the list of contents was dropped, all the way to the workbook."""

from __future__ import annotations

from sheets.surfaces.xlsx_file import XlsxFile

_LIST = """\
Shipment ID\tFBA15AAAAAAA
Name\tOctober
Plan ID\tPLN1
Ship To\tAmazon.com, Whitestown, IN, US
Total SKUs\t1
Total Units\t40

Merchant SKU\tTitle\tASIN\tFNSKU\texternal-id\tCondition\tShipped
A\tBowl\tB01AAAAAA1\tX001\t--\tNew\t40
"""


def test_a_listed_shipment_stands_in_transit_and_moves_no_number(three_systems, run):
    """It is on In Transit with its units shipped; status, received and open are empty, positions are as before."""
    three_systems.new()
    sku = XlsxFile(three_systems.brand / "master.xlsx").read().tables["SKUs"]["SKU"].iat[0]
    before = three_systems.report()
    three_systems.export("seller-central/us/contents.tsv", _LIST.replace("\nA\t", f"\n{sku}\t"))
    after = three_systems.report()
    assert after == before
    assert run("refresh", three_systems.brand).exit_code == 0
    table = XlsxFile(three_systems.brand / "master.xlsx").read().tables["InTransit"]
    (row,) = table.to_dict("records")
    assert (row["Shipment"], row["SKU"], row["Shipped"]) == ("FBA15AAAAAAA", sku, 40)
    assert (row["Status"], row["Received"], row["Open"]) == (None, None, None)
