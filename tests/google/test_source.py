"""A tab of a Google Sheet as a system's source: read by the same column maps, with the same care, as dropped files."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from sheets.brand import open_brand
from tests.google.source import COUNTS, MAP, NOW, STOCK, TODAY, shown, units


def test_counts_by_a_column_map(source):
    """Units, the day of the column, the sheet's title and tab as source, and the row in the sheet."""
    batch = source.read()
    assert batch.set_aside == batch.notes == ()
    found = batch.counts.astype({"source": "str", "system_sku": "str"})
    assert found[["system_sku", "units", "source", "row"]].to_numpy().tolist() == [
        ["A", 120, "Acme stock, tab Stock", 2], ["007", 35, "Acme stock, tab Stock", 3],
    ]  # fmt: skip
    assert {f"{time.tz_convert('America/New_York')}" for time in found["as_of"]} == {"2026-10-05 23:59:59-04:00"}
    assert batch.coverage["time_from"].tolist() == ["column"]


def test_a_refresh_reads_it_and_every_command_does(source, run):
    """The authority's 120 beside Skubana's 100, on the tabs as in the report; lint and doctor are content."""
    result = run("refresh", source.folder)
    assert result.exit_code == 0, result.output
    (gap,) = [one for one in source.made.report()["gaps"] if one["sku"] == "A"]
    assert (gap["authority_units"], gap["system_units"], gap["gap"]) == (120, 100, -20)
    from sheets.brand import tables_of

    counts = tables_of(open_brand(source.folder))["Counts"]
    assert counts.loc[counts["SKU"] == "A", "Source"].tolist() == ["Acme stock, tab Stock"]
    for words in (["lint"], ["check"], ["trace", "A", "Toronto"], ["doctor"]):
        result = run(words[0], source.folder, *words[1:])
        assert result.exit_code == 0, (words, result.output)
        assert "drop" not in result.output, words
    assert "can be read, 2 tabs; it is read from Stock" in result.output


def test_the_columns_of_counts_csv_need_no_map(source):
    """A tab with the headers of counts.csv is counts."""
    source.tab("Stock", COUNTS)
    source.says('google = "stock"', rest="")
    source.google.books["stock"].sheets.pop(0)
    batch = source.read()
    assert (units(batch), batch.set_aside) == ({"A": 120}, ())


def test_a_ready_map_reads_it(source):
    """Flieber's shared sheet, whatever the system is called."""
    source.tab("Stock", [["sku", "location_name", "units_available"], ["A", "Toronto", 7]])
    source.says('google = "https://docs.google.com/spreadsheets/d/stock/edit#gid=0"\nmap = "Flieber"\ntabs = "Stock"',
                rest="")  # fmt: skip
    batch = source.read()
    assert batch.counts[["state", "units"]].astype(str).to_numpy().tolist() == [["available", "7"]]
    assert (batch.counts["as_of"].tolist(), batch.coverage["time_from"].tolist()) == ([NOW], ["time of reading"])


def test_text_and_numbers_keep_every_letter(source):
    """007 as text, 1234 as a number, 42 that is shown as 00042, a UPC of twelve digits, 1E5 as text."""
    skus = ["007", 1234.0, shown(42, type="NUMBER", pattern="00000"), 123456789012, "1E5", " B "]
    source.tab("Stock", [["Item", "Qty", "Counted"], *[[sku, 1, TODAY] for sku in skus]])
    assert list(units(source.read())) == ["007", "1234", "00042", "123456789012", "1E5", "B"]


def test_a_missing_cell_is_no_count(source):
    """Empty and `-` are no number; 0 is one."""
    source.tab("Stock", [["Item", "Qty", "Counted"], ["A", "", TODAY], ["B", 0, TODAY], ["C", "-", TODAY]])
    assert units(source.read()) == {"B": 0}


@pytest.mark.parametrize(
    ("cell", "asked", "day"),
    [
        (date(2026, 10, 4), "", "2026-10-04T23:59:59-04:00"),
        (date(2026, 10, 4), 'date_format = "%d/%m/%Y"', "2026-10-04T23:59:59-04:00"),
        (datetime(2026, 10, 4, 15, 30), "", "2026-10-04T15:30:00-04:00"),
        ("2026-10-04", "", "2026-10-04T23:59:59-04:00"),
        ("4/10/2026", 'date_format = "%d/%m/%Y"', "2026-10-04T23:59:59-04:00"),
    ],
)
def test_a_date_is_a_date_however_it_is_shown(source, cell, asked, day):
    """A cell that Google knows for a date is that day; a text is read by the map's form, else as 2026-10-04."""
    source.tab("Stock", [["Item", "Qty", "Counted"], ["A", 5, cell]])
    source.says('google = "stock"\ntabs = ["Stock"]', rest=f"{MAP}{asked}\n")
    batch = source.read()
    assert batch.set_aside == ()
    assert batch.counts["as_of"].tolist() == [pd.Timestamp(day)]


def test_without_a_column_for_the_day_it_is_the_moment_of_reading(source):
    """That is now: nobody knows when the sheet was filled in; a day before knows nothing of it."""
    source.says('google = "stock"\ntabs = ["Stock"]', rest=MAP.replace('as_of = "Counted"\n', 'ignore = "Counted"\n'))
    batch = source.read()
    assert set(batch.counts["as_of"]) == {NOW}
    assert batch.coverage["time_from"].tolist() == ["time of reading"]
    assert source.read(as_of=NOW - pd.Timedelta(days=1)).counts.empty


