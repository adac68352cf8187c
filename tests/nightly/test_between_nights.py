"""What is known from one night to the next: by the file, or by history alone."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from addin.night import before
from sheets.brand import open_brand
from sheets.history.place import history_of
from sheets.nights.digest import digest_of
from sheets.nights.remembered import DAMAGED, FILE
from sheets.nights.written import as_text


def test_the_second_night_says_what_changed(small):
    """A flag that is new, then one that closed."""
    acme = small("acme").all(510, 509, "2099-01-05")
    first = acme.night("2099-01-06 07:00")
    assert (len(first.night.flags), first.changes) == (0, None)
    second = acme.all(510, 487, "2099-01-06").night("2099-01-07 07:00")
    assert [one.sku for one in second.changes.new] == ["A_1*"]
    third = acme.all(510, 509, "2099-01-07").night("2099-01-08 07:00")
    assert [one.sku for one in third.changes.closed] == ["A_1*"]


def test_a_flag_that_a_stale_count_hides_has_not_closed(small):
    """The authority's newer export was set aside: nothing new is flagged or closed beside its old count."""
    acme = small("acme")
    assert len(acme.night("2099-01-06 07:00").night.flags) == 1
    second = acme.all(510, 400, "2099-01-08").counts("seller-central", None).night("2099-01-09 07:00")
    assert second.night.flags == ()
    assert second.changes.closed == ()
    assert [one.sku for one in second.changes.silent] == ["A_1*"]


def test_a_sku_whose_count_grew_too_old_is_put_on_hold(small):
    """The authority's last count is of three days before: HOLD, and stale; with a new one it is freed."""
    acme = small("acme").all(510, 509)
    acme.night("2099-01-06 07:00")
    acme.all(510, 509, "2099-01-08").counts("seller-central", None)
    second = acme.night("2099-01-09 07:00")
    assert second.changes.holds == ("A_1*",)
    assert [(one.system, str(one.newest)) for one in second.night.stale] == [("Seller Central", "2099-01-05")]
    third = acme.all(510, 509, "2099-01-09").night("2099-01-10 07:00")
    assert third.changes.freed == ("A_1*",)
    assert third.night.stale == ()


@pytest.mark.parametrize("refreshed_by_day", [False, True])
def test_history_alone_says_the_same_as_the_file(small, refreshed_by_day):
    """A runner that keeps no file between nights works out the night before from history, not a refresh by day."""
    acme = small("acme").all(510, 487, "2099-01-05")
    acme.night("2099-01-06 07:00")
    if refreshed_by_day:
        import pandas as pd

        from sheets.refresh import refresh

        refresh(open_brand(acme.folder), now=pd.Timestamp("2099-01-06 15:00", tz="UTC"), who="ann")
    kept = (acme.place / FILE).read_bytes()
    acme.all(510, 450, "2099-01-06")
    (acme.place / FILE).unlink()
    alone = acme.night("2099-01-07 07:00").changes
    assert [(one.flag.sku, one.gap, one.flag.gap) for one in alone.moved] == [("A_1*", -23, -60)]
    assert alone.number == 1
    (acme.place / FILE).write_bytes(kept)
    brand = open_brand(acme.folder)
    earlier = [one for one in history_of(brand).refreshes() if one.number < alone.number + 1 + refreshed_by_day]
    told = before(brand, earlier, acme.remembered)
    (acme.place / FILE).unlink()
    assert before(brand, earlier, acme.remembered) == told


def test_another_machines_night_goes_before_the_file(small):
    """The file here is of an older night than the last one in the shared history."""
    acme = small("acme").all(510, 509, "2099-01-05")
    acme.night("2099-01-06 07:00")
    kept = (acme.place / FILE).read_bytes()
    acme.all(510, 487, "2099-01-06").night("2099-01-07 07:00")
    (acme.place / FILE).write_bytes(kept)
    third = acme.all(510, 487, "2099-01-07").night("2099-01-08 07:00")
    assert third.changes.number == 2
    assert not third.changes.some


