"""The inventory ledger: every event once, signed; closing balances per location; dates that turn the year."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from connectors.errors import BadCell, CutShort, HeaderChanged, ListedTwice, NoMarketplace

DETAIL = [
    "Date",
    "FNSKU",
    "ASIN",
    "MSKU",
    "Title",
    "Event Type",
    "Reference ID",
    "Quantity",
    "Fulfillment Center",
    "Disposition",
    "Reason",
    "Country",
    "Reconciled Quantity",
    "Unreconciled Quantity",
]
DETAILS = {
    "14": DETAIL,
    "15-time": [*DETAIL, "Date and Time"],
    "16-store": [*DETAIL, "Date and Time", "Store"],
    "14-nospace": [name.replace(" ", "") for name in DETAIL],
}
SUMMARY = [
    "Date",
    "FNSKU",
    "ASIN",
    "MSKU",
    "Title",
    "Disposition",
    "Starting Warehouse Balance",
    "In Transit Between Warehouses",
    "Receipts",
    "Customer Shipments",
    "Customer Returns",
    "Vendor Returns",
    "Warehouse Transfer In/Out",
    "Found",
    "Lost",
    "Damaged",
    "Disposed",
    "Other Events",
    "Ending Warehouse Balance",
    "Unknown Events",
    "Location",
]
SUMMARIES = {"21": SUMMARY, "22-store": [*SUMMARY, "Store"], "21-nospace": [name.replace(" ", "") for name in SUMMARY]}
FORMS = {"api": {}, "download": {"delimiter": ",", "quote": '"'}}


def event(kind, units, *, date="10/02/2026", sku="A", reference="", reason="", disposition="SELLABLE", **more):
    return {
        "Date": date,
        "FNSKU": f"X-{sku}",
        "ASIN": f"B-{sku}",
        "MSKU": sku,
        "Title": "Serum, 30 ml",
        "Event Type": kind,
        "Reference ID": reference,
        "Quantity": units,
        "Fulfillment Center": "PHX7",
        "Disposition": disposition,
        "Reason": reason,
        "Country": "US",
        "Date and Time": "2026-10-02T14:00:00-0700",
        "Store": "Brand",
        **more,
    }


EVENTS = [
    event("Shipments", -1),
    event("Receipts", 240, reference="FBA15AAAAAAA"),
    event("CustomerReturns", 1, disposition="CUSTOMER_DAMAGED"),
    event("VendorReturns", -6, reference="R-1", disposition="DEFECTIVE"),
    event("WhseTransfers", 12),
    event("WhseTransfers", -12),
    event("Adjustments", -3, reference="900001", reason="M"),
    event("Adjustments", 3, reference="900002", reason="F"),
    event("Adjustments", -2, reference="900003", reason="D", disposition="EXPIRED"),
]


def balance(sku, end, *, date="09/30/2026", start=0, location="US", disposition="SELLABLE", **more):
    return {
        "Date": date,
        "FNSKU": f"X-{sku}",
        "ASIN": f"B-{sku}",
        "MSKU": sku,
        "Title": "Serum, 30 ml",
        "Disposition": disposition,
        "Starting Warehouse Balance": start,
        "Ending Warehouse Balance": end,
        "Location": location,
        **{name: 0 for name in SUMMARY[7:20] if name != "Ending Warehouse Balance"},
        **more,
    }


def spelt(columns, row):
    """The row under the names of that variant, which may have no blanks."""
    named = row | {name.replace(" ", ""): value for name, value in row.items()}
    return {name: named[name] for name in columns if name in named}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("variant", DETAILS)
def test_each_known_width_of_the_detail_gives_movements(variant, form, table, read, shown, golden):
    """Every known width, as the API and as Seller Central write it, gives the same movements."""
    columns = DETAILS[variant]
    text = table(columns, [spelt(columns, row) for row in EVENTS], **FORMS[form])
    golden(f"seller_central/ledger-detail-{variant}.txt", shown(read(text)))


def test_rows_alike_are_all_genuine(table, read):
    """Rows in = movements out: no two field-identical rows are folded into one."""
    movements = read(table(DETAIL, [spelt(DETAIL, event("Shipments", -1))] * 500)).movements
    assert len(movements) == 500
    assert movements["units"].sum() == -500
    assert list(movements["row"]) == list(range(2, 502))


def test_an_unknown_event_is_kept_and_named(table, read):
    """An event type never seen moves its units as `other`, and a note names it."""
    batch = read(table(DETAIL, [spelt(DETAIL, event("MoonTransfers", -4)), spelt(DETAIL, event("Shipments", -1))]))
    assert list(batch.movements["event"]) == ["other", "sale"]
    assert batch.notes[0].said == "event types that were not known, kept as 'other': 'MoonTransfers' in 1 of 2 rows"


def test_a_time_of_the_day_is_taken_else_the_end_of_the_day(table, read):
    """Date and Time, its offset without a colon, is the moment; where it is blank, the day's end in the zone."""
    columns = DETAILS["15-time"]
    rows = [event("Shipments", -1), event("Shipments", -1, **{"Date and Time": ""})]
    movements = read(table(columns, [spelt(columns, row) for row in rows]), zone="America/Los_Angeles").movements
    assert list(movements["at"]) == [
        pd.Timestamp("2026-10-02T21:00:00Z"),
        pd.Timestamp("2026-10-03T06:59:59Z"),
    ]


