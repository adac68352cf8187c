"""What stands at a location: absences, numbers kept from before, ages, and the moment it is all said for."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from connectors.frames import SetAside

PLACE = [("FBA US", "US", "fba")]
MAP = [("FBA US", "Seller Central", "authority", "on_hand"), ("FBA US", "Flieber", "secondary", "on_hand")]
SC = ("Seller Central", "FBA US", "A", "on_hand")
FL = ("Flieber", "FBA US", "A", "on_hand")
OTHERS = [("Seller Central", "FBA US", "B", "on_hand", 1), ("Flieber", "FBA US", "B", "on_hand", 1)]


def days(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_absent_zero_is_a_zero_and_says_since_when(compared):
    """Where the map says that absent is zero, a SKU that a whole file does not list has 0 as of that file."""
    found = compared(None, 40, absent="zero", counts=[(*FL, 40), *OTHERS], skus=["A", "B"], demand=[("A", "US", 1)])
    gap, count = found.gap("A", "FBA US", "Flieber"), found.count("A", "FBA US")
    assert (count.units, count.not_listed, count.stale) == (0, True, False)
    assert count.as_of == days("2026-10-05 12:00")
    assert (gap.authority_units, gap.gap, gap.flag) == (0, 40, "CHECK")
    assert found.count("B", "FBA US").not_listed == False  # noqa: E712


def test_absent_zero_at_a_secondary_is_a_zero(compared):
    """A secondary whose silence means zero says 0, which is a gap and not NO COUNT."""
    gap = compared(40, None, absent="zero").gap("A", "FBA US", "Flieber")
    assert (gap.system_units, gap.gap, gap.flag) == (0, -40, "CHECK")


def test_absent_zero_is_no_zero_without_a_file(brand):
    """Absent is zero only in a whole, accepted file: a system that gave none has said nothing."""
    found = brand(
        locations=PLACE,
        source_map=[("FBA US", "Seller Central", "authority", "on_hand", {"absent": "zero"}), MAP[1]],
        skus=["A"],
        counts=[(*FL, 40)],
    ).reconciled()
    assert not found.counted("A", "FBA US")
    assert found.gap("A", "FBA US", "Flieber").flag == "NO COUNT"


def test_absent_zero_needs_the_files_of_all_places_that_add_up_to_the_location(brand):
    """A location that is two places of a system has no number while the file of one of them is not there."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[
            ("3PL", "Portal", "authority", "on_hand", "East", {"absent": "zero"}),
            ("3PL", "Portal", "authority", "on_hand", "West", {"absent": "zero"}),
            ("3PL", "Skubana", "secondary", "on_hand"),
        ],
        skus=["A", "B"],
        counts=[("Portal", "East", "B", "on_hand", 50), ("Skubana", "3PL", "A", "on_hand", 40)],
    ).reconciled()
    assert not found.counted("A", "3PL")


def test_absent_zero_is_no_zero_in_states_that_the_file_does_not_report(brand):
    """A file that reports other states has not said that nothing is under way."""
    found = brand(
        locations=[("To FBA US", "US", "transit"), *PLACE],
        source_map=[
            ("To FBA US", "Seller Central", "authority", "inbound_shipped", "FBA US", {"absent": "zero"}),
            MAP[0],
        ],
        skus=["A"],
        counts=[(*SC, 40)],
    ).reconciled()
    assert not found.counted("A", "To FBA US")


def test_absent_unknown_keeps_the_authoritys_last_number_as_stale(brand):
    """Silence that means nothing leaves the last number, with its date, marked STALE."""
    found = brand(
        locations=PLACE,
        source_map=MAP,
        skus=["A", "B"],
        counts=[*OTHERS, (*FL, 90)],
        past=[(*SC, 70, "2026-10-02 12:00"), (*SC, 80, "2026-10-04 12:00"), (*SC, 60, "2026-10-03 12:00")],
    ).reconciled()
    count = found.count("A", "FBA US")
    assert (count.units, count.stale, count.kept, count.hold) == (80, True, True, False)
    assert count.as_of == days("2026-10-04 12:00")
    assert found.order("A").stale == True  # noqa: E712
    assert found.count("B", "FBA US").stale == False  # noqa: E712


