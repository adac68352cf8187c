"""Tables read by a column map: every feature of the map."""

from __future__ import annotations

import pandas as pd
import pytest

from connectors.column_map import ColumnMap

WIDE = ColumnMap(sku=("Item", "SKU"), location="Site", states={"on_hand": "On Hand", "allocated": "Alloc"})
LONG = ColumnMap(
    sku="SKU",
    location="Site",
    state="Status",
    units="Qty",
    state_names={"Good": "available", "QC": "on_hold", "Back Order": "backorder"},
)


def test_wide_table(read, units):
    """A column per state gives a count per filled cell; a blank or dash is none, and still covered."""
    batch = read({"s.csv": "SKU,Site,On Hand,Alloc\nA,East,5,\nB,West,--,2\n"}, maps=[WIDE])
    assert units(batch.counts) == {("East", "A", "on_hand"): 5, ("West", "B", "allocated"): 2}
    covered = set(zip(batch.coverage["system_location"], batch.coverage["state"], strict=True))
    assert covered == {(place, state) for place in ("East", "West") for state in ("on_hand", "allocated")}


def test_long_table(read, units):
    """A row per state gives a count by the map's words for states, or ours; each location covers what it lists."""
    text = "SKU,Site,Status,Qty\nA,East,good,5\nA,East,QC,1\nB,West,On Hand,9\nB,West,back order,3\n"
    batch = read({"s.csv": text}, maps=[LONG])
    assert units(batch.counts) == {
        ("East", "A", "available"): 5,
        ("East", "A", "on_hold"): 1,
        ("West", "B", "on_hand"): 9,
        ("West", "B", "backorder"): 3,
    }
    covered = set(zip(batch.coverage["system_location"], batch.coverage["state"], strict=True))
    assert covered == {("East", "available"), ("East", "on_hold"), ("West", "on_hand"), ("West", "backorder")}


def test_unknown_word_for_a_state_names_the_valid_ones(read):
    """A state that neither the map nor we know sets the file aside, at its line, naming the words that are known."""
    batch = read({"s.csv": "SKU,Site,Status,Qty\nA,East,Good,5\nA,East,Lost,1\n"}, maps=[LONG])
    assert batch.set_aside[0].reason.startswith(
        "s.csv:3: column 'Status' 'Lost' is no state; expected one of Good, QC, Back Order, on_hand, available,"
    )


def test_fixed_location_and_renamed_ones(read, units):
    """location_name places every row; `locations` turns the file's names into the system's, two into one."""
    fixed = ColumnMap(sku="SKU", location_name="East", states={"on_hand": "Qty"})
    assert units(read({"s.csv": "SKU,Qty\nA,5\n"}, maps=[fixed]).counts) == {("East", "A", "on_hand"): 5}
    renamed = ColumnMap(
        sku="SKU",
        location="Bin",
        locations={"E1": "East", "E2": "East"},
        states={"on_hand": "Qty"},
        rows="add",
    )
    batch = read({"s.csv": "SKU,Bin,Qty\nA,E1,5\nA,E2,6\nA,W1,1\n"}, maps=[renamed])
    assert units(batch.counts) == {("East", "A", "on_hand"): 11, ("W1", "A", "on_hand"): 1}
    assert batch.counts["row"].tolist() == [2, 4]


def test_rows_once_or_add(read, units):
    """The same SKU and location twice is refused with both lines, and adds where the map says that rows add."""
    text = "SKU,Site,On Hand,Alloc\nA,East,5,1\nB,East,1,1\nA,East,7,\n"
    refused = read({"s.csv": text}, maps=[WIDE])
    assert refused.set_aside[0].reason.startswith("s.csv:4: SKU 'A' at 'East' has its on_hand on line 2 already;")
    added = read({"s.csv": text}, maps=[WIDE.model_copy(update={"rows": "add"})])
    assert units(added.counts) == {
        ("East", "A", "on_hand"): 12,
        ("East", "A", "allocated"): 1,
        ("East", "B", "on_hand"): 1,
        ("East", "B", "allocated"): 1,
    }


def test_columns_that_add(read, units):
    """Several columns of one state add; a blank among them is nothing said, all blank is no count."""
    mapped = ColumnMap(sku="SKU", location_name="E", states={"on_hold": (("qc",), ("damaged", "broken"))})
    batch = read({"s.csv": "SKU,QC,Broken\nA,1,2\nB,,3\nC,,\n"}, maps=[mapped])
    assert units(batch.counts) == {("E", "A", "on_hold"): 3, ("E", "B", "on_hold"): 3}


