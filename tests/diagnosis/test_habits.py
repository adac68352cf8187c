"""Habits beside what breaks them: shipments early, late or ahead, a filter, a day without a sync, Amazon's centres."""

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

DAYS = range(30)
ODD_ONE, ODD_SIZE = "ROPE-4", 84  # whose shipments break a habit
WAYS = ((PORTAL, NJ), (SELLER_CENTRAL, FBA))


def a_day_late(number, orders):
    """Each seventh order a day late, of each SKU another one, and none of the last day."""
    return late(orders, [int((number + n) % 7 == 0) for n in range(7)])


def size(number):
    """The units of a SKU's first shipment; its later ones have twice, three and four times as many."""
    return 30 + 18 * number


def as_received(shipment):
    return [Move(day, units) for day, units in shipment["received"]]


def when_it_leaves(shipment):
    return [] if shipment["left"] is None else [Move(shipment["left"], shipment["units"])]


def when_it_closes(shipment):
    return [] if shipment["closed"] is None else [Move(shipment["closed"], shipment["units"])]


def off_when_it_leaves(shipment):
    return [Move(move.day, -move.units) for move in when_it_leaves(shipment)]


def off_two_days_before(shipment):
    return [Move(27 if shipment["left"] is None else max(shipment["left"] - 2, 0), -shipment["units"])]


def but_for(name, habit, other):
    """A habit, and what the system did with one shipment instead."""
    return lambda shipment: (other if shipment["name"] == name else habit)(shipment)


def on_the_way(number, units):
    return {"left": 27}


