"""Transit locations: which shipment another system misses there, dropped too early, or keeps too long."""

from __future__ import annotations

import pytest

from tests.diagnosis.given import FBA, SELLER_CENTRAL, SKUBANA, SKUS, Given, Move, levels, parts, row_of, sales

TRANSIT = "To FBA US"
FIRST, SECOND, NOW = "FBA00", "FBA01", "FBA02"


@pytest.fixture
def on_the_way(tmp_path):
    """on_the_way(booked): what is told of TENT-1 in transit; booked: (shipment, left, closed, units) -> movements.

    last: the day on which its third shipment leaves. short: units of its second one that Amazon closes it without.
    newest: how many days Skubana's files hold.
    """

    def check(booked, *, last=20, short=0, newest=24):
        brand = Given(places={FBA: (SELLER_CENTRAL, "fba"), TRANSIT: (SELLER_CENTRAL, "transit")})
        for number, sku in enumerate(SKUS[:3]):
            received, way, theirs = [], [], []
            for count, left in enumerate((2 + number, 8 + number, 20 if number else last)):
                name, units, closed = f"FBA{number}{count}", 36 + 12 * number + 6 * count, left + 8
                done = closed < brand.days
                came = units - short * (name == SECOND)
                brand.shipment(
                    name, sku, units, left, closed - 2 if done else None, closed if done else None, came * done
                )
                received += [Move(closed, came, name, "receipt")] * done
                way += [Move(left, units, name), *([Move(closed, -units, name)] * done)]
                theirs += booked(name, left, closed, units)
            orders = sales(number, range(brand.days))
            brand.right(SELLER_CENTRAL, sku, FBA, 500, orders + received)
            brand.count(SKUBANA, sku, FBA, levels(500, orders + received, newest))
            brand.count(SELLER_CENTRAL, sku, TRANSIT, levels(0, way, brand.days))
            brand.count(SKUBANA, sku, TRANSIT, levels(0, theirs, newest))
        report = brand.check(tmp_path)
        assert [row_of(report, sku, TRANSIT)["gap"] for sku in SKUS[1:3]] == [0, 0]
        return row_of(report, "TENT-1", TRANSIT)

    return check


def test_a_shipment_that_a_system_does_not_see_is_named(on_the_way):
    """Skubana lacks the 48 units of the one shipment that is under way since the day on which it left."""
    row = on_the_way(lambda name, left, closed, units: [] if name == NOW else [Move(left, units), Move(closed, -units)])
    assert (row["last_agreed"], parts(row)) == ("2026-10-01", [("in transit", -48, [NOW], "proven")])


def test_a_shipment_that_a_system_drops_too_early_is_named(on_the_way):
    """It was there for three days, and is gone today though Amazon has not received it."""
    row = on_the_way(lambda name, left, closed, units: [Move(left, units), Move(23 if name == NOW else closed, -units)])
    assert (row["last_agreed"], parts(row)) == ("2026-10-04", [("in transit", -48, [NOW], "likely")])


def test_a_shipment_that_a_system_keeps_after_it_is_received_is_a_transaction(on_the_way):
    """Closed a week ago, and still counted as under way."""
    row = on_the_way(
        lambda name, left, closed, units: [Move(left, units), *([Move(closed, -units)] * (name != SECOND))]
    )
    assert parts(row) == [("transaction", 42, [SECOND], "proven")]
    assert FIRST not in row["explained"][0]["references"]


def test_a_shipment_that_left_after_a_days_old_file_is_timing(on_the_way):
    """Skubana's files are of the day before: what left today it could not count, and both agreed until then."""
    row = on_the_way(lambda name, left, closed, units: [Move(left, units), Move(closed, -units)], last=23, newest=23)
    assert (row["last_agreed"], parts(row)) == ("2026-10-04", [("timing", -48, [NOW], "proven")])


def test_the_rest_of_a_shipment_that_was_closed_short_is_receiving(on_the_way):
    """Amazon closed it with 18 units fewer than left; Skubana took off what was received and still holds the rest."""
    row = on_the_way(
        lambda name, left, closed, units: [Move(left, units), Move(closed, -(units - 18 * (name == SECOND)))], short=18
    )
    assert (row["last_agreed"], parts(row)) == ("2026-09-27", [("receiving", 18, [SECOND], "proven")])
