"""What happened to one SKU, by the levels of its gap: what is proven, and where a doubt remains."""

from __future__ import annotations

import pytest

from tests.diagnosis.given import FBA, NJ, PORTAL, SELLER_CENTRAL, SKUBANA, Given, Move, late, parts, row_of, sales

DAYS = range(24)
SOMETIMES_LATE = (0, 0, 0, 0, 1)
ADJUSTED = Move(12, -40, "4817250936", "adjustment")
ORDER = Move(8, -60, "PO-9", "sale", "wholesale")


@pytest.fixture
def told(tmp_path):
    """told(ours, theirs): the row of TENT-1, whose orders Skubana books a day late now and then, besides these."""

    def check(ours: list[Move], theirs: list[Move]) -> dict[str, object]:
        brand, orders = Given(), sales(0, DAYS)
        brand.right(SELLER_CENTRAL, "TENT-1", FBA, 500, orders + ours)
        brand.theirs("TENT-1", FBA, 500, late(orders, SOMETIMES_LATE) + theirs)
        return row_of(brand.check(tmp_path), "TENT-1")

    return check


def test_one_lost_adjustment_is_proven_among_late_orders(told):
    """The gap rises by 40 on the day of an adjustment of 40 and stays there: late orders hide nothing."""
    row = told([ADJUSTED], [])
    assert (row["gap"], row["last_agreed"]) == (40, "2026-09-23")
    assert parts(row) == [("transaction", 40, ["4817250936"], "proven")]


@pytest.mark.parametrize(
    "others",
    [
        [Move(12, -40, "4817250937", "adjustment")],
        [Move(12, -25, "4817250937", "adjustment"), Move(12, -15, "4817250938", "adjustment")],
    ],
    ids=["one of as many units", "two that add up to it"],
)
def test_where_others_of_the_day_fit_as_well_nothing_is_proven(told, others):
    """Which adjustment of the same day was lost, its units cannot tell."""
    row = told([ADJUSTED, *others], others)
    [part] = row["explained"]
    assert (part["cause"], part["units"], part["verdict"]) == ("transaction", 40, "likely")
    assert part["alternatives"] == 1


def test_two_losses_one_in_and_one_out_are_both_told(told):
    """A gap of 15 made of 40 lost and 25 found, a week apart, is two parts, not one of 15."""
    row = told([Move(8, -40, "4817250936", "adjustment"), Move(15, 25, "4817250937", "adjustment")], [])
    assert row["gap"] == 15
    assert parts(row) == [
        ("transaction", 40, ["4817250936"], "proven"),
        ("transaction", -25, ["4817250937"], "proven"),
    ]


def test_few_units_are_never_proven_by_levels(told):
    """9 units may be late orders that add up; the 20 beside them may not."""
    few, more = Move(12, -9, "4817250936", "adjustment"), Move(15, -20, "4817250937", "adjustment")
    assert parts(told([few, more], [])) == [
        ("transaction", 20, ["4817250937"], "proven"),
        ("transaction", 9, ["4817250936"], "likely"),
    ]


@pytest.mark.parametrize(
    ("booked", "gap"),
    [
        ([Move(8, -6, "PO-9", "sale", "wholesale")], 54),
        ([Move(8, 60, "PO-9", "sale", "wholesale")], 120),
        ([ORDER, ORDER], -60),
    ],
    ids=["too few", "the other way round", "twice"],
)
def test_an_order_booked_wrongly_is_named_and_not_proven(told, booked, gap):
    """A count that moved by other units than the one larger order of the day names it, likely at most."""
    row = told([ORDER], booked)
    assert row["gap"] == gap
    assert parts(row) == [("transaction", gap, ["PO-9"], "likely")]


def test_a_booking_that_the_authority_does_not_know_has_no_reference(told):
    """60 units leave Skubana on a day on which Seller Central has nothing like it: told by its day, never proven."""
    row = told([], [Move(12, -60)])
    assert parts(row) == [("transaction", -60, [], "likely")]
    assert row["last_agreed"] == "2026-09-23"


def test_a_large_order_of_today_may_come_yet(told):
    """What Skubana lacks of today's orders is timing, and is not called lost."""
    assert parts(told([Move(23, -30, "R-30", word="retail")], [])) == [("timing", 30, ["R-30"], "likely")]


def test_an_adjustment_booked_days_later_leaves_nothing_to_explain(told):
    """A gap that was open for five days and is closed has no cause, and agreed today."""
    row = told([Move(8, -40, "4817250936", "adjustment")], [Move(13, -40, "4817250936", "adjustment")])
    assert (row["gap"], row["cause"], parts(row), row["last_agreed"]) == (0, None, [], "2026-10-05")


def test_without_a_past_nothing_is_guessed(tmp_path):
    """Of one day's counts a gap of 40 stays open, though an adjustment of 40 stands in that day's ledger."""
    brand = Given(days=1)
    brand.right(SELLER_CENTRAL, "TENT-1", FBA, 500, [Move(0, -40, "4817250936", "adjustment")])
    brand.theirs("TENT-1", FBA, 500, [])
    row = row_of(brand.check(tmp_path), "TENT-1")
    assert (row["gap"], row["verdict"], parts(row), row["last_agreed"]) == (40, "open", [], None)


def test_movements_with_bare_days_are_inside_a_count_of_that_evening(tmp_path):
    """Counts of 18:00 and a ledger of days: the day's orders are in both counts, and no timing is made up."""
    brand, orders = Given(), sales(0, DAYS)
    brand.right(SELLER_CENTRAL, "TENT-1", FBA, 500, [*orders, ADJUSTED], hour="T18:00:00")
    brand.theirs("TENT-1", FBA, 500, orders, hour="T18:00:00")
    row = row_of(brand.check(tmp_path), "TENT-1")
    assert parts(row) == [("transaction", 40, ["4817250936"], "proven")]


def test_rows_without_a_gap_agreed_on_the_day_of_their_counts(tmp_path):
    """Last agreed is the day of the older count, not of the newer and not of the refresh."""
    brand, orders = Given(), sales(0, DAYS)
    brand.right(SELLER_CENTRAL, "TENT-1", FBA, 500, orders)
    brand.count(SKUBANA, "TENT-1", FBA, [500 + sum(m.units for m in orders if m.day <= day) for day in range(23)])
    brand.right(PORTAL, "LAMP-2", NJ, 300, orders)
    brand.theirs("LAMP-2", NJ, 300, orders)
    report = brand.check(tmp_path)
    assert row_of(report, "TENT-1")["last_agreed"] == "2026-10-04"
    assert row_of(report, "LAMP-2", NJ)["last_agreed"] == "2026-10-05"