def test_a_tab_for_each_day(source):
    """file_date reads the day in a tab's title: the newest is today's, the older ones are past."""
    rest = MAP.replace('as_of = "Counted"\n', "")
    source.tab("Stock 2026-10-04", [["Item", "Qty"], ["A", 100]])
    source.tab("Stock 2026-10-05", [["Item", "Qty"], ["A", 120]])
    source.says('google = "stock"\ntabs = ["Stock 2026-10-04", "Stock 2026-10-05"]\nfile_date = "%Y-%m-%d"', rest=rest)
    batch = source.read()
    assert (units(batch), batch.past["units"].tolist(), batch.set_aside) == ({"A": 120}, [100], ())


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (
            [*STOCK[:2], ["B", "many", TODAY]],
            "Acme stock, tab Stock, cell B3: column 'Qty' 'many' is not a number; expected a whole number of units. "
            "Correct it there",
        ),
        (
            [*STOCK[:2], ["B", "=1/0", TODAY]],
            "Acme stock, tab Stock, cell B3: column 'Qty' '#DIV/0!' is not a number; expected a whole number of "
            "units. Correct it there",
        ),
        (
            [*STOCK[:2], ["B", 2.5, TODAY]],
            "Acme stock, tab Stock, cell B3: column 'Qty' '2.5' is not a whole number of units; expected a whole "
            "number of units. Correct it there",
        ),
        (
            [*STOCK[:2], [], ["", 5, TODAY]],
            "Acme stock, tab Stock, cell A4: column 'Item' is empty; expected a value in every row. Correct it there",
        ),
        (
            [*STOCK[:2], ["B", 5, 46300]],
            "Acme stock, tab Stock, cell C3: column 'Counted' '46300' is not a date; expected a date such as "
            "2026-10-05. Correct it there",
        ),
        (
            [*STOCK[:2], ["A", 5, TODAY]],
            "Acme stock, tab Stock, cell A3: SKU 'A' at 'Toronto' has its on_hand on line 2 already; expected one row "
            'for each SKU, location, state and time. Take one out where it comes from, or say rows = "add" in the '
            "column map if they add",
        ),
        (
            [["Item", "Quantity", "Counted"], *STOCK[1:]],
            "Acme stock, tab Stock: no kind of export has the columns 'Item', 'Quantity', 'Counted'...; expected one "
            "like 3PL Toronto counts (without 'Qty' for on_hand). Map its columns in mastersheet.toml "
            "(docs/source-map.md), or name the tabs to read: `tabs` there",
        ),
        (
            [*STOCK[:1]],
            "Acme stock, tab Stock: has a header and no rows; expected at least one row. An empty tab is not zero "
            "stock: fill it, or leave it out of `tabs` in mastersheet.toml",
        ),
        (
            [],
            "Acme stock, tab Stock: is empty; expected a header and rows. An empty tab is not zero stock: fill it, or "
            "leave it out of `tabs` in mastersheet.toml",
        ),
        (
            [[" "], *STOCK],
            "Acme stock, tab Stock, row 1: has no header; expected the columns' names in its first row",
        ),
        (
            [["Item", "Qty", "Qty", "Counted"], ["A", 1, 2, TODAY]],
            "Acme stock, tab Stock, row 1: has the column 'Qty' twice; expected each name once in the header. Take "
            "one of them out, or give them different names",
        ),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_its_address(source, rows, line):
    """Spreadsheet, tab, cell or row, what was expected, what to do; nothing of the tab is used."""
    source.tab("Stock", rows)
    assert source.set_aside() == [line]
    assert source.read().counts.empty


def test_a_broken_cell_keeps_the_last_count(source, run):
    """Exit code 3; the 120 of the last refresh stands with its day."""
    assert run("refresh", source.folder).exit_code == 0
    source.tab("Stock", [*STOCK[:1], ["A", "many", TODAY]])
    report = source.made.report(exits=3)
    (position,) = [one for one in report["positions"] if one["sku"] == "A"]
    assert (position["units"], position["as_of"]) == (120, "2026-10-05")
    (aside,) = report["set_aside"]
    assert (aside["system"], aside["source"]) == ("3PL Toronto", "Acme stock, tab Stock")


def test_an_impossible_count_is_guarded(source):
    """A negative count at the authority is set aside by itself, with sheet, tab and row."""
    source.tab("Stock", [*STOCK[:2], ["007", -5, TODAY]])
    report = source.made.report(exits=3)
    (aside,) = report["set_aside"]
    assert aside["reason"].startswith("Acme stock, tab Stock:3: on_hand of 007 at Toronto is -5; expected 0 or more")


def test_a_tab_that_is_gone_is_named(source, run):
    """What there is, and what to do; connect says the same."""
    line = (
        "Acme stock: has no tab 'Stoc'; expected it among 'Read me', 'Stock'. Correct `tabs` in mastersheet.toml, or "
        "give the tab its name back"
    )
    source.says('google = "stock"\ntabs = ["Stoc"]')
    assert source.set_aside() == [line]
    result = run("connect", source.folder, "3PL Toronto")
    assert (result.exit_code, result.stderr) == (2, f"{line}\n")


def test_without_tabs_every_tab_that_is_shown_is_tried(source):
    """As every file of a folder; a hidden one is not, unless it is named."""
    source.tab("Old", [["Item", "Qty", "Counted"], ["OLD", 5, TODAY]], hidden=True)
    source.tab("Read me", [["Call Ann before noon", "thanks"], ["x", "y"]])
    source.says('google = "stock"')
    batch = source.read()
    assert units(batch) == {"A": 120, "007": 35}
    assert [one.source for one in batch.set_aside] == ["Acme stock, tab Read me"]
    source.says('google = "stock"\ntabs = ["old"]')
    assert units(source.read()) == {"OLD": 5}
