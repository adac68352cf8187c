"""trace, replay, compare and month-end, as their user meets them."""

from __future__ import annotations

import csv
import json

import openpyxl
import pytest

LOCATIONS = "location,segment,kind\nNJ,US,3pl\n"
MAP = """
    location,system,role,states
    NJ,3PL Portal,authority,on_hand
    NJ,Flieber,secondary,on_hand
    """
COUNTS = "sku,location,state,units,as_of\n"


def counted(*rows: str) -> str:
    return COUNTS + "".join(f"{row}\n" for row in rows)


@pytest.fixture
def brand(made):
    """A brand with two refreshes: of 3 October, and of 4 October with files of that day alone."""
    made.file("locations.csv", LOCATIONS).file("source_map.csv", MAP)
    made.file("skus.csv", "sku,unit_cost\nA,2.5\nB,\n")
    made.file("exports/3pl-portal/counts.csv", counted("A,NJ,on_hand,100,2026-10-03", "B,NJ,on_hand,50,2026-10-03"))
    made.file("exports/flieber/counts.csv", counted("A,NJ,on_hand,100,2026-10-03", "B,NJ,on_hand,50,2026-10-03"))
    made.new()
    return made


def refresh(run, brand):
    result = run("refresh", brand.brand)
    assert result.exit_code == 0, result.output
    return result


def second(run, brand):
    refresh(run, brand)
    brand.export("3pl-portal/counts.csv", counted("A,NJ,on_hand,90,2026-10-04", "B,NJ,on_hand,50,2026-10-04"))
    brand.export("flieber/counts.csv", counted("A,NJ,on_hand,130,2026-10-04", "B,NJ,on_hand,50,2026-10-04"))
    refresh(run, brand)


def test_a_file_of_each_day_alone_becomes_a_history(run, brand):
    """The second day's check knows the day on which both agreed, which no file says any more."""
    second(run, brand)
    [row] = [row for row in brand.report()["gaps"] if row["sku"] == "A"]
    assert (row["gap"], row["last_agreed"]) == (40, "2026-10-03")


def test_check_writes_no_history(run, brand):
    """Checking twice leaves the first refresh the first."""
    brand.report()
    assert "has no refresh in its history yet" in run("replay", brand.brand, "--as-of", "1").output
    assert "Refresh 1:" in refresh(run, brand).output


def test_a_refresh_is_replayed_by_its_number_or_a_time(run, brand):
    """Word for word what it said then, though the files are gone and the map has changed."""
    refresh(run, brand)
    then = brand.report()
    second(run, brand)
    for asked in ("1", "1 "):
        again = run("replay", brand.brand, "--as-of", asked.strip(), "--all", "--json")
        assert again.exit_code == 0, again.output
        assert json.loads(again.stdout) == then
    newest = run("replay", brand.brand, "--as-of", "2100-01-01T08:00", "--all", "--json")
    assert json.loads(newest.stdout) == brand.report()


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("9", "history: no refresh 9; expected one of 1 to 3, made "),
        ("2020-01-01", "history: no refresh was made by 2020-01-01; expected one of 1 to 3"),
        ("Monday", "replay: 'Monday' is neither a refresh nor a time; expected a refresh's number, YYYY-MM-DD, or"),
    ],
)
def test_what_cannot_be_replayed_is_one_line(run, brand, asked, line):
    """It says which refreshes there are."""
    refresh(run, brand)
    second(run, brand)
    result = run("replay", brand.brand, "--as-of", asked)
    assert result.exit_code == 2
    assert result.output.startswith(line)