def test_packs(read, units):
    """Units are cells times the pack, fixed or of each row."""
    fixed = ColumnMap(sku="SKU", location_name="E", states={"on_hand": "Cases"}, pack=12)
    assert units(read({"s.csv": "SKU,Cases\nA,5\n"}, maps=[fixed]).counts) == {("E", "A", "on_hand"): 60}
    each = ColumnMap(sku="SKU", location_name="E", states={"on_hand": "Cases"}, pack_column="Case Pack")
    batch = read({"s.csv": "SKU,Cases,Case Pack\nA,5,24\nB,2,1\n"}, maps=[each])
    assert units(batch.counts) == {("E", "A", "on_hand"): 120, ("E", "B", "on_hand"): 2}
    batch = read({"s.csv": "SKU,Cases,Case Pack\nA,5,0\n"}, maps=[each])
    assert batch.set_aside[0].reason.startswith("s.csv:2: column 'Case Pack' '0' is no pack; expected units per")
    batch = read({"s.csv": "SKU,Cases,Case Pack\nA,5,\n"}, maps=[each])
    assert batch.set_aside[0].reason.startswith("s.csv:2: column 'Case Pack' is empty; expected a whole number")


def test_dates_in_a_form_and_zone_of_their_own(read):
    """date_format reads the file's dates, time_zone says where they are local."""
    mapped = ColumnMap(
        sku="SKU",
        location_name="E",
        states={"on_hand": "Qty"},
        as_of="When",
        date_format="%d/%m/%Y %H:%M",
        time_zone="Europe/Berlin",
    )
    batch = read({"s.csv": "SKU,Qty,When\nA,5,04/10/2026 15:30\n"}, maps=[mapped])
    assert batch.counts["as_of"].tolist() == [pd.Timestamp("2026-10-04T13:30Z")]
    assert batch.coverage["time_from"].tolist() == ["column"]
    batch = read({"s.csv": "SKU,Qty,When\nA,5,2026-10-04\n"}, maps=[mapped])
    assert "is not in that form; expected a time in the form %d/%m/%Y %H:%M" in batch.set_aside[0].reason


def test_identifiers(read):
    """Columns of ASIN, FNSKU, UPC and title fill the identifiers, each SKU once; a UPC keeps its zeros."""
    mapped = ColumnMap(
        sku="SKU", location="Site", states={"on_hand": "Qty"}, upc=("UPC", "Barcode"), title="Name", asin="ASIN"
    )
    text = "SKU,Site,Qty,Barcode,Name\nA,East,1,012345678905,Mug\nA,West,1,,Cup\nB,East,1,,\n"
    found = read({"s.csv": text}, maps=[mapped]).identifiers
    assert found[["system_sku", "upc", "title"]].to_dict("records") == [
        {"system_sku": "A", "upc": "012345678905", "title": "Mug"}
    ]
    assert found["asin"].isna().all()


def test_header_row_encoding_and_ignored_columns(read, units):
    """A title above the header, another encoding and columns known to be of no use are no trouble."""
    mapped = ColumnMap(
        sku="品番",
        location="Site",
        states={"on_hand": "在庫"},
        header_row=3,
        encoding="cp932",
        ignore=("備考", "Memo"),
    )
    text = "Stock report\nof 5 October\n品番,Site,在庫,備考,Buyer\nA,East,5,x,Ann\n"
    batch = read({"s.csv": text.encode("cp932")}, maps=[mapped])
    assert units(batch.counts) == {("East", "A", "on_hand"): 5}
    assert batch.counts["row"].tolist() == [4]
    assert [note.said for note in batch.notes] == ["columns that nothing maps: 'Buyer'"]


def test_wrong_encoding_is_told(read):
    """Bytes that are not text in the encoding that the map names set the file aside."""
    mapped = WIDE.model_copy(update={"encoding": "utf-8"})
    batch = read({"s.csv": "SKU,Site,On Hand,Alloc\nÄ,East,1,1\n".encode("cp1252")}, maps=[mapped])
    assert batch.set_aside[0].reason == (
        "s.csv: is not utf-8 text; expected text in one of these encodings. "
        "Export it again, or name its encoding in mastersheet.toml"
    )


def test_all_named_columns_are_needed_unless_the_map_says_which(read, units):
    """A state's column that is gone sets the file aside; with `needs` only those listed must be there."""
    text = "SKU,Site,On Hand\nA,East,5\n"
    gone = read({"s.csv": text}, maps=[WIDE])
    assert gone.set_aside[0].reason == (
        "s.csv: no kind of export has the columns 'SKU', 'Site', 'On Hand'...; expected one like Portal counts "
        "(without 'Alloc' for allocated). Export it again, or map its columns in mastersheet.toml "
        "(docs/source-map.md)"
    )
    some = WIDE.model_copy(update={"needs": ()})
    batch = read({"s.csv": text}, maps=[some])
    assert units(batch.counts) == {("East", "A", "on_hand"): 5}
    assert set(batch.coverage["state"]) == {"on_hand"}
    none = read({"s.csv": "SKU,Site\nA,East\n"}, maps=[some])
    assert "(without a column of on_hand, allocated)" in none.set_aside[0].reason
    must = WIDE.model_copy(update={"needs": ("allocated",)})
    assert "(without 'Alloc' for allocated)" in read({"s.csv": text}, maps=[must]).set_aside[0].reason


