"""Manage FBA Inventory: five known widths, counts as they stand, notes where Amazon does not add up."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from connectors.errors import BadCell, CutShort, HeaderChanged, ListedTwice, NoMarketplace

CLASSIC = [
    "sku",
    "fnsku",
    "asin",
    "product-name",
    "condition",
    "your-price",
    "mfn-listing-exists",
    "mfn-fulfillable-quantity",
    "afn-listing-exists",
    "afn-warehouse-quantity",
    "afn-fulfillable-quantity",
    "afn-unsellable-quantity",
    "afn-reserved-quantity",
    "afn-total-quantity",
    "per-unit-volume",
    "afn-inbound-working-quantity",
    "afn-inbound-shipped-quantity",
    "afn-inbound-receiving-quantity",
    "afn-researching-quantity",
    "afn-reserved-future-supply",
    "afn-future-supply-buyable",
]
LOCAL = ["afn-fulfillable-quantity-local", "afn-fulfillable-quantity-remote"]
TRANSFER = ["afn-fc-transfer-quantity", "afn-onhand-buyable-quantity"]
VARIANTS = {
    "21": CLASSIC,
    "22-store": [*CLASSIC, "store"],
    "24-transfer": [*CLASSIC, *TRANSFER, "store"],
    "24-local": [*CLASSIC, *LOCAL, "store"],
    "26": [*CLASSIC, *LOCAL, *TRANSFER, "store"],
}
SERUM = {
    "sku": "SERUM-30",
    "fnsku": "X000000001",
    "asin": "B000000001",
    "product-name": "Serum 30 ml",
    "condition": "New",
    "your-price": "19.90",
    "mfn-listing-exists": "No",
    "mfn-fulfillable-quantity": "--",
    "afn-listing-exists": "Yes",
    "afn-warehouse-quantity": 510,
    "afn-fulfillable-quantity": 440,
    "afn-unsellable-quantity": 12,
    "afn-reserved-quantity": 55,
    "afn-total-quantity": 710,
    "per-unit-volume": "0.01",
    "afn-inbound-working-quantity": 50,
    "afn-inbound-shipped-quantity": 120,
    "afn-inbound-receiving-quantity": 30,
    "afn-researching-quantity": 3,
    "afn-reserved-future-supply": 0,
    "afn-future-supply-buyable": 0,
}
CREAM = {
    **SERUM,
    "sku": "CREAM-50",
    "fnsku": "X000000002",
    "asin": "B000000002",
    "product-name": "Cream",
    "afn-warehouse-quantity": 100,
    "afn-fulfillable-quantity": 80,
    "afn-unsellable-quantity": 4,
    "afn-reserved-quantity": 15,
    "afn-inbound-working-quantity": 0,
    "afn-inbound-shipped-quantity": 6,
    "afn-inbound-receiving-quantity": "",
    "afn-researching-quantity": 1,
}
MORE = {
    "afn-fulfillable-quantity-local": 440,
    "afn-fulfillable-quantity-remote": 0,
    "afn-fc-transfer-quantity": 7,
    "afn-onhand-buyable-quantity": 447,
    "store": "Brand",
}


def only(columns, row):
    return {name: value for name, value in {**row, **MORE}.items() if name in columns}


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_known_width_gives_its_frames(variant, table, read, shown, golden):
    """Every known width of the report gives counts, coverage and identifiers by column name."""
    columns = VARIANTS[variant]
    batch = read(table(columns, [only(columns, SERUM), only(columns, CREAM)]))
    golden(f"seller_central/myi-{variant}.txt", shown(batch))


def test_the_widths_written_here_are_those_of_the_public_samples(samples):
    """The headers in this module are the known variants, no more and no fewer."""
    said = json.loads((samples / "seller_central" / "HEADERS.json").read_text(encoding="utf-8"))
    variants = said["GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"]
    assert sorted(entry["columns"] for entry in variants) == sorted(list(names) for names in VARIANTS.values())


def test_columns_are_found_by_name_in_any_order(table, read):
    """The same rows under a reversed header give the same counts."""
    there = read(table(CLASSIC, [SERUM])).counts
    back = read(table(CLASSIC[::-1], [SERUM])).counts
    pd.testing.assert_frame_equal(there, back)


def test_reserved_total_and_listing_quantity_are_no_states(table, read):
    """Neither the sum of reserved units nor a merchant listing's quantity is counted as stock."""
    counts = read(table(CLASSIC, [{**SERUM, "mfn-fulfillable-quantity": 999}])).counts
    assert not {55, 999} & set(counts["units"])