def test_months_stand_first_and_years_turn(table, read):
    """12/31/2025 comes before 01/02/2026, and 01/02 is the second of January."""
    rows = [event("Shipments", -1, date="01/02/2026"), event("Shipments", -1, date="12/31/2025")]
    at = read(table(DETAIL, [spelt(DETAIL, row) for row in rows])).movements["at"]
    assert list(at) == [pd.Timestamp("2026-01-02T23:59:59Z"), pd.Timestamp("2025-12-31T23:59:59Z")]


def test_a_day_in_the_months_place_is_refused(table, read):
    """31/12/2025 is not turned round in silence."""
    with pytest.raises(BadCell, match=r"us/report.txt:2: column 'Date' '31/12/2025'"):
        read(table(DETAIL, [spelt(DETAIL, event("Shipments", -1, date="31/12/2025"))]))


def test_the_country_is_the_location_else_the_folder(table, read):
    """A row's country goes before the folder; a row without one needs the folder."""
    rows = [event("Shipments", -1, Country="GB"), event("Shipments", -1, Country="")]
    text = table(DETAIL, [spelt(DETAIL, row) for row in rows])
    assert list(read(text, "mx/ledger.txt").movements["system_location"]) == ["FBA UK", "FBA MX"]
    with pytest.raises(NoMarketplace):
        read(text, "ledger.txt")
    read(table(DETAIL, [spelt(DETAIL, rows[0])]), "ledger.txt")


def test_an_event_without_units_or_sku_is_refused(table, read):
    """A ledger with a hole in it proves nothing."""
    with pytest.raises(BadCell, match=r"us/report.txt:3: column 'Quantity' is empty"):
        read(table(DETAIL, [spelt(DETAIL, row) for row in (event("Shipments", -1), event("Shipments", ""))]))
    with pytest.raises(BadCell, match=r"us/report.txt:2: column 'MSKU' is empty"):
        read(table(DETAIL, [spelt(DETAIL, event("Shipments", -1, sku=""))]))


def test_a_cut_download_is_refused(table, read):
    """A download that ends inside a quoted cell is not whole."""
    text = table(DETAIL, [spelt(DETAIL, row) for row in EVENTS], **FORMS["download"])
    with pytest.raises(CutShort):
        read(text[:-8])


def test_a_title_over_two_lines_keeps_its_line_numbers(table, read):
    """In a quoted download a title may hold a line end; the row is the line on which it begins."""
    rows = [spelt(DETAIL, event("Shipments", -1, Title="two\nlines")), spelt(DETAIL, event("Shipments", -2))]
    movements = read(table(DETAIL, rows, **FORMS["download"])).movements
    assert list(movements["row"]) == [2, 4]
    assert list(movements["units"]) == [-1, -2]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("variant", SUMMARIES)
def test_each_known_width_of_the_summary_gives_balances(variant, form, table, read, shown, golden):
    """Every known width: the ending balance of the latest date, by disposition; no counts."""
    columns = SUMMARIES[variant]
    rows = [
        balance("A", 90, date="09/29/2026", start=100, **{"Customer Shipments": -10}),
        balance("A", 85, start=90, **{"Customer Shipments": -5}),
        balance("A", 2, start=2, disposition="WAREHOUSE_DAMAGED"),
        balance("A", 1, start=1, disposition="EXPIRED"),
        balance("1E5", 7, start=7, location="CA", date="09/28/2026"),
    ]
    batch = read(table(columns, [spelt(columns, row) for row in rows], **FORMS[form]))
    assert len(batch.counts) == 0
    golden(f"seller_central/ledger-summary-{variant}.txt", shown(batch))


