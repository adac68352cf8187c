"""`nightly --all-brands PLACE`: one row per brand; what users add beside it stays."""

from __future__ import annotations

from datetime import UTC, datetime

import openpyxl
import pytest

from sheets.nights.night import Aside, Flag, Night, Stale
from sheets.nights.outcome import Outcome
from sheets.nights.side_by_side import show
from sheets.surfaces.memory import Memory
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.all_brands import NAME


def night(*flags: Flag, **more: object) -> Night:
    """A night at 02:00 in New York."""
    at = datetime(2026, 11, 26, 7, tzinfo=UTC)
    return Night(number=3, at=at, time_zone="America/New_York", currency="USD", flags=flags, **more)


def flag(sku: str, cost: float | None, days: float | None) -> Flag:
    return Flag(
        sku=sku, location="FBA US", system="Skubana", authority="Seller Central", authority_units=510,
        system_units=487, gap=-23, threshold=15.3, at_cost=cost, flag="CHECK", days_open=days,
    )  # fmt: skip


FULL = night(
    flag("A", 230.0, 2.0), flag("B", None, 5.0), masked=101.5, holds=("A", "C"),
    set_aside=(Aside(system="Flieber", reason="x"),), stale=(Stale(system="Flieber"), Stale(system="3PL")),
)  # fmt: skip


def rows_of(place: Memory | XlsxFile) -> list[dict[str, object]]:
    """What stands in the table."""
    frame = place.read().tables[NAME]
    return [{name: cell for name, cell in row.items() if cell is not None} for row in frame.to_dict("records")]


@pytest.fixture(params=["memory", "file"])
def place(request, tmp_path):
    """place(): where the table is shown, opened anew."""
    kept = Memory()
    return (lambda: XlsxFile(tmp_path / "all.xlsx")) if request.param == "file" else (lambda: kept)


def test_a_row_says_what_the_night_found(place, tmp_path):
    """Numbers of the reconciliation; what is missing is an empty cell, and no flags are 0."""
    empty = night(flag("A", None, None), masked=None)
    good = night(masked=0.0)
    ended = [(tmp_path / name, Outcome(brand=name, workbook=f"/brands/{name}/master.xlsx", night=found))
             for name, found in (("acme", FULL), ("beta", empty), ("cedar", good))]  # fmt: skip
    show(place(), ended)
    when = datetime(2026, 11, 26, 2)
    assert rows_of(place()) == [
        {"Brand": "acme", "State": "SET ASIDE", "Last Good Refresh": when, "Stale Systems": "Flieber, 3PL",
         "Open Flags": 2, "Oldest": 5, "Money At Risk": 230, "Masked Overstock": 101.5, "HOLD SKUs": 2,
         "Currency": "USD", "Workbook": "/brands/acme/master.xlsx"},
        {"Brand": "beta", "State": "OK", "Last Good Refresh": when, "Open Flags": 1, "HOLD SKUs": 0,
         "Currency": "USD", "Workbook": "/brands/beta/master.xlsx"},
        {"Brand": "cedar", "State": "OK", "Last Good Refresh": when, "Open Flags": 0, "Money At Risk": 0,
         "Masked Overstock": 0, "HOLD SKUs": 0, "Currency": "USD", "Workbook": "/brands/cedar/master.xlsx"},
    ]  # fmt: skip


def test_a_brand_that_failed_keeps_its_last_good_numbers(place, tmp_path):
    """Of its row; without one of what is remembered; without either none. Another brand's row stays as it is."""
    acme = Outcome(brand="Acme", workbook=str(tmp_path / "a" / "master.xlsx"), night=FULL)
    other = Outcome(brand="Other", night=night(masked=0.0))
    show(place(), [(tmp_path / "a", acme), (tmp_path / "o", other)])
    before = rows_of(place())
    # A mastersheet.toml that cannot be read: the folder's name stands for the brand's.
    broken = Outcome(brand="a", failed="mastersheet.toml:1: is not TOML")
    remembered = Outcome(brand="Beta", failed="no export to read", last=night(flag("A", 7.0, 1.0)))
    unknown = Outcome(brand="c", failed="no such folder")
    show(place(), [(tmp_path / "a", broken), (tmp_path / "b", remembered), (tmp_path / "c", unknown)])
    rows = {row["Brand"]: row for row in rows_of(place())}
    assert list(rows) == ["Acme", "Other", "Beta", "c"]
    assert rows["Acme"] == before[0] | {"State": "FAILED: mastersheet.toml:1: is not TOML"}
    assert rows["Other"] == before[1]
    assert (rows["Beta"]["State"], rows["Beta"]["Money At Risk"]) == ("FAILED: no export to read", 7)
    assert rows["c"] == {"Brand": "c", "State": "FAILED: no such folder", "Workbook": str(tmp_path / "c")}


