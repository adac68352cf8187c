"""A tab of a Google Sheet as a system's source: read by the same column maps, with the same care, as dropped files."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from connectors.frames import Batch
from sheets.brand import open_brand
from sheets.pull import read_system
from tests.commands.conftest import Made
from tests.google.emulator import Emulator, Fault
from tests.google.grid import Sheet, new_sheet
from tests.google.internet import ACCOUNT, Internet

NOW = pd.Timestamp("2026-10-05T20:00Z")
MAP = """\
[[systems."3PL Toronto".tables]]
sku = "Item"
location_name = "Toronto"
states = { on_hand = "Qty" }
as_of = "Counted"
"""
TODAY = date(2026, 10, 5)
STOCK = [["Item", "Qty", "Counted"], ["A", 120, TODAY], ["007", 35, TODAY]]
COUNTS = [["sku", "location", "state", "units", "as_of"], ["A", "Toronto", "on_hand", 120, TODAY]]
DENIED = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "The caller does not have permission"}}


def cell(value: object) -> dict[str, Any]:
    """What somebody typed: text, a number, a formula, a date that Google knows for one, or a cell as it stands."""
    if isinstance(value, dict):
        return value
    if isinstance(value, (date, datetime)):
        timed = isinstance(value, datetime)
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        form = {"type": "DATE_TIME" if timed else "DATE", "pattern": "d/m/yyyy"}
        return shown((moment - datetime(1899, 12, 30)).total_seconds() / 86_400, **form)
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, (int, float)):
        return {"userEnteredValue": {"numberValue": value}}
    return {"userEnteredValue": {"formulaValue" if str(value).startswith("=") else "stringValue": str(value)}}


def shown(number: float, **form: str) -> dict[str, Any]:
    """A number in a format."""
    return {"userEnteredValue": {"numberValue": number}, "userEnteredFormat": {"numberFormat": form}}


@dataclass
class Source:
    """A brand with a system 3PL Toronto, right in Toronto, that keeps its counts in the spreadsheet `stock`."""

    made: Made
    google: Emulator
    folder: Path

    def tab(self, title: str, rows: Sequence[Sequence[object]], **properties: Any) -> Sheet:
        """A tab, made or filled anew; an empty text is an empty cell."""
        book = self.google.books["stock"]
        there = [one for one in book.sheets if one.title == title]
        sheet = there[0] if there else new_sheet(book, {"title": title, **properties}, "tab")
        sheet.cells = {
            (row, column): cell(value)
            for row, line in enumerate(rows) for column, value in enumerate(line) if value != ""
        }  # fmt: skip
        book.version += 1
        return sheet

    def says(self, text: str, *, rest: str = MAP, system: str = "3PL Toronto") -> None:
        """Writes the system's section into the brand's mastersheet.toml, in place of what a test wrote before."""
        file = self.folder / "mastersheet.toml"
        before = file.read_text(encoding="utf-8").split("# the source\n")[0]
        file.write_text(f'{before}# the source\n[systems."{system}"]\n{text}\n{rest}', encoding="utf-8")

    def read(self, system: str = "3PL Toronto", **more: Any) -> Batch:
        """What is read of a system."""
        return read_system(open_brand(self.folder), system, "America/New_York", now=NOW, **more)

    def set_aside(self) -> list[str]:
        return [one.reason for one in self.read().set_aside]


@pytest.fixture
def source(made: Made, internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr("addin.saying.the_time", lambda: NOW)
    key = internet.key_file(tmp_path / "key.json")
    made.file("locations.csv", "location,segment,kind\nToronto,Canada,3pl\n")
    made.file(
        "source_map.csv",
        """\
        location,system,role,system_location,states,absent
        Toronto,3PL Toronto,authority,Toronto,on_hand,unknown
        Toronto,Skubana,secondary,Toronto,on_hand,unknown
        """,
    )
    made.file("skus.csv", "sku,title,unit_cost\nA,Headlamp,10\n007,Lantern,5\n")
    made.file("settings.csv", "setting,value\ntime zone,America/New_York\n")
    made.file("exports/skubana/counts.csv", "sku,location,state,units,as_of\nA,Toronto,on_hand,100,2026-10-05\n")
    made.file("mastersheet.toml", f"[google]\nservice_account = {json.dumps(str(key))}\n")
    made.new()
    internet.google.made("stock").title = "Acme stock"
    internet.google.books["stock"].sheets[0].properties["title"] = "Read me"
    found = Source(made, internet.google, made.brand)
    found.tab("Stock", STOCK)
    found.says('google = "stock"\ntabs = ["Stock"]')
    return found


def units(batch: Batch) -> dict[str, int]:
    return dict(zip(batch.counts["system_sku"].astype("str"), batch.counts["units"], strict=True))


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


def test_a_sheet_that_is_not_shared_says_with_whom_to_share_it(source, run):
    """Set aside with the address that signs in; the rest goes on."""
    line = (
        f"Google Sheet stock: is not shared with {ACCOUNT}; expected that it may be viewed there. In the spreadsheet "
        f"press Share, and add {ACCOUNT} as a viewer"
    )
    source.google.faults.append(Fault(403, json.dumps(DENIED)))
    assert source.set_aside() == [line]
    for command, code in ((["connect", source.folder, "3PL Toronto"], 2), (["refresh", source.folder], 3)):
        source.google.faults.append(Fault(403, json.dumps(DENIED)))
        result = run(*command)
        assert (result.exit_code, line in result.output) == (code, True), result.output
    source.google.faults.append(Fault(403, json.dumps(DENIED)))
    assert f"TO DO  3PL Toronto  {line}" in " ".join(run("doctor", source.folder).output.split(" ")).replace(
        "   ", "  "
    )


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault(404), "there is no such spreadsheet. Correct its id in mastersheet.toml: the long word between /d/ and "
                     "/edit in its address"),
        (Fault(200, "<html>Welcome to the airport</html>"),
         "the answer is not Google's; expected a spreadsheet. See whether this network asks for a sign-in of its own, "
         "then try again"),
    ],
)  # fmt: skip
def test_what_google_refuses_stands_in_one_line(source, fault, line):
    """With the spreadsheet's id, since no title could be read."""
    source.google.faults.append(fault)
    assert source.set_aside() == [f"Google Sheet stock: {line}"]