def test_missed_nights_are_told(small):
    """Refreshed on the 6th and then on the 9th: two nights missed, in the line and in the digest."""
    acme = small("acme")
    assert acme.night("2099-01-06 07:00").night.missed is None
    late = acme.all(510, 487, "2099-01-08").night("2099-01-09 09:00")
    assert (str(late.night.missed.since), late.night.missed.nights) == ("2099-01-06", 2)
    assert "; first refresh since 2099-01-06: 2 nights missed" in late.line
    assert "first refresh since 2099-01-06: 2 nights missed" in as_text(
        digest_of("Acme", late.night, late.changes, workbook="")
    )
    assert acme.night("2099-01-10 16:00").night.missed is None


def test_history_gets_the_days_between(small):
    """A file a day, refreshed on the first day and on the fourth: history has the counts of all four."""
    acme = small("acme")
    for system in ("seller-central", "flieber", "skubana"):
        (acme.folder / "exports" / system / "counts.csv").unlink()
    acme.all(510, 501, "2099-01-05", file="counts-5.csv").night("2099-01-06 07:00")
    for day in (6, 7, 8):
        acme.all(510 + day, 501, f"2099-01-0{day}", file=f"counts-{day}.csv")
    acme.night("2099-01-09 07:00")
    history = history_of(open_brand(acme.folder))
    first, last = (pd.Timestamp(day, tz="UTC") for day in ("2099-01-01", "2099-01-31"))
    counts = history.counts(first, last, system="Seller Central")
    assert sorted(counts["units"]) == [510, 516, 517, 518]
    assert len(history.counts(first, last)) == 12


def test_an_input_is_told_with_the_first_night_that_set_it_aside(small):
    """Since when, as long as it is so without a break."""
    acme = small("acme")
    acme.night("2099-01-06 07:00")
    acme.counts("flieber", None)
    for day in (7, 8):
        aside = acme.night(f"2099-01-0{day} 07:00").night.set_aside
        assert [(one.system, str(one.since), str(one.kept)) for one in aside] == [
            ("Flieber", "2099-01-07", "2099-01-05")
        ]
    acme.counts("flieber", 510, "2099-01-08").night("2099-01-09 07:00")
    assert acme.remembered.aside == {}


def test_a_damaged_file_is_told_and_set_aside(small):
    """The night goes on with what history knows."""
    acme = small("acme")
    acme.night("2099-01-06 07:00")
    (acme.place / FILE).write_text('{"last": {"num', encoding="utf-8")
    second = acme.night("2099-01-07 07:00")
    assert second.night.number == 2
    assert second.changes.number == 1
    assert len(second.notes) == 1
    assert second.notes[0].startswith(f"{acme.place / FILE}: is damaged, and was set aside as {DAMAGED}: ")
    assert (acme.place / DAMAGED).exists()
    assert acme.remembered.last.number == 2


def test_a_known_gap_is_not_among_the_flags(small):
    """What a buyer accepted is quiet at night as well, and has not closed."""
    acme = small("acme")
    acme.night("2099-01-06 07:00")
    book = openpyxl.load_workbook(acme.folder / "master.xlsx")
    sheet = book["Daily Check"]
    at = next(cell.column for cell in sheet[4] if cell.value == "Status")
    sheet.cell(5, at).value = "KNOWN"
    book.save(acme.folder / "master.xlsx")
    second = acme.all(510, 487, "2099-01-06").night("2099-01-07 07:00")
    assert (second.night.flags, len(second.night.known)) == ((), 1)
    assert second.changes.closed == ()


def test_the_row_is_where_the_table_stands_now(small):
    """A user moved the table down, and renamed its tab."""
    acme = small("acme")
    assert acme.night("2099-01-06 07:00").first_row == 5
    book = openpyxl.load_workbook(acme.folder / "master.xlsx")
    book["Daily Check"].title = "Today"
    book.save(acme.folder / "master.xlsx")
    again = acme.night("2099-01-07 07:00")
    assert (again.tab, again.first_row) == ("Today", 5)
