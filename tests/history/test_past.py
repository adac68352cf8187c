"""What history adds to a batch, and what it never adds."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from connectors.frames import SHAPES, Batch, SetAside
from sheets.history.encoded import decode, encode
from sheets.history.past import with_past
from tests.history.given import rows, said

UTC = ZoneInfo("UTC")


def merged(history, batch, as_of="2026-10-05", systems=("Portal",)):
    moment = pd.Timestamp(as_of, tz="UTC")
    return with_past(batch, history, UTC, as_of=moment, first=moment - pd.Timedelta(days=60), systems=set(systems))


def days(frame, column="as_of"):
    return sorted(zip(frame[column].dt.strftime("%m-%d"), frame["units"].tolist(), strict=True))


def counts(*pairs, shape="counts", **of):
    return rows(shape, *({"as_of": f"2026-10-{day:02}", "units": units, **of} for day, units in pairs))


def test_days_that_no_file_says_any_more_are_past(history, record):
    """Files of one day each become a series, and today's count is only today's."""
    for day in (2, 3, 4):
        record(history, day, Batch(counts=counts((day, day * 10))), as_of=f"2026-10-0{day}")
    found = merged(history, Batch(counts=counts((5, 50))))
    assert days(found.past) == [("10-02", 20), ("10-03", 30), ("10-04", 40)]
    assert days(found.counts) == [("10-05", 50)]


def test_dropped_files_win_over_history(history, record):
    """A day that a file counts is that file's, whatever history says of it."""
    record(history, 1, Batch(counts=counts((4, 40)), past=counts((3, 30), shape="past")))
    found = merged(history, Batch(counts=counts((5, 50)), past=counts((4, 41), shape="past")))
    assert days(found.past) == [("10-03", 30), ("10-04", 41)]


def test_nothing_newer_than_todays_count_is_taken(history, record):
    """Where the newest file was taken away, what it said is not the past of the older one."""
    record(history, 1, Batch(counts=counts((6, 60)), past=counts((4, 40), shape="past")), as_of="2026-10-06")
    found = merged(history, Batch(counts=counts((5, 50))), as_of="2026-10-06")
    assert days(found.past) == [("10-04", 40)]


def test_a_system_without_any_file_has_its_last_count_as_past(history, record):
    """It can be shown as STALE: it is no count of today."""
    record(history, 1, Batch(counts=counts((4, 40))))
    found = merged(history, Batch(counts=counts((5, 7), system="Flieber")), systems=("Portal", "Flieber"))
    assert days(found.past) == [("10-04", 40)]
    assert days(found.counts) == [("10-05", 7)]


def test_a_system_of_which_nothing_could_be_read_keeps_its_last_count(history, record):
    """Set aside as a whole, it counts as it counted last, as of then; the line that says so says from when."""
    record(history, 1, Batch(counts=counts((3, 30), (4, 40), (2, 9), system_location="NJ")))
    record(history, 2, Batch(counts=counts((1, 5), system_location="Ohio")))
    late = SetAside("Portal", "exports/portal/", "no file to read")
    found = merged(
        history, Batch(counts=counts((5, 7), system="Flieber"), set_aside=(late,)), systems=("Portal", "Flieber")
    )
    assert days(found.counts) == [("10-01", 5), ("10-04", 40), ("10-05", 7)]
    assert days(found.past) == [("10-02", 9), ("10-03", 30)]
    covered = found.coverage[found.coverage["system"] == "Portal"]
    assert list(covered[["system_location", "state", "time_from", "source"]].itertuples(index=False, name=None)) == [
        ("NJ", "on_hand", "history", "a.csv"),
        ("Ohio", "on_hand", "history", "a.csv"),
    ]
    (said,) = found.set_aside
    assert said.kept_as_of == pd.Timestamp("2026-10-04", tz="UTC")


def test_of_a_system_that_was_read_nothing_is_kept_by_history(history, record):
    """One file of several was set aside: what the others say of today is all that counts today."""
    record(history, 1, Batch(counts=counts((4, 40), system_location="Ohio")))
    aside = SetAside("Portal", "b.csv", "cut short")
    read = Batch(counts=counts((5, 7)), coverage=rows("coverage", {}), set_aside=(aside,))
    found = merged(history, read)
    assert days(found.counts) == [("10-05", 7)]
    assert days(found.past) == [("10-04", 40)]
    assert found.set_aside == (aside,)


def test_a_system_that_is_not_mapped_any_more_adds_nothing(history, record):
    """What nobody asks for is not read."""
    record(history, 1, Batch(counts=counts((4, 40))))
    assert merged(history, Batch(counts=counts((5, 7), system="Flieber")), systems=("Flieber",)).past.empty


def test_movements_outside_of_the_files_stay_known(history, record):
    """And of the days that a file covers its rows alone."""
    moved = [{"at": f"2026-10-0{day}T12:00", "units": day} for day in (1, 2, 3, 4)]
    record(history, 1, Batch(movements=rows("movements", *moved)))
    new = Batch(movements=rows("movements", {"at": "2026-10-02T12:00", "units": 20}, {"at": "2026-10-03T12:00",
                                                                                      "units": 30}))  # fmt: skip
    found = merged(history, new)
    assert days(found.movements, "at") == [("10-01", 1), ("10-02", 20), ("10-03", 30), ("10-04", 4)]


def test_a_shipment_that_is_no_longer_listed_stays_only_when_it_had_ended(history, record):
    """Where an open one is now, nobody knows."""
    listed = rows("shipments", {"shipment": "OPEN", "status": "SHIPPED"}, {"shipment": "ENDED", "status": "CLOSED"},
                  {"shipment": "BOTH", "status": "CLOSED"})  # fmt: skip
    record(history, 1, Batch(shipments=listed))
    found = merged(history, Batch(shipments=rows("shipments", {"shipment": "BOTH", "status": "CLOSED", "row": 7})))
    assert sorted(zip(found.shipments["shipment"], found.shipments["row"], strict=True)) == [("BOTH", 7), ("ENDED", 2)]


TEXTS = some.one_of(some.none(), some.text(max_size=6), some.sampled_from(["A", "B", "007", "=1+1"]))
NUMBERS = some.one_of(some.none(), some.integers(-(2**62), 2**62), some.integers(-3, 3))
TIMES = some.one_of(some.none(), some.datetimes(min_value=pd.Timestamp("1970-01-02"),
                                                max_value=pd.Timestamp("2200-01-01")))  # fmt: skip


@given(some.lists(some.tuples(TEXTS, TEXTS, NUMBERS, TIMES), min_size=1, max_size=20))
def test_a_page_is_read_as_it_was_written(cells):
    """Law: encoding and decoding give back every cell, missing ones missing."""
    frame = rows(
        "shipments",
        *(
            {"shipment": name or "", "status": status, "shipped_units": units,
             "shipped_at": None if at is None else at.isoformat()}
            for name, status, units, at in cells
        ),
    )  # fmt: skip
    described, payloads = encode("shipments", frame)
    back = decode("shipments", described, len(frame), payloads.__getitem__, {})
    assert list(back.columns) == list(SHAPES["shipments"])
    assert said(back) == said(frame)
