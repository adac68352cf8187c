"""The tables that anyone can drop."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

COUNTS = """sku,location,state,units,as_of
A-1,East,on_hand,120,2026-10-05
A-1,East,allocated,20,2026-10-05
007,West,On Hand,-3,2026-10-05T09:30:00-07:00
1E5,West,on_hand,"1,250",2026-10-05T09:30:00-07:00
=A1,West,on_hand,7,2026-10-05T09:30:00-07:00
B-2,West,on_hand,,2026-10-05T09:30:00-07:00
A-1,East,on_hand,118,2026-10-04
"""
MOVEMENTS = """sku,location,event,units,at,reference,order_type
A-1,East,Transfer Out,-40,2026-10-03,FBA15X,
A-1,East,sale,-2,2026-10-04T10:00:00Z,112-3,B2B
007,West,cycle count,5,2026-10-04,,
"""
SHIPMENTS = """shipment,sku,from_location,to_location,status,shipped_units,received_units,shipped_at,closed_at
FBA15X,A-1,East,FBA US,In Transit,40,,2026-10-03,
FBA14W,007,,FBA US,CLOSED,12,11,2026-09-01,2026-09-20
"""
ORDERS = """channel,order_type,day,sku,orders,units
Amazon US,B2C,2026-10-04,A-1,10,12
Web,,2026-10-04,007,,3
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("counts", COUNTS), ("movements", MOVEMENTS), ("shipments", SHIPMENTS), ("orders", ORDERS)],
)
def test_each_table_gives_its_frame(name, text, read, golden, as_text):
    """A canonical table gives the frame that its golden file shows."""
    golden(f"tables/{name}.csv.txt", as_text(read({f"{name}.csv": text})))


def test_workbook_is_the_same_as_text(read):
    """counts.xlsx gives the same rows as counts.csv, with numbers and dates in cells of their own type."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd", "in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["sku", "location", "state", "units", "as_of"])
    sheet.write_row(1, 0, ["A-1", "East", "on_hand", 120.0, "2026-10-05"])
    sheet.write_string(2, 0, "007")
    sheet.write_row(2, 1, ["East", "on_hand", 5])
    sheet.write_string(2, 4, "2026-10-05")
    book.close()
    from_text = read(
        {
            "counts.csv": "sku,location,state,units,as_of\nA-1,East,on_hand,120,2026-10-05\n"
            "007,East,on_hand,5,2026-10-05\n"
        }
    ).counts
    from_book = read({"counts.csv": b"", "sub/counts.xlsx": file.getvalue()}).counts
    same = ["system_location", "system_sku", "state", "units", "as_of", "row"]
    assert from_book[same].astype(str).equals(from_text[same].astype(str))


def test_text_stays_what_it_is(read):
    """SKUs that look like numbers or formulas are not converted, and a blank cell is no count."""
    skus = read({"counts.csv": COUNTS}).counts["system_sku"].tolist()
    assert skus == ["A-1", "A-1", "007", "1E5", "=A1"]


def test_extra_columns_are_told(read):
    """A column that the table does not have is told in a note and stops nothing."""
    batch = read({"counts.csv": "sku,location,state,units,as_of,Buyer\nA,E,on_hand,1,2026-10-05,Ann\n"})
    assert [note.said for note in batch.notes] == ["columns that nothing maps: 'Buyer'"]
    assert len(batch.counts) == 1


def test_time_without_a_column_is_the_files(read):
    """Without as_of the time is the date in the name, else the file's own, and the coverage says which."""
    text = "sku,location,state,units\nA,E,on_hand,1\n"
    named = read({"stock 2026-10-04.csv": text}, file_date="%Y-%m-%d")
    assert named.counts["as_of"].tolist()[0].isoformat() == "2026-10-05T03:59:59+00:00"
    assert named.coverage["time_from"].tolist() == ["file name"]
    assert read({}).coverage["time_from"].tolist() == ["file time"]


def bad(text: str) -> str:
    return "sku,location,state,units,as_of\nA,E,on_hand,1,2026-10-05\n" + text