def test_warehouses_belong_to_the_folders_marketplace(table, read):
    """FC codes are places of the folder's marketplace; its latest date speaks for all of them."""
    rows = [balance("A", 5, start=5, location="PHX7"), balance("A", 6, start=6, location="ONT8")]
    rows.append(balance("A", 9, start=9, location="BHX4", date="09/29/2026"))
    text = table(SUMMARY, rows)
    balances = read(text, "us/ledger.txt").balances
    assert set(balances["system_location"]) == {"FBA US"}
    assert list(balances["units"]) == [5, 6]
    with pytest.raises(NoMarketplace, match=r"ledger.txt"):
        read(text, "ledger.txt")


def test_the_latest_date_is_the_latest_day_not_the_latest_text(table, read):
    """Over New Year 01/01/2026 is later than 12/31/2025."""
    balances = read(
        table(SUMMARY, [balance("A", 5, start=5, date="12/31/2025"), balance("A", 4, start=4, date="01/01/2026")])
    ).balances
    assert list(balances["units"]) == [4]


def test_a_month_ends_on_its_last_day_or_with_the_file(table, read):
    """09/2026 is the end of September; 10/2026, read on 5 October, is the file's time."""
    september = read(table(SUMMARY, [balance("A", 5, start=5, date="09/2026")])).balances
    assert list(september["as_of"]) == [pd.Timestamp("2026-09-30T23:59:59Z")]
    rows = [balance("A", 5, start=5, date="09/2026"), balance("A", 4, start=4, date="10/2026")]
    october = read(table(SUMMARY, rows)).balances
    assert list(october["as_of"]) == [pd.Timestamp("2026-10-05T09:00:00Z")]
    assert list(october["units"]) == [4]


@pytest.mark.parametrize("sign", [-1, 1])
def test_decreases_may_be_written_with_either_sign(sign, table, read):
    """Starting balance and events give the ending one, whichever way a file prints decreases."""
    rows = [
        balance("A", 4, start=5, Receipts=2, **{"Customer Shipments": sign, "Lost": sign, "Disposed": sign}),
        balance("B", 8, start=9, **{"Vendor Returns": sign}),
    ]
    assert read(table(SUMMARY, rows)).notes == ()


def test_a_summary_that_does_not_add_up_is_noted(table, read):
    """When no reading of the signs gives the ending balance, a note names row and SKU; the balance stands."""
    batch = read(table(SUMMARY, [balance("A", 5, start=5), balance("B", 50, start=9, **{"Vendor Returns": -1})]))
    assert "in 1 of 2 rows" in batch.notes[0].said
    assert "line 3: MSKU 'B', 9 to 50" in batch.notes[0].said
    assert list(batch.balances["units"]) == [5, 50]


def test_one_balance_twice_is_refused(table, read):
    """The same date, SKU, disposition and location on two rows would count double."""
    with pytest.raises(ListedTwice, match=":3: the row of line 2"):
        read(table(SUMMARY, [balance("A", 5), balance("A", 5)]))


@pytest.mark.parametrize(
    ("columns", "row", "gone"),
    [(DETAIL, EVENTS[0], name) for name in ("Quantity", "Event Type", "Date", "MSKU", "Reason")]
    + [(SUMMARY, balance("A", 5), name) for name in ("Ending Warehouse Balance", "Location", "Disposition")],
)
def test_a_changed_header_is_refused_by_name(columns, row, gone, table, read):
    """A needed column that is gone is named."""
    there = [name for name in columns if name != gone]
    with pytest.raises(HeaderChanged, match=f"has no column '{gone}'"):
        read(table(there, [spelt(there, row)]))


def test_the_widths_written_here_are_those_of_the_public_samples(samples):
    """The headers in this module are the known variants, no more and no fewer."""
    said = json.loads((samples / "seller_central" / "HEADERS.json").read_text(encoding="utf-8"))
    for report, here in {"GET_LEDGER_DETAIL_VIEW_DATA": DETAILS, "GET_LEDGER_SUMMARY_VIEW_DATA": SUMMARIES}.items():
        assert sorted(entry["columns"] for entry in said[report]) == sorted(here.values())
