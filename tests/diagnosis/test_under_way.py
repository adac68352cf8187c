"""Transit locations: which shipment another system misses there, dropped too early, or keeps too long."""

from __future__ import annotations

import pytest

from tests.diagnosis.given import FBA, SELLER_CENTRAL, SKUBANA, SKUS, Given, Move, levels, parts, row_of, sales

TRANSIT = "To FBA US"
FIRST, SECOND, NOW = "FBA00", "FBA01", "FBA02"


@pytest.fixture
def on_the_way(tmp_path):
    """on_the_way(booked): what is told of TENT-1 in transit; booked: (shipment, left, closed, units) -> movements."""

    def check(booked):
        brand = Given(places={FBA: (SELLER_CENTRAL, "fba"), TRANSIT: (SELLER_CENTRAL, "transit")})
        for number, sku in enumerate(SKUS[:3]):
            received, way, theirs = [], [], []
            for count, left in enumerate((2 + number, 8 + number, 20)):
                name, units, closed = f"FBA{number}{count}", 36 + 12 * number + 6 * count, left + 8
                done = closed < brand.days
                brand.shipment(
                    name, sku, units, left, closed - 2 if done else None, closed if done else None, units * done
                )
                received += [Move(closed, units, name, "receipt")] * done
                way += [Move(left, units, name), *([Move(closed, -units, name)] * done)]
                theirs += booked(name, left, closed, units)
            orders = sales(number, range(brand.days))
            brand.right(SELLER_CENTRAL, sku, FBA, 500, orders + received)
            brand.theirs(sku, FBA, 500, orders + received)
            brand.count(SELLER_CENTRAL, sku, TRANSIT, levels(0, way, brand.days))
            brand.count(SKUBANA, sku, TRANSIT, levels(0, theirs, brand.days))
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
