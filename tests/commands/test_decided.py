"""What buyers decide in the workbook: KNOWN gaps are quiet, orders placed are stamped once."""

from __future__ import annotations

from datetime import datetime

import openpyxl
import pytest

from sheets.brand import open_brand, tables_of

COUNTS = "sku,location,state,units,as_of\n"


@pytest.fixture
def brand(three_systems, run):
    """The brand with its first refresh: Skubana is 23 units short, 15.3 are allowed."""
    three_systems.new()
    assert run("refresh", three_systems.brand).exit_code == 0
    return three_systems


def typed(brand, tab, table, cells, row=0):
    """Writes into a row of a table below these headers."""
    path = brand.brand / "master.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    first = sheet[sheet.tables[table].ref.split(":")[0]]
    last = sheet[sheet.tables[table].ref.split(":")[1]]
    headers = {sheet.cell(first.row, at).value: at for at in range(first.column, last.column + 1)}
    for header, value in cells.items():
        sheet.cell(first.row + 1 + row, headers[header], value)
    book.save(path)


def shown(brand, table):
    return [row for row in tables_of(open_brand(brand.brand))[table].to_dict("records") if row["SKU"]]


def skubana(brand, run, units, day="2026-10-05"):
    brand.export("skubana/counts.csv", COUNTS + f"A,FBA,on_hand,{units},{day}\n")
    result = run("refresh", brand.brand)
    assert result.exit_code == 0, result.output
    return result


def known(brand, **more):
    typed(brand, "Daily Check", "DailyCheck", {"Status": "KNOWN", "Note": "cycle count due", **more})


def test_a_known_gap_is_quiet_and_keeps_what_the_buyer_wrote(brand, run):
    """It leaves the daily check for the table beside it, with the units that were accepted."""
    known(brand)
    assert "0 flags" in run("refresh", brand.brand).output
    assert shown(brand, "DailyCheck") == []
    [row] = shown(brand, "Known")
    assert (row["Gap"], row["Accepted"], row["Status"], row["Note"]) == (-23, -23, "KNOWN", "cycle count due")
    assert shown(brand, "Resolved") == []
    checked = run("check", brand.brand)
    assert "no flags; 1 known, quiet" in checked.output
    assert [row["flagged"] for row in brand.report()["gaps"] if row["system"] == "Skubana"] == [True]


def test_it_comes_back_when_it_moves_by_more_than_is_allowed(brand, run):
    """Measured from what was accepted, not from yesterday: it cannot creep away."""
    known(brand)
    for units in (487, 480, 473):
        skubana(brand, run, units)
        assert [row["Accepted"] for row in shown(brand, "Known")] == [-23]
    skubana(brand, run, 471)
    assert shown(brand, "Known") == []
    [row] = shown(brand, "DailyCheck")
    assert (row["Gap"], row["Status"], row["Note"]) == (-39, "KNOWN", "cycle count due")


@pytest.mark.parametrize(("until", "quiet"), [("2026-10-05", True), ("2026-10-04", False)])
def test_it_comes_back_when_its_day_has_passed(brand, run, until, quiet):
    """The day itself is still quiet."""
    known(brand, **{"Quiet Until": datetime.fromisoformat(until)})
    run("refresh", brand.brand)
    assert [len(shown(brand, "Known")), len(shown(brand, "DailyCheck"))] == [int(quiet), int(not quiet)]


def test_another_word_brings_it_back(brand, run):
    """The buyer decides so beside the daily check."""
    known(brand)
    run("refresh", brand.brand)
    typed(brand, "Daily Check", "Known", {"Status": "LOOKING"})
    run("refresh", brand.brand)
    [row] = shown(brand, "DailyCheck")
    assert (row["Status"], row["Note"]) == ("LOOKING", "cycle count due")


def test_a_known_gap_that_closes_is_resolved(brand, run):
    """With what the buyer wrote."""
    known(brand)
    run("refresh", brand.brand)
    skubana(brand, run, 510)
    assert [(row["SKU"], row["Status"], row["Note"]) for row in shown(brand, "Resolved")] == [
        ("A", "KNOWN", "cycle count due")
    ]


def test_an_order_is_stamped_with_the_numbers_of_its_day_once(brand, run):
    """Order against, low, high, every system's number and the refresh; later refreshes leave them."""
    typed(brand, "Orders Placed", "OrdersPlaced", {"When": datetime(2026, 10, 5), "SKU": "A", "Quantity": 300})
    run("refresh", brand.brand)
    [row] = shown(brand, "OrdersPlaced")
    assert row["What Systems Said"] == "FBA US: Seller Central 510, Flieber 500, Skubana 487"
    assert (row["Order Against"], row["Refresh"]) == (510, 2)
    assert row["Low"] <= 510 <= row["High"]
    brand.export("seller-central/counts.csv", COUNTS + "A,FBA US,on_hand,90,2026-10-05\n")
    run("refresh", brand.brand)
    assert shown(brand, "OrdersPlaced") == [row]


def test_an_order_of_an_unknown_sku_waits_for_its_name(brand, run):
    """Nothing is stamped that nobody knows; once the SKU is there, it is."""
    typed(brand, "Orders Placed", "OrdersPlaced", {"When": datetime(2026, 10, 5), "SKU": "B", "Quantity": 300})
    run("refresh", brand.brand)
    [row] = shown(brand, "OrdersPlaced")
    assert row["Refresh"] is None
    typed(brand, "Orders Placed", "OrdersPlaced", {"SKU": "A"})
    run("refresh", brand.brand)
    assert [row["Refresh"] for row in shown(brand, "OrdersPlaced")] == [3]


def test_a_note_that_no_program_worked_out_stops_the_refresh(brand, run):
    """It would stand empty in Resolved once its row closes."""
    typed(brand, "Daily Check", "DailyCheck", {"Note": '=UPPER("ask ann")'})
    result = run("refresh", brand.brand)
    assert result.exit_code == 2
    assert result.output.startswith("tab Daily Check, cell ")
    assert "holds a formula whose value is not known yet" in result.output