def by_turns(number, units):
    """On the way, or half received already."""
    return {"left": 22, "arrived": 25, "received": [(27, units // 2)]} if number % 2 else on_the_way(number, units)


def check(folder, now, at_fba=as_received, at_nj=off_when_it_leaves):
    """Three shipments of each SKU that are closed, received in two halves, and one that is as now(number, units) says.

    at_fba, at_nj: what Skubana books of a shipment at both its ends.
    """
    brand = Given(days=len(DAYS))
    for number, sku in enumerate(SKUS):
        units, orders, shipped = size(number), sales(number, DAYS), sales(number + 7, DAYS)
        some = []
        for count, (left, takes) in enumerate(((1 + number % 3, 6), (8 + number % 2, 7), (15 + number % 3, 6))):
            closed, whole = left + takes, units * (count + 1)
            halves = [(closed - 1, whole // 2), (closed, whole - whole // 2)]
            some.append({"units": whole, "left": left, "arrived": left + 3, "closed": closed, "received": halves})
        some.append({"units": 4 * units, "arrived": None, "closed": None, "received": [], **now(number, 4 * units)})
        for count, one in enumerate(some):
            one["name"] = f"FBA{number}{count}"
            received = sum(units for _, units in one["received"])
            brand.shipment(one["name"], sku, one["units"], one["left"], one["arrived"], one["closed"], received)
        at_amazon = [Move(day, units, one["name"], "receipt") for one in some for day, units in one["received"]]
        gone = [Move(one["left"], -one["units"], one["name"], "transfer_out") for one in some if one["left"]]
        brand.right(SELLER_CENTRAL, sku, FBA, 500, orders + at_amazon)
        brand.right(PORTAL, sku, NJ, 2000, shipped + gone)
        brand.theirs(sku, FBA, 500, a_day_late(number, orders) + [move for one in some for move in at_fba(one)])
        brand.theirs(sku, NJ, 2000, a_day_late(number, shipped) + [move for one in some for move in at_nj(one)])
    return brand.check(folder)


def gaps(report, place, skus=SKUS):
    return [row_of(report, sku, place)["gap"] for sku in skus]


def test_a_shipment_counted_when_it_leaves_is_told_by_how_far_it_is(tmp_path):
    """What left is in transit, what Amazon has received half of is receiving with the other half; NJ agrees."""
    report = check(tmp_path, by_turns, at_fba=when_it_leaves)
    for number, sku in enumerate(SKUS):
        told = [("in transit", 4 * size(number)), ("receiving", 2 * size(number))][number % 2]
        assert parts(row_of(report, sku)) == [(*told, [f"FBA{number}3"], "proven")]
    assert gaps(report, NJ) == [0] * 6


def test_a_shipment_counted_when_it_closes_lacks_what_was_received_of_it(tmp_path):
    """Only what Amazon has received already is missing; a shipment that is on its way makes no gap."""
    report = check(tmp_path, by_turns, at_fba=when_it_closes)
    assert gaps(report, FBA, SKUS[::2]) == [0, 0, 0]
    for number in (1, 3, 5):
        assert parts(row_of(report, SKUS[number])) == [("receiving", -2 * size(number), [f"FBA{number}3"], "proven")]


def test_units_taken_off_before_they_leave_are_told_by_the_planned_shipment(tmp_path):
    """NJ lacks at Skubana what is planned to leave: likely, since its units alone tell which shipment that is."""
    report = check(tmp_path, lambda number, units: {"left": None}, at_nj=off_two_days_before)
    for number, sku in enumerate(SKUS):
        assert parts(row_of(report, sku, NJ)) == [("in transit", -4 * size(number), [f"FBA{number}3"], "likely")]
    assert gaps(report, FBA) == [0] * 6


@pytest.mark.parametrize(
    ("habit", "broken", "name", "told"),
    [
        (when_it_leaves, lambda one: when_it_leaves(one) * 2, "FBA32", [
            ("in transit", 4 * ODD_SIZE, ["FBA33"], "proven"), ("transaction", 3 * ODD_SIZE, ["FBA32"], "likely"),
        ]),
        (when_it_leaves, lambda one: [], "FBA32", [
            ("in transit", 4 * ODD_SIZE, ["FBA33"], "likely"), ("transaction", -3 * ODD_SIZE, ["FBA32"], "likely"),
        ]),
        (when_it_closes, when_it_leaves, "FBA33", [("in transit", 4 * ODD_SIZE, ["FBA33"], "likely")]),
    ],
    ids=["early: one twice", "early: one never", "late: one early"],
)  # fmt: skip
def test_a_shipment_that_breaks_the_habit_is_told_by_its_number(tmp_path, habit, broken, name, told):
    """Beside what the habit explains of that SKU; the other SKUs are told as ever."""
    report = check(tmp_path, on_the_way, at_fba=but_for(name, habit, broken))
    assert parts(row_of(report, ODD_ONE)) == told
    usual = [[("in transit", 4 * size(number), [f"FBA{number}3"], "proven")] for number in (0, 1, 2, 4, 5)]
    others = [parts(row_of(report, sku)) for sku in SKUS if sku != ODD_ONE]
    assert others == (usual if habit is when_it_leaves else [[]] * 5)


def wholesale(folder, lost):
    """All SKUs sell wholesale at both places every fourth day; Skubana lacks the orders lost(place, number, day)."""
    brand = Given(days=len(DAYS))
    for number, sku in enumerate(SKUS):
        for way, (system, place) in enumerate(WAYS):
            days = range((number + way) % 4, 27, 4)
            orders = sales(number + 7 * way, DAYS)
            big = [Move(day, -(14 + 2 * number), f"W{way}{number}-{day}", word="wholesale") for day in days]
            brand.right(system, sku, place, 700, orders + big)
            booked = [move for move in big if not lost(place, number, move.day)]
            brand.theirs(sku, place, 700, a_day_late(number, orders) + booked)
    return brand.check(folder)


def test_a_filter_of_the_whole_system_is_told_at_all_places(tmp_path):
    """From the 14th day on no wholesale order of any SKU arrives from anywhere: its orders, and nothing besides."""
    report = wholesale(tmp_path, lambda place, number, day: day >= 14)
    for way, (_, place) in enumerate(WAYS):
        for number, sku in enumerate(SKUS):
            names = [f"W{way}{number}-{day}" for day in range((number + way) % 4, 27, 4) if day >= 14]
            told = [("mapping", len(names) * (14 + 2 * number), names, "proven")]
            assert parts(row_of(report, sku, place)) == told


@pytest.mark.parametrize("days", [[14], [14, 18, 22, 26]], ids=["one", "all since a day"])
def test_orders_of_one_sku_are_no_filter_where_others_of_their_word_are_booked(tmp_path, days):
    """Each lost order is a transaction by its number, even where this SKU lost all of them since that day."""
    report = wholesale(tmp_path, lambda place, number, day: (place, number) == (NJ, 2) and day in days)
    told = [("transaction", 18, [f"W02-{day}"], "proven") for day in days]
    assert parts(row_of(report, "MUGS-3", NJ)) == told
    assert gaps(report, NJ, [sku for sku in SKUS if sku != "MUGS-3"]) == [0] * 5


def test_a_lost_adjustment_and_a_sync_that_did_not_run_today_are_two_parts(tmp_path):
    """What the 12th day's missing sync hides is likely, the 17th's loss is proven, and today's sales are timing."""
    lost = {"LAMP-2": (12, -40, "4817250936"), "MUGS-3": (17, -50, "4817250937")}
    brand, last, today = Given(days=len(DAYS)), DAYS[-1], {}
    for number, sku in enumerate(SKUS):
        orders = [Move(day, -(11 + 2 * number + day * (number + 2) % 4), f"R{number}-{day}") for day in DAYS]
        brand.right(PORTAL, sku, NJ, 900, orders + [Move(*lost[one], "adjustment") for one in lost if one == sku])
        theirs = levels(900, orders, len(DAYS))
        theirs[12], theirs[last] = theirs[11], theirs[last - 1]
        brand.count(SKUBANA, sku, NJ, theirs)
        today[sku] = ("timing", -orders[last].units, [f"R{number}-{last}"], "proven")
    report = brand.check(tmp_path)
    told = {sku: [today[sku]] for sku in SKUS}
    told["LAMP-2"] = [("transaction", 40, ["4817250936"], "likely"), today["LAMP-2"]]
    told["MUGS-3"] = [("transaction", 50, ["4817250937"], "proven"), today["MUGS-3"]]
    assert {sku: parts(row_of(report, sku, NJ)) for sku in SKUS} == told


def test_transfers_between_amazons_centres_stand_for_nothing_else(tmp_path):
    """On a day on which 35 units left one centre, or reached another, a gap of 35 is told without their number."""
    brand = Given(days=len(DAYS))
    adjusted = Move(9, -35, "4817250936", "adjustment")
    for number, sku in enumerate(SKUS):
        orders, between = sales(number, DAYS), []
        for count in range(3):
            day, name = 9 + 6 * count, f"FC{number}{count}"
            between += [Move(day, -35, name, "transfer_out"), Move(day + 2, 35, name, "transfer_in")]
        ours = orders + [adjusted] * (sku == "TENT-1")
        brand.skus.append(sku)
        brand.count(SELLER_CENTRAL, sku, FBA, levels(800, ours, len(DAYS)))
        brand.move(SELLER_CENTRAL, sku, FBA, ours + between)
        brand.theirs(sku, FBA, 800, a_day_late(number, orders) + [Move(11, 35)] * (sku == "BAGS-6"))
    report = brand.check(tmp_path)
    assert parts(row_of(report, "TENT-1")) == [("transaction", 35, ["4817250936"], "proven")]
    assert parts(row_of(report, "BAGS-6")) == [("transaction", 35, [], "likely")]
    assert gaps(report, FBA, SKUS[1:5]) == [0] * 4
