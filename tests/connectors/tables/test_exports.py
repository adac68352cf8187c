"""A system's exports folder: which files are read, what is today's, what is past, and who supplies what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import pytest

from connectors.base import Dropped
from connectors.canonical import CANONICAL
from connectors.column_map import ColumnMap
from connectors.errors import SetupWrong
from connectors.frames import Batch
from connectors.tables import MappedTable

HEAD = "sku,location,state,units,as_of\n"
MOVES = "sku,location,event,units,at,reference\n"


def days(frame):
    return [f"{time:%m-%d}" for time in frame["as_of"].dt.tz_convert("America/New_York")]


def test_folder_that_is_not_there_gives_nothing(read):
    """A missing or empty folder is an empty batch: the caller says what is missing."""
    batch = read({})
    assert batch == batch
    assert not any(len(getattr(batch, shape)) for shape in ("counts", "past", "coverage", "movements"))
    assert batch.notes == batch.set_aside == ()


def test_what_programs_leave_behind_is_not_read(read):
    """Hidden files, lock files and half downloads are passed over in silence."""
    text = HEAD + "A,E,on_hand,1,2026-10-05\n"
    names = [".counts.csv", "~$counts.xlsx", "counts.csv.tmp", ".git/counts.csv", "Thumbs.db", "counts.crdownload"]
    batch = read({**dict.fromkeys(names, "junk"), "deep/down/counts.csv": text})
    assert batch.counts["source"].tolist() == ["deep/down/counts.csv"]
    assert batch.set_aside == ()


def test_one_bad_file_does_not_stop_the_rest(read):
    """What cannot be read is set aside with the time of the counts that remain; a ledger leaves counts whole."""
    batch = read(
        {
            "a.csv": HEAD + "A,E,on_hand,1,2026-10-05\n",
            "b.csv": HEAD + "B,E,on_hand,1.5,2026-10-05\n",
            "c.csv": "something,else\n1,2\n",
            "m.csv": MOVES + "A,E,sale,many,2026-10-05,\n",
        }
    )
    assert batch.counts["system_sku"].tolist() == ["A"]
    assert [(aside.source, aside.counts) for aside in batch.set_aside] == [
        ("b.csv", True),
        ("c.csv", True),
        ("m.csv", False),
    ]
    assert {aside.kept_as_of for aside in batch.set_aside} == {batch.counts["as_of"].max()}


def test_set_aside_without_counts_keeps_nothing(read):
    """With no counts left there is no time that they are kept from."""
    assert read({"b.csv": HEAD + "B,E,on_hand,1.5,2026-10-05\n"}).set_aside[0].kept_as_of is None


def test_identical_file_is_the_same_export(read):
    """A byte-identical file is read once, as of the time the first was written, with a note."""
    text = "sku,location,state,units\nA,E,on_hand,7\n"
    batch = read(
        {"a (1).csv": text, "a.csv": text}, written={"a.csv": "2026-10-04T12:00Z", "a (1).csv": "2026-10-05T12:00Z"}
    )
    assert batch.counts["units"].tolist() == [7]
    assert batch.counts["as_of"].tolist() == [pd.Timestamp("2026-10-04T12:00Z")]
    assert [(note.source, note.said) for note in batch.notes] == [("a (1).csv", "the same file as a.csv: read once")]


def test_stock_that_did_not_move_is_two_exports(read):
    """Identical files with different dates in their names are two days' exports: today's is not yesterday's."""
    text = "sku,location,state,units\nA,E,on_hand,7\n"
    batch = read({"s-20261004.csv": text, "s-20261005.csv": text}, file_date="%Y%m%d")
    assert (days(batch.counts), days(batch.past)) == (["10-05"], ["10-04"])
    assert batch.notes == ()


def test_two_days_in_one_file(read, units):
    """The newest day of a file is today; a SKU only on older days is absent today and stands in the past."""
    text = HEAD + "A,E,on_hand,1,2026-10-05\nA,E,on_hand,2,2026-10-04\nB,E,on_hand,3,2026-10-04\n"
    batch = read({"counts.csv": text})
    assert units(batch.counts) == {("E", "A", "on_hand"): 1}
    assert units(batch.past) == {("E", "A", "on_hand"): 2, ("E", "B", "on_hand"): 3}
    assert days(batch.coverage) == ["10-05"]