def test_file_pattern_binds_a_map(read, units):
    """Of two maps that could read a header, the one whose `file` fits the name does."""
    other = ColumnMap(sku="SKU", location="Site", states={"available": "On Hand", "on_hold": "Alloc"})
    bound = other.model_copy(update={"file": "west*.csv"})
    text = "SKU,Site,On Hand,Alloc\nA,East,5,1\n"
    batch = read({"all.csv": text}, maps=[WIDE, bound])
    assert set(batch.counts["state"]) == {"on_hand", "allocated"}
    batch = read({"all.csv": b"", "sub/West-10.csv": text}, maps=[WIDE, bound])
    assert set(batch.counts["state"]) == {"available", "on_hold"}


def test_two_claimants_are_named(read):
    """A file that two maps claim alike is set aside, naming both."""
    other = ColumnMap(sku="SKU", location="Site", states={"available": "On Hand", "on_hold": "Alloc"})
    batch = read({"s.csv": "SKU,Site,On Hand,Alloc\nA,East,5,1\n"}, maps=[WIDE, other])
    assert batch.set_aside[0].reason == (
        "s.csv: could be Portal counts (map 1) or Portal counts (map 2); expected one kind of export to claim it "
        "by its header. Say which in mastersheet.toml, with `map` and `file` under the system's tables"
    )


def test_movements_shipments_and_orders(read, golden, as_text):
    """The other tables are read by `fields`, with the map's words for events and statuses, packs and renamed
    locations."""
    maps = [
        ColumnMap(
            table="movements",
            sku="Item",
            location="Site",
            locations={"E1": "East"},
            fields={"event": "Type", "units": "Cases", "at": "When", "reference": ("Ref", "Order No")},
            events={"SHP": "transfer_out"},
            pack=12,
        ),
        ColumnMap(
            table="shipments",
            sku="Item",
            locations={"E1": "East"},
            fields={
                "shipment": "Shipment",
                "status": "State",
                "from_location": "From",
                "to_location": "To",
                "shipped_units": "Sent",
                "received_units": "Got",
                "shipped_at": "Left",
            },
            statuses={"on its way": "IN_TRANSIT"},
        ),
        ColumnMap(table="orders", sku="Item", fields={"channel": "Shop", "day": "Day", "units": "Sold"}),
    ]
    files = {
        "m.csv": "Item,Site,Type,Cases,When,Order No\nA,E1,SHP,-3,2026-10-04,X-1\nA,West,Cycle Count,1,2026-10-04,\n",
        "o.csv": "Item,Shop,Day,Sold\nA,Web,2026-10-04,7\n",
        "s.csv": "Item,Shipment,State,From,To,Sent,Got,Left\nA,X-1,On its way,E1,FBA US,36,,2026-10-04\n",
    }
    golden("tables/mapped_rows.txt", as_text(read(files, maps=maps)))


def test_fivetran_seed_keeps_its_sums(read, samples):
    """A warehouse table of another tool loads as a system through a map, and every state adds up to its columns."""
    seed = samples / "fivetran_amazon" / "fba_inventory_summary.csv"
    states = {
        "available": "fulfillable_quantity",
        "reserved_orders": "pending_customer_order_quantity",
        "reserved_transfer": "pending_transshipment_quantity",
        "reserved_processing": "fc_processing_quantity",
        "researching": "total_researching_quantity",
        "unfulfillable": "total_unfulfillable_quantity",
        "inbound_working": "inbound_working_quantity",
        "inbound_shipped": "inbound_shipped_quantity",
        "inbound_receiving": "inbound_receiving_quantity",
    }
    mapped = ColumnMap(
        sku="seller_sku",
        location_name="FBA",
        states=states,
        asin="asin",
        fnsku="fn_sku",
        title="product_name",
        rows="add",
    )
    batch = read({"fba.csv": seed.read_bytes()}, maps=[mapped])
    assert not batch.set_aside
    plain = pd.read_csv(seed)
    sums = batch.counts.groupby("state", observed=True)["units"].sum().to_dict()
    assert sums == {state: int(plain[column].sum()) for state, column in states.items()}
    assert set(batch.counts["system_sku"]) == set(plain["seller_sku"])
    assert len(batch.identifiers) == plain["seller_sku"].nunique()


@pytest.mark.parametrize("sku", ["007", "1E5", "=A1", "+44", "NA", "null", "A*", "~x", ">5", "1,5", "TRUE"])
def test_any_sku_survives(sku, read):
    """No SKU is altered or taken for a missing value."""
    batch = read({"s.csv": f'SKU,Site,On Hand,Alloc\n"{sku}",East,5,1\n'}, maps=[WIDE])
    assert batch.counts["system_sku"].unique().tolist() == [sku]