def test_nobody_signed_in_stops_nothing_else(source, run):
    """A key that is gone sets the system aside, and Skubana is read."""
    (source.folder.parent / "key.json").unlink()
    report = source.made.report(exits=3)
    assert [one["system"] for one in report["set_aside"]] == ["3PL Toronto"]
    assert report["set_aside"][0]["reason"].startswith("Google Sheet stock: ")


def test_without_a_network_the_last_count_stays(source, run, monkeypatch):
    """Google's line, exit code 3, and the 120 of the day before, as STALE; nothing else stops."""
    source.tab("Stock", [*STOCK[:1], ["A", 120, date(2026, 10, 4)]])
    assert run("refresh", source.folder).exit_code == 0
    source.google.faults += [Fault(broken=True)] * 50
    monkeypatch.setattr("connectors.google.asked.Asked._next_pause", lambda *_: 1e9)
    result = run("refresh", source.folder)
    assert result.exit_code == 3
    line = "Google Sheet stock: does not answer (ConnectionError). Try again when it works again"
    assert line in result.output
    report = source.made.report(exits=3)
    assert [(one["reason"], one["kept_as_of"]) for one in report["set_aside"]] == [(line, "2026-10-04")]
    (position,) = [one for one in report["positions"] if one["sku"] == "A"]
    assert (position["units"], position["stale"]) == (120, True)


def test_two_reads_for_a_spreadsheet_whoever_stands_in_it(source, run):
    """Two systems by their tabs, one look at the tabs, one at the cells of both and no other."""
    source.tab("Skubana", [["sku", "location", "state", "units", "as_of"], ["A", "Toronto", "on_hand", 118, TODAY]])
    source.tab("Other", [["a", "b"], [1, 2]])
    more = f'{MAP}\n[systems.Skubana]\ngoogle = "stock"\ntabs = ["Skubana"]\n'
    source.says('google = "stock"\ntabs = ["Stock"]', rest=more)
    (source.folder / "exports" / "skubana" / "counts.csv").unlink()
    source.google.calls.clear()
    report = source.made.report()
    (gap,) = [one for one in report["gaps"] if one["sku"] == "A"]
    assert (gap["authority_units"], gap["system_units"]) == (120, 118)
    assert [name for name, _ in source.google.calls] == ["get", "get"]


def test_tabs_of_one_kind_stand_side_by_side(source):
    """A tab for each warehouse; a count that two tabs give is refused: none of the two is the newer one."""
    rest = MAP.replace('location_name = "Toronto"', 'location = "Where"')
    header = ["Item", "Where", "Qty", "Counted"]
    source.tab("Stock", [header, ["A", "Toronto", 120, TODAY]])
    source.tab("West", [header, ["A", "Vancouver", 7, TODAY]])
    source.says('google = "stock"\ntabs = ["Stock", "West"]', rest=rest)
    assert sorted(source.read().counts["units"]) == [7, 120]
    source.tab("West", [header, ["A", "Vancouver", 7, TODAY], ["A", "Toronto", 8, TODAY]])
    assert source.set_aside() == [
        "Acme stock, tab West, row 3: SKU 'A' at 'Toronto' has its on_hand in row 2 of Acme stock, tab Stock already; "
        "expected one row for each SKU, location, state and time in all tabs together. Take one out, or name the tabs "
        "to read: `tabs` in mastersheet.toml"
    ]