def test_location_only_on_older_days_is_not_covered_today(read):
    """Of a location that a file lists on older days only nothing is said today: absent is not zero."""
    batch = read({"counts.csv": HEAD + "A,E,on_hand,1,2026-10-05\nA,W,on_hand,2,2026-10-04\n"})
    assert batch.coverage["system_location"].tolist() == ["E"]
    assert batch.past["system_location"].tolist() == ["W"]


def test_older_file_fills_the_past(read, units):
    """Each location's newest file is today's; what older files say is past, and said once."""
    batch = read(
        {
            "1.csv": HEAD + "A,E,on_hand,1,2026-10-03\nA,W,on_hand,4,2026-10-03\n",
            "2.csv": HEAD + "A,E,on_hand,2,2026-10-04\nA,E,on_hand,1,2026-10-03\n",
            "3.csv": HEAD + "B,E,on_hand,3,2026-10-05\n",
        }
    )
    assert units(batch.counts) == {("E", "B", "on_hand"): 3, ("W", "A", "on_hand"): 4}
    past = batch.past.assign(day=days(batch.past))[["day", "units"]]
    assert sorted(map(tuple, past.to_numpy().tolist())) == [("10-03", 1), ("10-04", 2)]
    covered = zip(batch.coverage["system_location"], days(batch.coverage), strict=True)
    assert sorted(covered) == [("E", "10-05"), ("W", "10-03")]


def test_several_times_of_one_day(read, units):
    """Of several times of a day the newest count of each SKU stands, the earlier ones are past."""
    batch = read(
        {
            "1.csv": HEAD + "A,E,on_hand,1,2026-10-05T08:00:00Z\nB,E,on_hand,5,2026-10-05T08:00:00Z\n",
            "2.csv": HEAD + "A,E,on_hand,2,2026-10-05T16:00:00Z\n",
        }
    )
    assert units(batch.counts) == {("E", "A", "on_hand"): 2, ("E", "B", "on_hand"): 5}
    assert units(batch.past) == {("E", "A", "on_hand"): 1}
    assert batch.coverage["as_of"].tolist() == [pd.Timestamp("2026-10-05T16:00Z")]


def test_newer_file_corrects_the_same_time(read, units):
    """Two files that count the same SKU at the same time: the one written later stands, the other is gone."""
    batch = read(
        {
            "b.csv": HEAD + "A,E,on_hand,1,2026-10-05\nB,E,on_hand,4,2026-10-05\n",
            "a.csv": HEAD + "A,E,on_hand,2,2026-10-05\n",
        },
        written={"a.csv": "2026-10-05T17:00Z", "b.csv": "2026-10-05T09:00Z"},
    )
    assert units(batch.counts) == {("E", "A", "on_hand"): 2, ("E", "B", "on_hand"): 4}
    assert len(batch.past) == 0


def test_as_of_takes_today_back(read, units):
    """With as_of nothing later is used: that day's counts are today's, its movements the last."""
    files = {
        "1.csv": HEAD + "A,E,on_hand,1,2026-10-03\nA,E,on_hand,2,2026-10-04\nA,W,on_hand,9,2026-10-05\n",
        "2.csv": HEAD + "A,E,on_hand,3,2026-10-05\n",
        "m.csv": MOVES + "A,E,sale,-1,2026-10-04,x\nA,E,sale,-1,2026-10-05,y\n",
        "o.csv": "channel,day,sku,units\nWeb,2026-10-04,A,1\nWeb,2026-10-05,A,1\n",
    }
    batch = read(files, as_of=pd.Timestamp("2026-10-04 23:59:59", tz="America/New_York"))
    assert units(batch.counts) == {("E", "A", "on_hand"): 2}
    assert units(batch.past) == {("E", "A", "on_hand"): 1}
    assert list(zip(batch.coverage["system_location"], days(batch.coverage), strict=True)) == [("E", "10-04")]
    assert batch.movements["reference"].tolist() == ["x"]
    assert len(batch.orders) == 1


def test_as_of_before_everything_leaves_nothing(read):
    """With an as_of before every count there are no counts and nothing is covered."""
    batch = read({"1.csv": HEAD + "A,E,on_hand,1,2026-10-03\n"}, as_of=pd.Timestamp("2026-10-01", tz="UTC"))
    assert len(batch.counts) == len(batch.past) == len(batch.coverage) == 0