def test_absent_unknown_at_a_secondary_is_no_count_whatever_it_said_before(brand):
    """A secondary's number of yesterday is not today's."""
    found = brand(
        locations=PLACE,
        source_map=MAP,
        skus=["A", "B"],
        counts=[*OTHERS, (*SC, 90)],
        past=[(*FL, 90, "2026-10-04 12:00")],
    ).reconciled()
    gap = found.gap("A", "FBA US", "Flieber")
    assert gap.system_units != gap.system_units
    assert gap.flag == "NO COUNT"


def test_a_stale_authority_is_compared_with_the_numbers_of_its_own_day(brand):
    """Yesterday's kept number meets what the other system said yesterday, from the file that said it."""
    found = brand(
        locations=PLACE,
        source_map=MAP,
        skus=["A", "B"],
        counts=[*OTHERS, (*FL, 500, "2026-10-05 12:00", "today.csv", 3)],
        past=[
            (*SC, 80, "2026-10-04 12:00"),
            (*FL, 85, "2026-10-04 20:00", "yesterday.csv", 9),
            (*FL, 20, "2026-10-03 12:00", "before.csv", 9),
        ],
    ).reconciled()
    gap = found.gap("A", "FBA US", "Flieber")
    assert (gap.authority_units, gap.system_units, gap.gap) == (80, 85, 5)
    assert (gap.as_of, gap.source, gap.row) == (days("2026-10-04 20:00"), "yesterday.csv", 9)
    assert gap.stale == True  # noqa: E712


def test_a_stale_authority_opens_no_new_flag(brand):
    """However far apart the numbers are, a count kept from before accuses nobody."""
    found = brand(
        locations=PLACE,
        source_map=MAP,
        skus=["A", "B"],
        counts=[*OTHERS, (*FL, 500)],
        past=[(*SC, 80, "2026-10-04 12:00"), (*FL, 400, "2026-10-04 12:00")],
    ).reconciled()
    gap = found.gap("A", "FBA US", "Flieber")
    assert (gap.gap, gap.flag, gap.flagged) == (320, "OK", False)


def test_a_place_of_several_parts_is_kept_whole(brand):
    """The last number of a location that adds two places is both places', whatever the hour of each."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[
            ("3PL", "Portal", "authority", "on_hand", "East"),
            ("3PL", "Portal", "authority", "on_hand", "West"),
            ("3PL", "Skubana", "secondary", "on_hand"),
        ],
        skus=["A", "B"],
        counts=[("Portal", "East", "B", "on_hand", 1), ("Skubana", "3PL", "A", "on_hand", 70)],
        past=[
            ("Portal", "East", "A", "on_hand", 40, "2026-10-04 10:00"),
            ("Portal", "West", "A", "on_hand", 30, "2026-10-04 11:00"),
        ],
    ).reconciled()
    assert found.count("A", "3PL").units == 70


def test_a_secondary_of_several_parts_is_compared_whole(brand):
    """Beside a stale authority the other system's number of that day is all of its places', whatever the hour."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[
            ("3PL", "Portal", "authority", "on_hand"),
            ("3PL", "Skubana", "secondary", "on_hand", "East"),
            ("3PL", "Skubana", "secondary", "on_hand", "West"),
        ],
        skus=["A", "B"],
        counts=[
            ("Portal", "3PL", "B", "on_hand", 1),
            ("Skubana", "East", "A", "on_hand", 1),
            ("Skubana", "West", "A", "on_hand", 2),
        ],
        past=[
            ("Portal", "3PL", "A", "on_hand", 70, "2026-10-04 12:00"),
            ("Skubana", "East", "A", "on_hand", 40, "2026-10-04 10:00"),
            ("Skubana", "West", "A", "on_hand", 30, "2026-10-04 11:00"),
        ],
    ).reconciled()
    assert found.gap("A", "3PL", "Skubana").system_units == 70


