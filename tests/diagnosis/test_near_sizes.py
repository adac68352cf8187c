"""Shipments of about the same units, and one that is not counted yet: what is told of the others stays."""

from __future__ import annotations

import pytest

from tests.diagnosis.given import FBA, SELLER_CENTRAL, SKUS, Given, Move, parts, row_of, sales

DAYS = range(30)


def early(folder, times, *, under_way):
    """Skubana counts shipments when they leave, each as often as times(name) says.

    Three of each SKU, of 30, 36, 42 units and 18 more for each next SKU, are closed, received in two halves. The last
    is of 20 units more than the first, and as far as under_way(number, units) says: left, arrived, receipts.
    """
    brand = Given(days=len(DAYS))
    for number, sku in enumerate(SKUS):
        least, received, theirs = 30 + 18 * number, [], []
        some = []
        for count, left in enumerate((1 + number % 3, 8 + number % 2, 15 + number % 3)):
            units, closed = least + 6 * count, left + 7
            halves = [(closed - 1, units // 2), (closed, units - units // 2)]
            some.append((f"FBA{number}{count}", units, left, left + 3, closed, halves))
        left, arrived, halves = under_way(number, least + 20)
        some.append((f"FBA{number}3", least + 20, left, arrived, None, halves))
        for name, units, left, arrived, closed, halves in some:
            brand.shipment(name, sku, units, left, arrived, closed, sum(units for _, units in halves))
            received += [Move(day, units, name, "receipt") for day, units in halves]
            theirs += [Move(left, units)] * times(name)
        orders = sales(number, DAYS)
        brand.right(SELLER_CENTRAL, sku, FBA, 500, orders + received)
        brand.theirs(sku, FBA, 500, orders + theirs)
    return brand.check(folder)


def by_turns(number, units):
    """On its way, arrived, or half received."""
    return [(27, None, []), (24, 28, []), (23, 26, [(28, units // 2)])][number % 3]


@pytest.mark.parametrize("missed", ["none", "FBA33"])
def test_one_shipment_that_is_not_counted_yet_changes_nothing_of_the_others(tmp_path, missed):
    """A habit is what most shipments show: one that Skubana has not counted makes it no other habit."""
    report = early(tmp_path, lambda name: int(name != missed), under_way=by_turns)
    for number, sku in enumerate(SKUS):
        units = 30 + 18 * number + 20
        name, cause = f"FBA{number}3", ["in transit", "receiving", "receiving"][number % 3]
        there = units if number % 3 < 2 else units - units // 2
        assert parts(row_of(report, sku)) == ([] if name == missed else [(cause, there, [name], "proven")])


@pytest.mark.parametrize(("times", "units"), [(2, 90), (0, -90)], ids=["twice", "never"])
def test_a_shipment_booked_wrongly_is_told_from_one_of_about_its_units(tmp_path, times, units):
    """FBA31 has 90 units and FBA30 84: the number is that of the one with just so many."""
    report = early(
        tmp_path, lambda name: times if name == "FBA31" else 1, under_way=lambda number, units: (27, None, [])
    )
    told = [(cause, units, references) for cause, units, references, _ in parts(row_of(report, "ROPE-4"))]
    assert sorted(told) == sorted([("in transit", 104, ["FBA33"]), ("transaction", units, ["FBA31"])])