def test_newer_movements_replace_the_days_they_span(read):
    """A ledger has no key: a newer file replaces what older ones say of its days, location by location."""
    batch = read(
        {
            "1.csv": MOVES + "A,E,sale,-1,2026-10-01,old1\nA,E,sale,-2,2026-10-02,old2\nA,W,sale,-3,2026-10-02,west\n",
            "2.csv": MOVES + "A,E,sale,-9,2026-10-02,new2\nA,E,sale,-8,2026-10-04,new4\n",
        },
        written={"1.csv": "2026-10-03T10:00Z", "2.csv": "2026-10-05T10:00Z"},
    )
    assert sorted(batch.movements["reference"]) == ["new2", "new4", "old1", "west"]


def test_corrected_ledger_goes_before_a_longer_one(read):
    """A ledger of past days that is exported again replaces those days, though the older file reaches further."""
    batch = read(
        {
            "1.csv": MOVES + "A,E,sale,-1,2026-10-01,old1\nA,E,sale,-2,2026-10-03,old3\n",
            "2.csv": MOVES + "A,E,sale,-9,2026-10-01,new1\n",
        },
        written={"1.csv": "2026-10-03T10:00Z", "2.csv": "2026-10-05T10:00Z"},
    )
    assert sorted(batch.movements["reference"]) == ["new1", "old3"]


def test_orders_are_not_added_twice(read):
    """Files of orders that overlap count each day of a channel once."""
    head = "channel,day,sku,units\n"
    batch = read(
        {
            "1.csv": head + "Web,2026-10-01,A,1\nWeb,2026-10-02,A,2\nShop,2026-10-02,A,5\n",
            "2.csv": head + "Web,2026-10-02,A,3\nWeb,2026-10-03,A,4\n",
        },
        written={"1.csv": "2026-10-03T10:00Z", "2.csv": "2026-10-05T10:00Z"},
    )
    assert sorted(batch.orders["units"]) == [1, 3, 4, 5]


def test_only_the_newest_shipments_of_a_folder_count(read):
    """A list of shipments is a state of things: the newest file of each folder stands."""
    head = "shipment,sku,from_location,to_location,status,shipped_units\n"
    batch = read(
        {
            "us/1.csv": head + "S1,A,E,FBA US,SHIPPED,5\n",
            "us/2.csv": head + "S2,A,E,FBA US,SHIPPED,6\n",
            "ca/1.csv": head + "S3,A,E,FBA CA,SHIPPED,7\n",
        },
        written={"us/1.csv": "2026-10-05T10:00Z", "us/2.csv": "2026-10-04T10:00Z"},
    )
    assert sorted(batch.shipments["shipment"]) == ["S1", "S3"]


def test_as_of_knows_no_later_shipment(read):
    """With as_of, shipments that began later are left out, and a file that is named for a later day is not read."""
    head = "shipment,sku,from_location,to_location,status,shipped_units,shipped_at,closed_at\n"
    files = {
        "2026-10-02.csv": head + "S1,A,E,FBA US,SHIPPED,5,2026-10-01,\nS2,A,E,FBA US,SHIPPED,6,2026-10-04,\n"
        "S3,A,E,FBA US,PLANNED,7,,\n",
        "2026-10-05.csv": head + "S1,A,E,FBA US,CLOSED,5,2026-10-01,2026-10-05\n",
    }
    as_of = pd.Timestamp("2026-10-03 12:00", tz="America/New_York")
    batch = read(files, as_of=as_of, file_date="%Y-%m-%d")
    assert batch.shipments[["shipment", "status"]].astype(str).to_numpy().tolist() == [
        ["S1", "SHIPPED"],
        ["S3", "PLANNED"],
    ]


def test_newest_identifiers(read):
    """Each SKU has one row of identifiers: of each the newest value that a file says."""
    mapped = ColumnMap(sku="SKU", location_name="E", states={"on_hand": "Qty"}, asin="ASIN", title="Title")
    batch = read(
        {"1.csv": "SKU,Qty,ASIN,Title\nA,1,B01,Mug\nB,1,B02,Cup\n", "2.csv": "SKU,Qty,ASIN,Title\nA,1,,Big mug\n"},
        maps=[mapped],
        written={"1.csv": "2026-10-04T10:00Z", "2.csv": "2026-10-05T10:00Z"},
    )
    rows = batch.identifiers[["system_sku", "asin", "title"]].to_numpy().tolist()
    assert rows == [["A", "B01", "Big mug"], ["B", "B02", "Cup"]]