def test_a_place_that_left_the_file_is_kept_by_the_parts_it_reported(brand):
    """A location counted in parts keeps its last number when today's file does not name it at all."""
    found = brand(
        locations=[("East", "US", "3pl"), ("West", "US", "3pl")],
        source_map=[
            ("East", "Portal", "authority", "on_hand"),
            ("West", "Portal", "authority", "on_hand"),
        ],
        skus=["A"],
        counts=[("Portal", "East", "A", "available", 1), ("Portal", "East", "A", "on_hold", 1)],
        past=[
            ("Portal", "West", "A", "available", 40, "2026-10-04 12:00"),
            ("Portal", "West", "A", "on_hold", 2, "2026-10-04 12:00"),
        ],
    ).reconciled()
    count = found.count("A", "West")
    assert (count.units, count.kept) == (42, True)


@pytest.mark.parametrize(("kind", "hours"), [("fba", 36), ("3pl", 48), ("transit", 48), ("awd", 48)])
def test_the_order_word_is_hold_past_the_age_allowed_and_not_at_it(brand, kind, hours):
    """36 hours at FBA and 48 elsewhere are not yet too old; a minute more is."""
    words = []
    for minutes in (0, 1):
        counted = days("2026-10-05 12:00") - timedelta(hours=hours, minutes=minutes)
        found = brand(
            locations=[("Place", "US", kind)],
            source_map=[("Place", "Portal", "authority", "on_hand")],
            skus=["A"],
            counts=[("Portal", "Place", "A", "on_hand", 5, str(counted.tz_localize(None)))],
        ).reconciled(as_of="2026-10-05 12:00")
        count = found.count("A", "Place")
        words.append((found.order("A").order, bool(count.hold), bool(count.stale)))
    assert words == [("GO", False, False), ("HOLD", True, True)]


def test_the_ages_allowed_are_settings(brand):
    """Max Age FBA and Max Age say after how many hours a count is too old to order against."""
    made = brand(
        locations=[*PLACE, ("3PL", "US", "3pl")],
        source_map=[MAP[0], ("3PL", "Portal", "authority", "on_hand")],
        skus=["A", "B"],
        counts=[
            (*SC, 5, "2026-10-04 12:00"),
            ("Portal", "3PL", "B", "on_hand", 5, "2026-10-04 12:00"),
        ],
        settings=[("Max Age FBA", 23), ("Max Age", 24)],
    )
    found = made.reconciled(as_of="2026-10-05 12:00")
    assert (found.order("A").order, found.order("B").order) == ("HOLD", "GO")


def test_a_kept_number_is_no_hold_until_it_is_too_old(brand):
    """STALE says that a count is from before; HOLD that it is too long before."""
    for kept, word in (("2026-10-04 12:00", "GO"), ("2026-10-03 12:00", "HOLD")):
        found = brand(
            locations=PLACE, source_map=MAP, skus=["A", "B"], counts=OTHERS, past=[(*SC, 80, kept)]
        ).reconciled()
        assert found.order("A").order == word


def test_a_number_older_than_its_systems_refused_export_is_stale(brand):
    """When a system's newest export was set aside, what stands of it is from before, and says so."""
    made = brand(
        locations=PLACE,
        source_map=MAP,
        skus=["A"],
        counts=[(*SC, 80, "2026-10-04 20:00"), (*FL, 200, "2026-10-05 12:00")],
        set_aside=[SetAside("Seller Central", "myi.txt", "cut short")],
    )
    count, gap = made.reconciled().count("A", "FBA US"), made.reconciled().gap("A", "FBA US", "Flieber")
    assert (count.stale, count.hold) == (True, False)
    assert gap.flag == "OK"


