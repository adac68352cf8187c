"""What a system does to all SKUs: shipments counted early or late, orders left out, days without a sync."""

from __future__ import annotations

import pytest

from tests.diagnosis.given import (
    FBA,
    NJ,
    PORTAL,
    SELLER_CENTRAL,
    SKUBANA,
    SKUS,
    Given,
    Move,
    late,
    levels,
    parts,
    row_of,
    sales,
)

DAYS = range(24)


def shipments(booked, *, last=21, halves=False):
    """Three shipments of each SKU, of 24, 48, 72 ... units, that arrive after 3 days; the last leaves on that day.

    booked(name, left, closed, units) -> what Skubana books of one. halves: Amazon receives half after 4 days and
    the rest after 6, else all after 5, and closes after 6.
    """
    brand = Given()
    for number, sku in enumerate(SKUS):
        units, received, theirs = 24 * (1 + number), [], []
        for count, left in enumerate((1 + number % 3, 9 + number % 2, last)):
            name, arrived, closed = f"FBA{number}{count}", left + 3, left + 6
            mine = [(left + 4, units // 2), (left + 6, units // 2)] if halves else [(left + 5, units)]
            moves = [Move(day, some, name, "receipt") for day, some in mine if day in DAYS]
            brand.shipment(
                name, sku, units, left, arrived if arrived in DAYS else None, closed if closed in DAYS else None,
                sum(move.units for move in moves),
            )  # fmt: skip
            received += moves
            theirs += [move for move in booked(name, left, closed, units) if move.day in DAYS]
        orders = sales(number, DAYS)
        brand.right(SELLER_CENTRAL, sku, FBA, 500, orders + received)
        brand.theirs(sku, FBA, 500, orders + theirs)
    return brand


def test_a_system_that_counts_shipments_when_they_leave_shows_what_is_under_way(tmp_path):
    """The habit is seen in all SKUs; the shipment of today is confirmed by its number."""
    report = shipments(lambda name, left, closed, units: [Move(left, units)]).check(tmp_path)
    for number, sku in enumerate(SKUS):
        assert parts(row_of(report, sku)) == [("in transit", 24 * (1 + number), [f"FBA{number}2"], "proven")]


def test_a_system_that_counts_shipments_when_they_close_lacks_what_is_being_received(tmp_path):
    """Half of each open shipment is received and not booked: RECEIVING, by its number."""
    report = shipments(lambda name, left, closed, units: [Move(closed, units)], last=18, halves=True).check(tmp_path)
    for number, sku in enumerate(SKUS):
        assert parts(row_of(report, sku)) == [("receiving", -12 * (1 + number), [f"FBA{number}2"], "proven")]


def test_one_shipment_that_is_counted_early_is_told_by_its_number(tmp_path):
    """96 units more on the day on which 96 leave, and no other SKU shows a habit: that one shipment."""
    report = shipments(
        lambda name, left, closed, units: [Move(left if name == "FBA32" else left + 5, units)]
    ).check(tmp_path)  # fmt: skip
    row = row_of(report, "ROPE-4")
    assert (row["gap"], parts(row)) == (96, [("in transit", 96, ["FBA32"], "proven")])
    assert [row_of(report, sku)["gap"] for sku in SKUS if sku != "ROPE-4"] == [0, 0, 0, 0, 0]


def test_a_shipment_that_is_closed_and_never_booked_is_a_transaction(tmp_path):
    """Its receipt of three weeks ago is missing since that day."""
    report = shipments(
        lambda name, left, closed, units: [] if name == "FBA30" else [Move(left + 5, units)]
    ).check(tmp_path)  # fmt: skip
    row = row_of(report, "ROPE-4")
    assert (row["gap"], row["cause"], row["explained"][0]["references"]) == (-96, "transaction", ["FBA30"])


def wholesale(folder, lost):
    """All SKUs sell wholesale every third day; Skubana lacks the orders that lost(number, day) says."""
    brand = Given()
    for number, sku in enumerate(SKUS):
        orders = sales(number, DAYS)
        big = [Move(day, -(12 + number), f"W{number}-{day}", word="wholesale") for day in range(number % 3, 23, 3)]
        brand.right(PORTAL, sku, NJ, 900, orders + big)
        brand.theirs(sku, NJ, 900, late(orders, [0, 0, 0, 1, 0][number % 3 :]) +
                     [move for move in big if not lost(number, move.day)])  # fmt: skip
    return brand.check(folder)


def test_orders_of_one_type_that_no_sku_shows_since_a_day_are_a_filter(tmp_path):
    """From the 12th day on no wholesale order arrives: each SKU names its own orders since then."""
    report = wholesale(tmp_path, lambda number, day: day >= 12)
    for number, sku in enumerate(SKUS):
        row = row_of(report, sku, NJ)
        names = [f"W{number}-{day}" for day in range(number % 3, 23, 3) if day >= 12]
        [part] = [part for part in row["explained"] if part["cause"] == "mapping"]
        assert (part["units"], part["references"]) == (len(names) * (12 + number), names)


def test_one_lost_order_is_no_filter_where_others_are_booked(tmp_path):
    """Other SKUs' wholesale orders arrive: a buyer who asked why wholesale is left out would ask in vain."""
    report = wholesale(tmp_path, lambda number, day: (number, day) == (0, 12))
    row = row_of(report, "TENT-1", NJ)
    assert (row["cause"], row["explained"][0]["references"]) == ("transaction", ["W0-12"])
    assert [row_of(report, sku, NJ)["flagged"] for sku in SKUS[1:]] == [False] * 5


@pytest.fixture
def without_a_sync(tmp_path):
    """without_a_sync(day, lost, newest): Skubana repeats the counts of the day before on that day."""

    def made(day, lost=(), newest=24):
        brand = Given()
        for number, sku in enumerate(SKUS):
            orders = [Move(on, -(12 + 3 * number + on % 3), f"R{number}-{on}", word="retail") for on in DAYS]
            adjusted = list(lost) if number == 0 else []
            brand.count(PORTAL, sku, NJ, levels(900, orders + adjusted, 24)[:newest])
            brand.move(PORTAL, sku, NJ, [move for move in orders + adjusted if move.day < newest])
            brand.skus.append(sku)
            theirs = levels(900, orders, 24)
            theirs[day] = theirs[day - 1]
            brand.count(SKUBANA, sku, NJ, theirs)
        return brand.check(tmp_path)

    return made


def test_a_sync_that_did_not_run_today_is_timing(without_a_sync):
    """Skubana says what it said yesterday: the gap is today's orders, by their numbers."""
    report = without_a_sync(23)
    row = row_of(report, "BAGS-6", NJ)
    assert parts(row) == [("timing", 29, ["R5-23"], "proven")]
    assert row["last_agreed"] == "2026-10-04"


def test_what_is_lost_on_a_day_without_a_sync_is_not_proven(without_a_sync):
    """The day after makes up for it, and tells no more than the sum of both."""
    report = without_a_sync(15, [Move(15, -40, "4817250936", "adjustment")])
    assert parts(row_of(report, "TENT-1", NJ)) == [("transaction", 40, ["4817250936"], "likely")]


def test_an_authority_of_yesterday_and_no_sync_that_day_is_still_timing(without_a_sync):
    """The portal's file is a day old, and Skubana has no count of that day: what it counts since is today's sales."""
    report = without_a_sync(22, newest=23)
    row = row_of(report, "BAGS-6", NJ)
    assert (row["gap"], row["cause"], row["verdict"]) == (-29, "timing", "likely")
    assert row["last_agreed"] == "2026-10-03"


def test_what_moves_between_amazons_centres_is_named_by_nobody(tmp_path):
    """Transfers that no count shows are not taken for a booking of as many units."""
    brand = Given()
    for number, sku in enumerate(SKUS):
        orders = sales(number, DAYS)
        between = [
            Move(5 + number, -20, f"FC{number}", "transfer_out"), Move(8 + number, 20, f"FC{number}", "transfer_in"),
        ]  # fmt: skip
        brand.skus.append(sku)
        brand.count(SELLER_CENTRAL, sku, FBA, levels(500, orders, 24))
        brand.move(SELLER_CENTRAL, sku, FBA, orders + between)
        brand.theirs(sku, FBA, 500, orders + ([Move(6, 20)] if number == 1 else []))
    report = brand.check(tmp_path)
    assert parts(row_of(report, "LAMP-2")) == [("transaction", 20, [], "likely")]
    assert [row_of(report, sku)["gap"] for sku in SKUS if sku != "LAMP-2"] == [0, 0, 0, 0, 0]