def test_a_brand_that_another_refreshes_stays_as_it_is(tmp_path):
    """Its row is the other's to write."""
    place = Memory()
    good = Outcome(brand="Acme", night=FULL)
    show(place, [(tmp_path, good)])
    before = rows_of(place)
    show(place, [(tmp_path, Outcome(brand="Acme", failed="is being refreshed by nightly", busy=True))])
    assert rows_of(place) == before


def test_two_brands_of_one_name_have_a_row_each(tmp_path):
    """The second with its folder's name."""
    place = Memory()
    show(
        place,
        [(tmp_path / "us", Outcome(brand="Acme", night=FULL)), (tmp_path / "eu", Outcome(brand="Acme", night=FULL))],
    )
    assert [row["Brand"] for row in rows_of(place)] == ["Acme", "Acme (eu)"]


def test_the_command_writes_it_and_users_columns_order_and_notes_stay(small, nightly, tmp_path):
    """A column, a note and another order of rows, added by hand, are there after the next night."""
    acme, beta = small("acme"), small("beta")
    file = tmp_path / "all.xlsx"
    assert nightly(acme.folder, beta.folder, "--all-brands", file).exit_code == 0
    book = openpyxl.load_workbook(file)
    sheet = book["All Brands"]
    first, second = ([cell.value for cell in sheet[row]] for row in (5, 6))
    assert (first[0], second[0]) == ("acme", "beta")
    for row, cells in ((5, second), (6, first)):
        for at, cell in enumerate(cells, start=1):
            sheet.cell(row, at).value = cell
    sheet["A5"].comment = openpyxl.comments.Comment("call them", "ann")
    sheet["A10"] = "a note below"
    book.save(file)
    (acme.folder / "mastersheet.toml").write_text("[", encoding="utf-8")
    done = nightly(acme.folder, beta.all(510, 509).folder, "--all-brands", file)
    assert done.exit_code == 2
    sheet = openpyxl.load_workbook(file)["All Brands"]
    assert [sheet.cell(row, 1).value for row in (5, 6)] == ["beta", "acme"]
    assert sheet["A5"].comment.text == "call them"
    assert sheet["A10"].value == "a note below"
    assert (sheet["E5"].value, sheet["E6"].value) == (0, 1)
    assert sheet["B6"].value.startswith("FAILED: ")
    assert sheet["C6"].value == datetime(2099, 1, 6, 6, 59, 59)


def test_a_place_that_is_none_stops_before_any_refresh(small, nightly, tmp_path):
    """Exit code 2, and no brand was touched."""
    acme = small("acme")
    for place in (tmp_path / "all.csv", "google:not one"):
        done = nightly(acme.folder, "--all-brands", place)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("--all-brands: ")
    assert acme.remembered.last is None


def test_a_place_that_cannot_be_reached_stops_no_brand(small, nightly, tmp_path):
    """A folder that is not mounted tonight: the brand is refreshed, exit code 3."""
    acme = small("acme")
    done = nightly(acme.folder, "--all-brands", tmp_path / "nowhere" / "all.xlsx")
    assert done.exit_code == 3
    assert "All Brands: " in done.stderr
    assert "there is no such folder" in done.stderr
    assert acme.remembered.last is not None


def test_a_table_that_cannot_be_written_is_told(small, nightly, tmp_path):
    """The brands are refreshed; exit code 3, which a brand that failed goes before."""
    acme = small("acme")
    file = tmp_path / "all.xlsx"
    file.write_bytes(b"no workbook")
    done = nightly(acme.folder, "--all-brands", file)
    assert done.exit_code == 3
    assert done.stdout.startswith("acme: refresh 1 at ")
    assert done.stderr.startswith("All Brands: ")
    assert len(done.stderr.splitlines()) == 1
    assert file.read_bytes() == b"no workbook"
