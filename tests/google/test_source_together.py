"""A system's Google Sheet beside others, beside files, and where Google does not give it."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date

import pytest

from tests.google.emulator import Fault
from tests.google.internet import ACCOUNT
from tests.google.source import DENIED, MAP, NOW, STOCK, TODAY, units


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