def test_a_refused_ledger_leaves_the_counts_as_they_are(brand):
    """What was set aside and holds no counts makes no count stale."""
    found = brand(
        locations=PLACE,
        source_map=MAP,
        skus=["A"],
        counts=[(*SC, 80, "2026-10-04 20:00"), (*FL, 200, "2026-10-05 12:00")],
        set_aside=[SetAside("Seller Central", "ledger.csv", "cut short", counts=False)],
    ).reconciled()
    assert found.count("A", "FBA US").stale == False  # noqa: E712
    assert found.gap("A", "FBA US", "Flieber").flag == "CHECK"


def test_an_authority_that_lost_a_sku_that_others_count_is_hold(compared):
    """Without the authority's number there is nothing to order against."""
    assert compared(None, 510).order("A").order == "HOLD"


def test_the_reconciliation_is_as_of_the_latest_system(brand):
    """Without a time given, age is measured against the newest count of all systems."""
    made = brand(
        locations=PLACE,
        source_map=MAP,
        skus=["A"],
        counts=[(*SC, 5, "2026-10-05 06:00"), (*FL, 5, "2026-10-05 09:30")],
    )
    assert made.reconciled().result.as_of == days("2026-10-05 09:30")
    assert made.reconciled().count("A", "FBA US").age_hours == 3.5


def test_the_reconciliation_is_as_of_the_time_that_is_given(brand):
    """A time that is given is the one ages are measured against."""
    made = brand(locations=PLACE, source_map=MAP, skus=["A"], counts=[(*SC, 5, "2026-10-05 06:00")])
    found = made.reconciled(as_of="2026-10-07 06:00")
    assert found.result.as_of == days("2026-10-07 06:00")
    assert (found.count("A", "FBA US").age_hours, found.order("A").order) == (48, "HOLD")


def test_nothing_read_is_nothing_counted(brand):
    """Without any count every number is missing, and nothing is 0."""
    found = brand(locations=PLACE, source_map=MAP, skus=["A"]).reconciled()
    assert found.result.counts.empty
    assert found.result.gaps.empty
    assert found.order("A").total != found.order("A").total


def test_the_part_of_a_location_that_is_not_listed_is_kept(brand):
    """Of a location in two places the one that says nothing today keeps its last number, and the sum is STALE."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[
            ("3PL", "Portal", "authority", "on_hand", "East"),
            ("3PL", "Portal", "authority", "on_hand", "West"),
        ],
        skus=["A"],
        counts=[("Portal", "East", "A", "on_hand", 41)],
        past=[
            ("Portal", "East", "A", "on_hand", 40, "2026-10-04 10:00"),
            ("Portal", "West", "A", "on_hand", 30, "2026-10-04 11:00"),
        ],
    ).reconciled()
    count = found.count("A", "3PL")
    assert (count.units, count.stale) == (71, True)
    assert count.as_of == days("2026-10-04 11:00")


def test_a_refused_row_is_kept_beside_the_rows_that_were_not(brand):
    """A name whose row was set aside keeps its last number; the SKU's other names keep today's."""
    refused = SetAside("Portal", "counts.csv", "negative", counts=False, place="3PL", system_sku="A-CASE")
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand", {"absent": "zero"})],
        skus=["A"],
        identifiers=[("Portal", "A-CASE", "A", 12, "case")],
        counts=[("Portal", "3PL", "A", "on_hand", 50)],
        past=[
            ("Portal", "3PL", "A", "on_hand", 45, "2026-10-04 12:00"),
            ("Portal", "3PL", "A-CASE", "on_hand", 10, "2026-10-04 12:00"),
        ],
        set_aside=[refused],
    ).reconciled()
    count = found.count("A", "3PL")
    assert (count.units, count.stale) == (170, True)
