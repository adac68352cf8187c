"""What history keeps: the same in SQLite and in PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select

from connectors.errors import HistoryBusy, HistoryUnreadable
from connectors.frames import SHAPES, Batch, Note, SetAside
from sheets.history.opened import open_history, writing
from sheets.history.schema import ABOUT, PAGES, PAYLOADS, REFRESHES
from tests.history.given import rows, said


def counted(history, table) -> int:
    asked = select(func.count()).select_from(table)
    if "brand" in table.c:
        asked = asked.where(table.c.brand == history.brand)
    with history.engine.connect() as connection:
        return int(connection.execute(asked).scalar() or 0)


WHOLE = Batch(
    counts=rows("counts", {"units": 7}, {"system_sku": "B", "units": -3, "row": 9}),
    past=rows("past", {"as_of": "2026-10-04", "units": 5}, {"as_of": "2026-10-03T08:00", "units": 2**40}),
    splits=rows("splits", {}),
    balances=rows("balances", {}),
    coverage=rows("coverage", {}),
    movements=rows("movements", {"reference": "O-1", "units": -2}, {"at": "2026-10-04T23:59:59.999999", "units": 4}),
    shipments=rows(
        "shipments",
        {"shipped_units": 4, "shipped_at": "2026-10-01", "status": "SHIPPED"},
        {"shipment": "S2", "system_sku": "=1+1", "to_location": "'; drop table pages; --"},
    ),
    orders=rows("orders", {"units": 3, "orders": None}, {"day": "2026-10-03", "channel": "ünï"}),
    sales=rows("sales", {"revenue": 1.25, "currency": "USD"}, {"revenue": None}),
    identifiers=rows("identifiers", {"title": "Lamp, 9\u2033 \u2603"}, {"system_sku": "007"}),
    notes=(Note("Portal", "a.csv", "said"),),
    set_aside=(
        SetAside("Portal", "b.csv", "cut short", kept_as_of=pd.Timestamp("2026-10-04", tz="UTC")),
        SetAside("Portal", "c.csv", "empty", counts=False, place="NJ", system_sku="A"),
    ),
)


def test_a_refresh_is_given_back_as_it_was_read(history, record):
    """Every row of every shape, notes, what was set aside, and the buyer's cells, whatever is in them."""
    cells = pd.DataFrame(
        {
            "SKU": ["007", "1E5"],
            "Id": [1, 2.5],
            "Yes": [True, None],
            "When": [date(2026, 1, 2), datetime(2026, 1, 2, 3)],
        },
        dtype=object,
    )
    record(history, 1, WHOLE, tables={"skus": cells})
    [kept] = history.refreshes()
    batch, tables = history.read(kept)
    for shape in SHAPES:
        assert said(getattr(batch, shape)) == said(getattr(WHOLE, shape)), shape
    assert (batch.notes, batch.set_aside) == (WHOLE.notes, WHOLE.set_aside)
    assert tables["skus"].to_dict("list") == cells.to_dict("list")
    assert (kept.number, history.last_number()) == (1, 1)


def test_loading_the_same_twice_stores_nothing_but_that_it_was_loaded(history, record):
    """A second refresh of the same files adds one row, that of the refresh."""
    record(history, 1, WHOLE)
    before = counted(history, PAGES), counted(history, PAYLOADS), counted(history, REFRESHES)
    record(history, 2, WHOLE)
    assert (counted(history, PAGES), counted(history, PAYLOADS)) == before[:2]
    assert counted(history, REFRESHES) == before[2] + 1


def test_a_corrected_count_takes_the_place_of_the_first_and_both_can_be_replayed(history, record):
    """What a source said first stays what it said first."""
    first, second = (Batch(counts=rows("counts", {"units": units})) for units in (10, 12))
    record(history, 1, first)
    record(history, 2, second)
    moment = pd.Timestamp("2026-10-05", tz="UTC")
    assert history.counts(moment, moment)["units"].tolist() == [12]
    assert [history.read(kept)[0].counts["units"].tolist() for kept in history.refreshes()] == [[10], [12]]
    number = history.refreshes()[0].id
    [page] = history.pages("counts", 0, 2**60, upto=number)
    assert history.frame("counts", [page[4]])["units"].tolist() == [10]


def test_yesterdays_counts_stay_when_the_file_says_only_today(history, record):
    """A file of one day a day becomes a series."""
    for day, units in ((3, 30), (4, 40), (5, 50)):
        counts = rows("counts", {"as_of": f"2026-10-0{day}", "units": units})
        record(history, day, Batch(counts=counts), as_of=f"2026-10-0{day}")
    first, last = (pd.Timestamp(f"2026-10-0{day}", tz="UTC") for day in (3, 5))
    assert history.counts(first, last)["units"].tolist() == [30, 40, 50]
    assert history.counts(first, last, place="LA").empty


def days(history) -> list[tuple[str, int]]:
    pages = history.pages("movements", 0, 10**6)
    frame = history.frame("movements", [page[4] for page in pages])
    return sorted((f"{at:%d %H}", units) for at, units in zip(frame["at"], frame["units"], strict=True))