def kind(name: str, rank: int, **states: str) -> MappedTable:
    return MappedTable(name, ColumnMap(sku="SKU", location="Site", states=states, as_of="Day"), rank)


WHOLE = kind("whole stock", 0, on_hand="Hand", available="Free")
SPLIT = kind("split", 1, available="Available", allocated="Held")


def test_lower_rank_supplies_a_state(read, units):
    """Of two kinds of one day the one with the lower rank supplies a state, as the ranks settle it: no note."""
    files = {
        "s.csv": "SKU,Site,Available,Held,Day\nA,E,8,2,2026-10-05\nA,W,7,1,2026-10-05\nA,W,6,1,2026-10-04\n",
        "w.csv": "SKU,Site,Hand,Free,Day\nA,E,10,9,2026-10-05\nA,E,11,5,2026-10-04\n",
    }
    batch = read(files, [SPLIT, WHOLE])
    assert units(batch.counts) == {
        ("E", "A", "on_hand"): 10,
        ("E", "A", "available"): 9,
        ("E", "A", "allocated"): 2,
        ("W", "A", "available"): 7,
        ("W", "A", "allocated"): 1,
    }
    covered = batch.coverage[["system_location", "state", "source"]].astype(str).to_numpy().tolist()
    assert sorted(map(tuple, covered)) == [
        ("E", "allocated", "s.csv"),
        ("E", "available", "w.csv"),
        ("E", "on_hand", "w.csv"),
        ("W", "allocated", "s.csv"),
        ("W", "available", "s.csv"),
    ]
    assert batch.notes == ()
    assert sorted(zip(batch.past["system_location"], batch.past["units"], strict=True)) == [
        ("E", 5),
        ("E", 11),
        ("W", 1),
        ("W", 6),
    ]


def test_kind_that_is_a_day_behind_is_past(read, units):
    """Yesterday's split beside today's whole would count units twice: it is past, and told."""
    files = {
        "s.csv": "SKU,Site,Available,Held,Day\nA,E,8,2,2026-10-04\n",
        "w.csv": "SKU,Site,Hand,Free,Day\nA,E,10,9,2026-10-05\n",
    }
    batch = read(files, [WHOLE, SPLIT])
    assert units(batch.counts) == {("E", "A", "on_hand"): 10, ("E", "A", "available"): 9}
    assert units(batch.past) == {("E", "A", "available"): 8, ("E", "A", "allocated"): 2}
    assert [note.said for note in batch.notes] == [
        "split: available, allocated at E not used, another export there is of a newer day"
    ]


def test_higher_rank_with_the_newer_day_supplies(read, units):
    """Rank decides only between kinds of the same day: the newer export goes before the better one."""
    files = {
        "s.csv": "SKU,Site,Available,Held,Day\nA,E,8,2,2026-10-05\n",
        "w.csv": "SKU,Site,Hand,Free,Day\nA,E,10,9,2026-10-04\n",
    }
    batch = read(files, [WHOLE, SPLIT])
    assert units(batch.counts) == {("E", "A", "available"): 8, ("E", "A", "allocated"): 2}
    assert units(batch.past) == {("E", "A", "on_hand"): 10, ("E", "A", "available"): 9}


@pytest.mark.parametrize(
    ("name", "pattern", "time"),
    [
        ("stock_2026-10-04.csv", "%Y-%m-%d", "2026-10-05T03:59:59Z"),
        ("04Oct26 stock.csv", "%d%b%y", "2026-10-05T03:59:59Z"),
        ("export 9920261004.csv", "%Y%m%d", "2026-10-05T03:59:59Z"),
        ("inv-20261004-093000-final.csv", "%Y%m%d-%H%M%S", "2026-10-04T13:30:00Z"),
        ("stock.2026.10.04.csv", ".%Y.%m.%d.", "2026-10-05T03:59:59Z"),
        ("stock_2026-13-04.csv", "%Y-%m-%d", "2026-10-05T12:00:00Z"),
    ],
)
def test_date_in_the_name(name, pattern, time, read):
    """The date is found anywhere in the name; a bare one is the end of its day; without one the file's time."""
    batch = read({name: "sku,location,state,units\nA,E,on_hand,1\n"}, file_date=pattern)
    assert batch.counts["as_of"].tolist() == [pd.Timestamp(time)]