def test_without_the_transfer_column_transfers_are_unknown(table, read):
    """A file without fc-transfer neither counts nor covers reserved_transfer."""
    batch = read(table(CLASSIC, [SERUM]))
    assert "reserved_transfer" not in set(batch.counts["state"])
    assert "reserved_transfer" not in set(batch.coverage["state"])


@pytest.mark.parametrize("missing", ["", "--", "-", "N/A"])
def test_a_missing_cell_gives_no_count(missing, table, read):
    """A blank or dashed cell is no row, never a 0, and a column of them is not covered."""
    batch = read(table(CLASSIC, [{**SERUM, "afn-researching-quantity": missing}]))
    assert "researching" not in set(batch.counts["state"])
    assert "researching" not in set(batch.coverage["state"])


def test_zero_is_a_count(table, read):
    """A written 0 is a count of 0."""
    counts = read(table(CLASSIC, [{**SERUM, "afn-researching-quantity": 0}])).counts
    assert counts.set_index("state")["units"]["researching"] == 0


def test_parts_that_do_not_add_up_are_noted_with_a_line(table, read):
    """A row whose parts are not its warehouse quantity is named, and counted as it stands."""
    batch = read(table(CLASSIC, [SERUM, {**CREAM, "afn-warehouse-quantity": 90}]))
    (note,) = batch.notes
    assert "in 1 of 2 rows, first in line 3: SKU 'CREAM-50' has 90" in note.said
    assert "80 + 4 + 15 + 1 = 100" in note.said
    assert 90 in set(batch.counts["units"])


def test_transfers_beside_reserved_fit_as_well(table, read):
    """Where Amazon moved transfers out of the reserved sum, the parts with them are held against the whole."""
    columns = VARIANTS["24-transfer"]
    rows = [{**only(columns, SERUM), "afn-warehouse-quantity": 517}, only(columns, CREAM)]
    rows[1]["afn-warehouse-quantity"] = 107
    assert read(table(columns, rows)).notes == ()


def test_one_sku_in_two_conditions_is_two_rows(table, read):
    """The same SKU in another condition or under another FNSKU adds up: both rows are there."""
    rows = [SERUM, {**SERUM, "condition": "Used"}, {**SERUM, "fnsku": "X000000009"}]
    counts = read(table(CLASSIC, rows)).counts
    assert list(counts.loc[counts["state"] == "on_hand", "row"]) == [2, 3, 4]


def test_one_sku_listed_twice_is_refused_with_both_lines(table, read):
    """SKU, condition and FNSKU alike on two rows: refused, naming both lines."""
    with pytest.raises(ListedTwice, match=r"us/report.txt:4: the row of line 2 stands here again: sku 'SERUM-30'"):
        read(table(CLASSIC, [SERUM, CREAM, {**SERUM, "product-name": "renamed"}]))


@pytest.mark.parametrize("sku", ["Amazon.Found.B000000001", "FBA15ABCDEmissing1", "amzn.gr.SERUM-30-x"])
def test_skus_that_amazon_made_up_are_counted_and_noted(sku, table, read):
    """Amazon's placeholder SKUs keep their units; a note says how many there are."""
    batch = read(table(CLASSIC, [SERUM, {**CREAM, "sku": sku}]))
    assert sku in set(batch.counts["system_sku"])
    assert f"1 of 2 rows have SKUs that Amazon made up, such as '{sku}'" in batch.notes[0].said


@pytest.mark.parametrize("sku", ["007", "1E5", "=A1", "+44", "1,5", "ÄÖ-1", "TRUE", "NA"])
def test_skus_stay_text(sku, table, read):
    """No SKU is turned into a number, a formula or a missing value."""
    batch = read(table(CLASSIC, [{**SERUM, "sku": sku}]))
    assert set(batch.counts["system_sku"]) == {sku}
    assert list(batch.identifiers["system_sku"]) == [sku]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1252", 'Crème 10" Deluxe'),
        ("utf-8-sig", "Crème 50 ml"),
        ("cp932", "美容クリーム、セラム"),
        ("utf-16", "Crème"),
    ],
)
def test_encodings_of_downloads(encoding, title, table, read):
    """Windows-1252, UTF-8 with a mark, Windows-31J and UTF-16 give the same counts and the title as it was."""
    raw = table(CLASSIC, [{**SERUM, "product-name": title}], end="\r\n").encode(encoding)
    batch = read(raw)
    assert list(batch.identifiers["title"]) == [title]
    assert len(batch.counts) == 7