def changes(run, brand, then, now):
    result = run("compare", brand.brand, then, now, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    return found, {(row["sku"], row["system"]): row for row in found["changes"]}


def test_what_moved_is_told_from_what_was_corrected(run, brand):
    """The portal says of 3 October 96 by now, and of 4 October 90: six corrected, six moved."""
    refresh(run, brand)
    brand.export(
        "3pl-portal/counts.csv",
        counted(
            "A,NJ,on_hand,96,2026-10-03",
            "B,NJ,on_hand,50,2026-10-03",
            "A,NJ,on_hand,90,2026-10-04",
            "B,NJ,on_hand,50,2026-10-04",
        ),
    )
    refresh(run, brand)
    _, found = changes(run, brand, 1, 2)
    row = found["A", "3PL Portal"]
    assert (row["then"], row["now"]) == (100, 90)
    assert (row["source_corrected_itself"], row["stock_moved"], row["mapping_changed"]) == (-4, -6, 0)
    assert ("B", "3PL Portal") not in found


def below(sheet, header):
    """The row and column of the first cell under a header."""
    return next((cell.row + 1, cell.column) for row in sheet.iter_rows() for cell in row if cell.value == header)


def test_a_changed_map_and_a_changed_rule_are_told_apart(run, brand):
    """Units by the map, flags by the rule; both are named, old and new."""
    second(run, brand)
    book = openpyxl.load_workbook(brand.brand / "master.xlsx")
    row, _ = below(book["Identifiers"], "System SKU")
    for header, value in (("System", "Flieber"), ("System SKU", "A"), ("SKU", "A"), ("Units Per", 2)):
        book["Identifiers"].cell(row, below(book["Identifiers"], header)[1], value)
    settings = book["Settings"]
    named = next(cell for row in settings.iter_rows() for cell in row if cell.value == "Gap Units")
    settings.cell(named.row, named.column + 1, 1000)
    book.save(brand.brand / "master.xlsx")
    refresh(run, brand)
    found, rows = changes(run, brand, 2, 3)
    row = rows["A", "Flieber"]
    assert (row["then"], row["now"], row["mapping_changed"], row["stock_moved"]) == (130, 260, 130, 0)
    assert (row["flag_then"], row["flag_now"], row["why"]) == ("TRANSACTION", "OK", ["rule changed", "mapping changed"])
    assert found["rules"] == ["units: 10 -> 1000"]
    assert [line for line in found["map"] if line.startswith("identifiers: + Flieber")]


def test_nothing_changed_is_said(run, brand):
    """Two refreshes of the same files."""
    refresh(run, brand)
    refresh(run, brand)
    result = run("compare", brand.brand, 1, 2)
    assert result.output == "Refresh 1 to refresh 2: 0 numbers or flags changed\n"


def lines(brand, month):
    with (brand.brand / "month-end" / f"{month}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_months_end_is_frozen_and_corrected_on_lines_of_its_own(run, brand):
    """What was written stays as it was; a later word of the source is a difference, with its own line."""
    brand.export("3pl-portal/counts.csv", counted("A,NJ,on_hand,80,2026-09-30", "B,NJ,on_hand,50,2026-09-30",
                                                  "A,NJ,on_hand,100,2026-10-03"))  # fmt: skip
    result = run("month-end", brand.brand, "2026-09")
    assert result.exit_code == 0, result.output
    assert "130 units, $200, 2 lines, 0 of them new corrections" in result.output
    assert "No cost, so no value: B" in result.output
    first = lines(brand, "2026-09")
    assert [(row["sku"], row["state"], row["units"], row["value"]) for row in first] == [
        ("A", "on_hand", "80", "200.0"),
        ("B", "on_hand", "50", ""),
    ]
    assert {row["hours_off"] for row in first} == {"0.0"}
    brand.export("3pl-portal/counts.csv", counted("A,NJ,on_hand,77,2026-09-30", "B,NJ,on_hand,50,2026-09-30",
                                                  "A,NJ,on_hand,100,2026-10-03"))  # fmt: skip
    assert "3 lines, 1 of them new corrections" in run("month-end", brand.brand, "2026-09").output
    after = lines(brand, "2026-09")
    assert after[:2] == first
    assert (after[2]["kind"], after[2]["sku"], after[2]["units"], after[2]["value"]) == (
        "correction",
        "A",
        "-3",
        "-7.5",
    )
    assert "3 lines, 0 of them new corrections" in run("month-end", brand.brand, "2026-09").output


def test_without_a_count_at_the_cut_off_the_nearest_says_how_far_it_is(run, brand):
    """A number of another day is never passed off as that of the day."""
    assert "72 hours from the cut-off" in run("month-end", brand.brand, "2026-09").output
    assert {row["hours_off"] for row in lines(brand, "2026-09")} == {"72.0"}


@pytest.mark.parametrize(
    ("month", "line"),
    [
        ("2026-13", "month-end: '2026-13' is not a month; expected YYYY-MM"),
        ("2199-01", "month-end: 2199-01 has not ended"),
        ("2026-05", "month-end: no count within 31 days of the end of 2026-05"),
    ],
)
def test_a_month_that_cannot_be_frozen_is_one_line(run, brand, month, line):
    """And nothing is written."""
    result = run("month-end", brand.brand, month)
    assert result.exit_code == 2
    assert result.output.startswith(line)
    assert not (brand.brand / "month-end" / f"{month}.csv").exists()


def test_a_trace_tells_the_row_from_the_last_agreement_on(run, brand):
    """Both counts, the gap day by day, and what to do."""
    second(run, brand)
    told = run("trace", brand.brand, "a", "nj").output
    assert told.startswith("A at NJ, as of 2026-10-04 23:59\n3PL Portal (authority): 90, counted 2026-10-04 23:59\n")
    assert "Flieber: 130, gap +40, 10 allowed: " in told
    assert "  Last agreed on 2026-10-03\n" in told
    assert "  Gap by day: 2026-10-03 0, 2026-10-04 +40\n" in told
    assert "3PL Portal: opening 100\n" in told


def test_a_name_that_is_not_there_is_answered_with_near_ones(run, brand):
    """The SKU, the location, or the system."""
    assert run("trace", brand.brand, "C", "NJ").output.startswith("trace: no 'C' on the tab SKUs; expected a name such")
    assert "no 'NY' on the tab Locations" in run("trace", brand.brand, "A", "NY").output
    assert "no count of A at NJ in Skubana" in run("trace", brand.brand, "A", "NJ", "--system", "Skubana").output