def test_shipments_of_two_tabs_are_both_there(source):
    """None of the two replaces the other, as a newer file would."""
    header = ["shipment", "sku", "status", "from_location", "to_location", "shipped_units"]
    for number, title in enumerate(("East", "West"), start=1):
        source.tab(title, [header, [f"S{number}", "A", "SHIPPED", title, "FBA US", 10]])
    source.says('google = "stock"\ntabs = ["East", "West"]')
    assert sorted(source.read().shipments["shipment"]) == ["S1", "S2"]


def test_movements_of_two_tabs_are_both_there(source):
    """Days that one tab spans take nothing away from the other."""
    header = ["sku", "location", "event", "units", "at", "reference"]
    for number, title in enumerate(("In", "Out"), start=1):
        source.tab(title, [header, ["A", "Toronto", "adjustment", number, TODAY, title]])
    source.says('google = "stock"\ntabs = ["In", "Out"]')
    assert sorted(source.read().movements["units"]) == [1, 2]


def test_a_map_bound_to_a_tab_reads_that_tab_alone(source):
    """`sheet` names it: two tabs with the same columns, each with a place of its own."""
    rest = MAP + 'sheet = "Stock"\n' + MAP.replace('"Toronto"\n', '"Vancouver"\n') + 'sheet = "West"\n'
    source.tab("West", [*STOCK[:1], ["A", 7, TODAY]])
    source.says('google = "stock"\ntabs = ["Stock", "West"]', rest=rest)
    batch = source.read()
    assert batch.set_aside == ()
    assert set(zip(batch.counts["system_location"], batch.counts["units"], strict=True)) == {
        ("Toronto", 120), ("Toronto", 35), ("Vancouver", 7),
    }  # fmt: skip


def test_files_beside_it_are_read_as_well(source):
    """The newest counts are today's, as between files; of one day the sheet, which is read now."""
    file = source.folder / "exports" / "3pl-toronto" / "stock.csv"

    def dropped(day: str) -> None:
        file.write_text(f"Item,Qty,Counted\nA,90,{day}\n", encoding="utf-8")
        os.utime(file, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))

    dropped("2026-10-04")
    batch = source.read()
    assert (units(batch), batch.past["units"].tolist()) == ({"A": 120, "007": 35}, [90])
    dropped("2026-10-05")
    assert units(source.read())["A"] == 120
    dropped("2026-10-06")
    assert units(source.read()) == {"A": 90}


def test_the_report_is_that_of_the_same_table_dropped_as_csv(source):
    """Apart from where it was read, nothing of check --json differs."""
    source.tab("Stock", [*STOCK, ["X-1", 4, TODAY]])
    shared = source.made.report()
    text = io.StringIO()
    csv.writer(text).writerows([*STOCK, ["X-1", 4, TODAY]])
    (source.folder / "exports" / "3pl-toronto" / "stock.csv").write_text(text.getvalue(), encoding="utf-8")
    source.says("")
    source.google.calls.clear()
    assert source.made.report() == shared
    assert source.google.calls == []


def test_a_tab_too_large_is_no_list_of_counts(source, monkeypatch):
    """It is not fetched; the line says what to delete."""
    monkeypatch.setattr("connectors.google.tabs.MOST_CELLS", 1000)
    source.google.calls.clear()
    assert source.set_aside() == [
        "Acme stock, tab Stock: has 26,000 cells; expected at most 1,000. Delete the empty rows and columns beyond the "
        "table there"
    ]
    assert [name for name, _ in source.google.calls] == ["get"]


def test_connect_checks_a_system_for_reading_alone(source, run):
    """Who signs in, the title, which tabs; nothing is written."""
    source.google.calls.clear()
    result = run("connect", source.folder, "3PL Toronto")
    assert (result.exit_code, result.stdout.splitlines()) == (0, [
        f"Signs in as {ACCOUNT} (service account, key.json)",
        "Acme stock: can be read, 2 tabs; it is read from Stock", f"Next: mastersheet check {source.folder}",
    ])  # fmt: skip
    assert [name for name, _ in source.google.calls] == ["get"]


def test_connect_of_a_system_without_a_sheet_says_so(source, run):
    """What to write where, and which systems have one."""
    result = run("connect", source.folder, "Skubana")
    assert result.exit_code == 2
    assert result.stderr.strip().endswith(
        'Skubana is not read from a Google Sheet; expected google = "SPREADSHEET_ID" under [systems."Skubana"], or the '
        "name of a system that is read from one: 3PL Toronto. Write it there, or drop the system's files into exports/"
    )