def test_a_bare_quote_in_a_title_merges_no_rows(table, read):
    """API text is not quoted: an inch mark in a title is an inch mark."""
    rows = [{**SERUM, "product-name": 'Brush 10" long'}, {**CREAM, "product-name": '"Best" cream'}]
    batch = read(table(CLASSIC, rows))
    assert list(batch.identifiers["title"]) == ['Brush 10" long', '"Best" cream']


def test_trailing_tabs_and_windows_line_ends(table, read):
    """A tab at the end of every line, and CR LF, change nothing."""
    plain = read(table(CLASSIC, [SERUM, CREAM]))
    tabs = read(table(CLASSIC, [SERUM, CREAM], end="\t\r\n"))
    pd.testing.assert_frame_equal(plain.counts, tabs.counts)
    assert tabs.notes == ()


def test_a_cut_file_is_refused(table, read):
    """A last row with fewer cells than the header means that the file is not whole."""
    text = table(CLASSIC, [SERUM, CREAM])
    with pytest.raises(CutShort, match=r"us/report.txt:3"):
        read(text[: text.rindex("Yes")])


@pytest.mark.parametrize("column", ["sku", "fnsku", "condition", "afn-fulfillable-quantity", "afn-warehouse-quantity"])
def test_a_changed_header_is_refused_by_name(column, table, read):
    """A needed column that is gone is named, with what is there."""
    columns = [name for name in CLASSIC if name != column]
    with pytest.raises(HeaderChanged, match=f"us/report.txt: has no column '{column}'"):
        read(table(columns, [only(columns, SERUM)]))


def test_a_column_that_is_there_twice_is_refused(table, read):
    """Two columns of one needed name: nothing says which to read."""
    with pytest.raises(HeaderChanged, match="two columns 'afn-fulfillable-quantity'"):
        read(table([*CLASSIC, "AFN Fulfillable Quantity"], [SERUM]))


def test_a_new_column_is_noted_and_not_read(table, read):
    """An unknown column does not stop the file; it is named."""
    batch = read(table([*CLASSIC, "afn-moon-quantity"], [SERUM]))
    assert [note.said for note in batch.notes] == ["columns not read that were not known: afn-moon-quantity"]


@pytest.mark.parametrize("units", ["2.5", "twelve", "1e3"])
def test_what_is_no_whole_number_of_units_is_refused(units, table, read):
    """Half a unit, a word, a power: refused with line and column."""
    with pytest.raises(BadCell, match=r"us/report.txt:2: column 'afn-fulfillable-quantity'"):
        read(table(CLASSIC, [{**SERUM, "afn-fulfillable-quantity": units}]))


@pytest.mark.parametrize("name", ["report.txt", "old/report.txt", "2026-10/report.txt"])
def test_no_marketplace_folder_is_refused(name, table, read):
    """A file outside the marketplaces' folders is refused, naming the file and the folders."""
    with pytest.raises(NoMarketplace, match=rf"{name}: .*in one of us, ca, mx"):
        read(table(CLASSIC, [SERUM]), name)


@pytest.mark.parametrize(
    ("folder", "location"), [("us", "FBA US"), ("CA", "FBA CA"), ("gb", "FBA UK"), ("uk", "FBA UK")]
)
def test_the_folder_is_the_location(folder, location, table, read):
    """The folder's name gives the FBA stock; gb and uk are one."""
    assert set(read(table(CLASSIC, [SERUM]), f"{folder}/a/report.txt").counts["system_location"]) == {location}


def test_the_time_is_the_names_before_the_files(table, read):
    """The time in the file's name is taken and said to be from there, else the file's own."""
    named = pd.Timestamp("2026-10-04T23:59:59Z").as_unit("us")
    batch = read(table(CLASSIC, [SERUM]), named_time=named)
    assert set(batch.counts["as_of"]) == {named}
    assert set(batch.coverage["time_from"]) == {"file name"}
    assert set(read(table(CLASSIC, [SERUM])).coverage["time_from"]) == {"file time"}