TODO = "Correct it where it comes from and export again"
STATES = (
    "on_hand, available, allocated, reserved_orders, reserved_transfer, reserved_processing, on_hold, "
    "researching, unfulfillable, inbound_working, inbound_shipped, inbound_receiving, in_transit, on_order, "
    "backorder, buildable"
)
BAD = {
    "unknown state": (
        bad("B,E,sellable,1,2026-10-05\n"),
        f"counts.csv:3: column 'state' 'sellable' is no state; expected one of {STATES}. {TODO}",
    ),
    "fraction": (
        bad("B,E,on_hand,1.5,2026-10-05\n"),
        f"counts.csv:3: column 'units' '1.5' is not a whole number of units; expected a whole number of units. {TODO}",
    ),
    "word": (
        bad("B,E,on_hand,many,2026-10-05\n"),
        f"counts.csv:3: column 'units' 'many' is not a number; expected a whole number of units. {TODO}",
    ),
    "twice": (
        bad("B,E,on_hand,4,2026-10-05\nA,E,on_hand,2,2026-10-05\n"),
        "counts.csv:4: SKU 'A' at 'E' has its on_hand on line 2 already; expected one row for each SKU, location, "
        'state and time. Take one out where it comes from, or say rows = "add" in the column map if they add',
    ),
    "to come": (
        bad("B,E,on_hand,4,2026-10-07\n"),
        "counts.csv:3: column 'as_of' '2026-10-07' is still to come; "
        f"expected nothing later than 2026-10-06, tomorrow. {TODO}",
    ),
    "no time": (
        bad("B,E,on_hand,4,\n"),
        f"counts.csv:3: column 'as_of' is empty; expected a date such as 2026-10-05. {TODO}",
    ),
    "no date": (
        bad("B,E,on_hand,4,05/10/2026\n"),
        f"counts.csv:3: column 'as_of' '05/10/2026' is not a date; expected a date such as 2026-10-05. {TODO}",
    ),
    "no SKU": (
        bad(",E,on_hand,4,2026-10-05\n"),
        f"counts.csv:3: column 'sku' is empty; expected a value in every row. {TODO}",
    ),
    "empty": (
        "",
        "counts.csv: is empty; expected a header and rows. Export it again; an empty report is not zero stock",
    ),
    "header only": (
        "sku,location,state,units,as_of\n",
        "counts.csv: has a header and no rows; expected at least one row. "
        "Export it again; an empty report is not zero stock",
    ),
    "cut": (
        bad("B,E,on_ha"),
        "counts.csv:3: 3 cells; expected 5 as in the header. The file was cut or edited: export it again",
    ),
    "not text": (
        b"sku,location,state,units,as_of\nA\x00,E,on_hand,1,2026-10-05\n",
        "counts.csv: holds bytes that are not text; expected UTF-8, UTF-16 or Windows-1252 text. "
        "Export the file again as CSV or TSV",
    ),
    "long cell": (
        bad("B" * 100_000 + ",E,on_hand,1,2026-10-05\n"),
        "counts.csv:3: a cell of 100,000 characters; expected at most 32,767. "
        "Shorten it where it comes from, or leave the column out of the export",
    ),
    "column twice": (
        "sku,location,state,units,Units,as_of\nA,E,on_hand,1,2,2026-10-05\n",
        "counts.csv: has the column 'Units' twice; expected each column that is read once. "
        "Take one of them out, or give them different names",
    ),
    "not recognised": (
        "sku,location,units\nA,E,1\n",
        "counts.csv: no kind of export has the columns 'sku', 'location', 'units'...; expected one like "
        "counts.csv (without 'state' for state) or movements.csv (without 'event' for event, 'at' for at). "
        "Export it again, or map its columns in mastersheet.toml (docs/source-map.md)",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_table_is_set_aside_with_one_line(case, read):
    """A table that cannot be used gives no counts and one line: where, what, what was expected, what to do."""
    text, line = BAD[case]
    batch = read({"counts.csv": text})
    assert [aside.reason for aside in batch.set_aside] == [line]
    assert "\n" not in line
    assert len(batch.counts) == len(batch.coverage) == 0


def test_unknown_status_names_the_valid_ones(read):
    """A shipment's status must be one of ours, and the line names them."""
    batch = read({"shipments.csv": SHIPMENTS.replace("CLOSED", "Lost")})
    assert batch.set_aside[0].reason == (
        "shipments.csv:3: column 'status' 'Lost' is no status; expected one of PLANNED, SHIPPED, IN_TRANSIT, "
        f"DELIVERED, RECEIVING, CLOSED, CANCELLED. {TODO}"
    )
    assert not batch.set_aside[0].counts


def test_movement_needs_units_and_time(read):
    """A movement without units is set aside: a blank is not nothing moved."""
    batch = read({"movements.csv": MOVEMENTS.replace(",-2,", ",,")})
    assert batch.set_aside[0].reason == (
        f"movements.csv:3: column 'units' is empty; expected a whole number of units. {TODO}"
    )