def test_a_ledger_is_replaced_from_its_first_row_to_its_last(history, record):
    """A day in between that the new export lists no more is gone; days outside of it stay."""
    record(history, 1, Batch(movements=rows(
        "movements", *({"at": f"2026-10-0{day}T12:00", "units": day} for day in (1, 3, 4, 5, 8)))))  # fmt: skip
    record(history, 2, Batch(movements=rows(
        "movements", *({"at": f"2026-10-0{day}T12:00", "units": -day} for day in (3, 5)))))  # fmt: skip
    assert days(history) == [("01 12", 1), ("03 12", -3), ("05 12", -5), ("08 12", 8)]


def test_a_ledger_that_begins_within_a_day_leaves_the_rest_of_the_day(history, record):
    """Half a day is never taken for the whole of it, and the refresh is replayed with the half it read."""
    record(history, 1, Batch(movements=rows("movements", {"at": "2026-10-03T08:00", "units": 1},
                                            {"at": "2026-10-03T12:00", "units": 2})))  # fmt: skip
    half = Batch(movements=rows("movements", {"at": "2026-10-03T12:00", "units": 20}, {"at": "2026-10-04", "units": 4}))
    record(history, 2, half)
    assert days(history) == [("03 08", 1), ("03 12", 20), ("04 00", 4)]
    assert said(history.read(history.refreshes()[1])[0].movements) == said(half.movements)


def test_a_refresh_that_fails_leaves_nothing(history, record):
    """A workbook that could not be written has no refresh in history either."""
    from zoneinfo import ZoneInfo

    from sheets.history.store import Recorded

    moment = pd.Timestamp("2026-10-05", tz="UTC")
    given = Recorded(1, moment, "", moment, moment, WHOLE, {}, ZoneInfo("UTC"))

    def fail():
        with history.recording(given):
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert (history.refreshes(), history.pages("counts", 0, 2**60)) == ([], [])


def test_a_second_writer_waits_and_then_says_so(url, history, record):
    """While one refresh writes, another waits; what cannot wait longer writes nothing and says why."""
    brand = history.brand
    hasty = open_history(url, brand, wait=0.3)
    with writing(history.engine, brand):
        with pytest.raises(HistoryBusy, match="another refresh is writing it"):
            record(hasty, 1, WHOLE)
        patient = threading.Thread(target=record, args=(history, 2, WHOLE))
        patient.start()
        patient.join(0.3)
        assert patient.is_alive()
    patient.join(30)
    assert [kept.number for kept in history.refreshes()] == [2]


def test_killed_while_it_writes_history_is_as_it_was(url, history, record):
    """A program that is killed within its transaction leaves no trace, and no lock."""
    record(history, 1, WHOLE)
    before = counted(history, PAGES)
    program = f"""
import os, signal
from sqlalchemy import insert
from sheets.history.opened import open_history, writing
from sheets.history.schema import PAGES
history = open_history({url!r}, {history.brand!r})
with writing(history.engine, history.brand) as connection:
    connection.execute(insert(PAGES), [dict(brand=history.brand, shape="counts", system="s" * 5000, place=str(at),
        at=at, rows=1, columns="{{}}", since=9) for at in range(3000)])
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True)
    assert killed.returncode == -9, killed.stderr
    assert counted(history, PAGES) == before
    record(history, 2, WHOLE)
    assert [kept.number for kept in history.refreshes()] == [1, 2]


def test_brands_of_one_database_do_not_see_each_other(url, history, record):
    """A team's database holds many brands."""
    other = open_history(url, f"{history.brand}-other")
    record(history, 4, WHOLE)
    assert (other.refreshes(), other.last_number(), other.pages("counts", 0, 2**60)) == ([], 0, [])
    other.forget()
    assert history.last_number() == 4


def test_a_history_of_a_newer_mastersheet_is_refused(tmp_path):
    """It is never written in a form that its maker would not understand."""
    address = f"sqlite:///{tmp_path / 'h.sqlite'}"
    history = open_history(address, "brand")
    with writing(history.engine, "brand") as connection:
        connection.execute(ABOUT.update().values(version=99))
    with pytest.raises(HistoryUnreadable, match="is of version 99; expected version 1"):
        open_history(address, "brand")


def test_a_file_that_is_no_database_is_one_line(tmp_path):
    """The file is named, and it stays as it is."""
    (tmp_path / "h.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(HistoryUnreadable, match=r"h\.sqlite: cannot be used \(file is not a database\)"):
        open_history(f"sqlite:///{tmp_path / 'h.sqlite'}", "brand")
    assert (tmp_path / "h.sqlite").read_bytes().startswith(b"not a database")


def test_a_server_that_is_not_there_is_one_line():
    """No password and no traceback, but the address."""
    with pytest.raises(HistoryUnreadable) as told:
        open_history("postgresql://ann:hunter2@127.0.0.1:1/brands", "brand")
    assert "ann:***@127.0.0.1:1/brands: cannot be used" in told.value.line
    assert "hunter2" not in told.value.line