@pytest.mark.parametrize("pattern", ["%Y-%m", "%j", "%Y%m%d%d", "date", "%Y-%y-%m-%d"])
def test_pattern_that_is_none(pattern, read):
    """A file_date that gives no whole date is a mistake in the settings, told before anything is read."""
    with pytest.raises(SetupWrong) as refused:
        read({"a.csv": HEAD}, file_date=pattern)
    assert refused.value.line.startswith(f"file_date '{pattern}' is no pattern of a date; expected %Y or %y,")


def test_name_of_a_day_to_come(read):
    """A file that is named for a day to come is set aside: its date is wrong, whatever it counts."""
    batch = read({"stock 2026-12-10.csv": HEAD + "A,E,on_hand,1,2026-10-05\n"}, file_date="%Y-%m-%d")
    assert batch.set_aside[0].reason == (
        "stock 2026-12-10.csv: the date in its name is still to come; expected nothing later than "
        "2026-10-06, tomorrow. Correct the name, or file_date in mastersheet.toml"
    )


def test_file_written_in_the_future(read):
    """A count whose only time is a file's time to come is set aside."""
    batch = read({"a.csv": "sku,location,state,units\nA,E,on_hand,1\n"}, written={"a.csv": "2027-01-01T00:00Z"})
    assert batch.set_aside[0].reason.startswith("a.csv: counts of 2026-12-31 are still to come; expected nothing")


def test_link_is_not_followed(read, tmp_path):
    """A symbolic link is set aside: what it points to is not in the folder."""
    outside = tmp_path / "outside.csv"
    outside.write_text(HEAD + "A,E,on_hand,1,2026-10-05\n")
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "counts.csv").symlink_to(outside)
    assert [aside.reason for aside in read({}).set_aside] == [
        "counts.csv: is a link; expected the file itself. Copy the file here"
    ]


@dataclass(frozen=True)
class Plain:
    """A kind with fixed marks only, as Seller Central's are."""

    name: str = "plain"
    marks: frozenset[str] = frozenset({"sku", "location", "state", "units", "asof", "grade"})
    supplies: Mapping[str, int] = field(default_factory=dict)

    def read(self, dropped: Dropped) -> Batch:
        return Batch(sales=sales(dropped))


def sales(dropped: Dropped) -> pd.DataFrame:
    text = pd.Series([dropped.folder, dropped.rows.cells.iloc[0, 0]], dtype="str")
    day = pd.Series([pd.Timestamp("2026-10-04T23:59:59Z").as_unit("us")])
    return pd.DataFrame(
        {
            "system": ["Portal"],
            "system_location": [text[0]],
            "system_sku": [text[1]],
            "first": day,
            "last": day,
            "units": [1],
            "revenue": [1.0],
            "currency": ["USD"],
            "source": [dropped.name],
            "row": [2],
        }
    )


def test_kind_with_marks_is_read_beside_maps(read):
    """A kind with fixed marks is recognised among mapped ones: the one that finds all the others' columns wins."""
    text = "sku,location,state,units,as_of,grade\nA,E,on_hand,1,2026-10-05,x\n"
    batch = read({"us/1.csv": text, "ca/1.csv": text}, [*CANONICAL, Plain()])
    assert sorted(batch.sales["system_location"]) == ["ca", "us"]
    assert batch.notes == ()


def test_types_of_the_frames(read):
    """Names are categories and units and rows whole numbers without gaps, in every frame of counts."""
    batch = read({"1.csv": HEAD + "A,E,on_hand,1,2026-10-05\nA,E,on_hand,1,2026-10-04\n"})
    for frame in (batch.counts, batch.past):
        kinds = frame.dtypes.astype(str).to_dict()
        assert {kinds[name] for name in ("system", "system_location", "state", "source")} == {"category"}
        assert kinds["units"] == kinds["row"] == "int64"
        assert kinds["as_of"] == "datetime64[us, UTC]"
