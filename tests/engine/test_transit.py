"""Handing over: a unit stands in exactly one place while it passes from a warehouse to Amazon."""

from __future__ import annotations

import pytest

TRANSIT = "To FBA US"


def passing(brand, *, fba: str, shipped_out: str, under_way: int = 40, stock: int = 500, **more):
    """100 units in shipment FBA1, as Amazon's status and the warehouse's word tell; 40 others are under way.

    shipped_out: "shipment" or "movement", what the warehouse says it by; "nothing", when it says it of other
    shipments only; "silent", when it never says it.
    """
    shipments = [("Seller Central", "FBA1", "A", "3PL", "US", fba, 100)]
    movements = []
    if shipped_out == "shipment":
        shipments.append(("Portal", "FBA1", "A", "3PL", "FBA US", "SHIPPED", 100))
    elif shipped_out == "movement":
        movements.append(("Portal", "3PL", "A", "transfer_out", -100, "2026-10-05 08:00", "FBA1"))
    elif shipped_out == "planned":
        shipments.append(("Portal", "FBA1", "A", "3PL", "FBA US", "PLANNED", 100))
    elif shipped_out == "other movement":
        movements.append(("Portal", "3PL", "A", "transfer_out", -5, "2026-10-01 08:00", "FBA0"))
    tables = {
        "locations": [("FBA US", "US", "fba"), (TRANSIT, "US", "transit"), ("3PL", "US", "3pl")],
        "source_map": [
            ("FBA US", "Seller Central", "authority", "on_hand", "US"),
            (TRANSIT, "Seller Central", "authority", "inbound_shipped; inbound_receiving", "US"),
            ("3PL", "Portal", "authority", "on_hand"),
        ],
        "skus": ["A"],
        "counts": [
            ("Seller Central", "US", "A", "on_hand", 200),
            ("Seller Central", "US", "A", "inbound_shipped", under_way),
            ("Portal", "3PL", "A", "on_hand", stock),
        ],
        "shipments": shipments,
        "movements": movements,
    }
    return brand(**{**tables, **more}).reconciled()


@pytest.mark.parametrize("said_by", ["shipment", "movement"])
def test_shipped_out_and_still_planned_is_under_way(brand, said_by):
    """The warehouse has shipped and Amazon still plans: the units stand in transit, on the warehouse's word."""
    found = passing(brand, fba="PLANNED", shipped_out=said_by, stock=400)
    count = found.count("A", TRANSIT)
    assert (count.reported, count.handed_over, count.units, count.on_the_way) == (40, 100, 140, 140)
    assert count.reason == "Portal shipped FBA1 out, Seller Central still plans it"
    assert found.order("A").total == 200 + 140 + 400


@pytest.mark.parametrize("said_by", ["planned", "other movement"])
def test_counted_as_shipped_and_still_at_the_warehouse_is_not_under_way(brand, said_by):
    """Amazon says shipped and the warehouse has not shipped out: the units stand at the warehouse only."""
    found = passing(brand, fba="SHIPPED", shipped_out=said_by, under_way=140)
    count = found.count("A", TRANSIT)
    assert (count.reported, count.handed_over, count.units) == (140, -100, 40)
    assert count.reason == "Seller Central counts FBA1 as shipped, Portal still holds it"
    assert found.order("A").total == 200 + 40 + 500


@pytest.mark.parametrize("said_by", ["shipment", "movement"])
def test_shipped_out_and_counted_as_shipped_needs_no_correction(brand, said_by):
    """Both have handed over: what Amazon counts under way is right."""
    found = passing(brand, fba="SHIPPED", shipped_out=said_by, under_way=140, stock=400)
    assert (found.count("A", TRANSIT).units, len(found.result.handed_over)) == (140, 0)


@pytest.mark.parametrize("said_by", ["planned", "other movement"])
def test_planned_and_not_shipped_out_needs_no_correction(brand, said_by):
    """Neither has handed over: what is planned stands where it was."""
    found = passing(brand, fba="PLANNED", shipped_out=said_by)
    assert (found.count("A", TRANSIT).units, len(found.result.handed_over)) == (40, 0)


@pytest.mark.parametrize(
    ("status", "low", "high", "said"),
    [
        ("PLANNED", 0, 100, "+100: FBA1 may have left: Portal does not say what it ships out"),
        ("SHIPPED", -100, 0, "-100: FBA1 may still be counted at Portal, which does not say what it ships out"),
    ],
)
def test_without_ship_out_data_nothing_is_corrected_and_the_bounds_say_so(brand, status, low, high, said):
    """A warehouse that never says what it ships out leaves Amazon's numbers as they are, and low or high open."""
    found = passing(brand, fba=status, shipped_out="silent")
    assert (found.count("A", TRANSIT).units, len(found.result.handed_over)) == (40, 0)
    order = found.order("A")
    assert (order.low - order.order_against, order.high - order.order_against) == (low, high)
    assert found.result.bounds.made_of[0] == (said,)


def test_shipped_out_after_amazon_counted_is_under_way(brand):
    """Amazon's file is a day older and does not list the shipment yet: its units are in nobody's count."""
    yesterday = {"as_of": "2026-10-04 23:00"}
    found = passing(
        brand, fba="CANCELLED", shipped_out="silent",
        shipments=[("Portal", "FBA1", "A", "3PL", "FBA US", "SHIPPED", 100, {"shipped_at": "2026-10-05 08:00"})],
        counts=[
            ("Seller Central", "US", "A", "on_hand", 200, yesterday),
            ("Seller Central", "US", "A", "inbound_shipped", 40, yesterday),
            ("Portal", "3PL", "A", "on_hand", 400),
        ],
    )  # fmt: skip
    count = found.count("A", TRANSIT)
    assert (count.handed_over, count.units) == (100, 140)
    assert count.reason == "Portal shipped FBA1 out after Seller Central counted"


@pytest.mark.parametrize("status", ["DELIVERED", "RECEIVING", "CLOSED", "CANCELLED"])
def test_what_amazon_has_taken_in_or_given_up_is_not_corrected(brand, status):
    """Only planned shipments and those counted as under way pass from one place to the other."""
    found = passing(brand, fba=status, shipped_out="planned")
    assert len(found.result.handed_over) == 0


def test_a_shipment_that_left_by_movement_and_shipment_is_handed_over_once(brand):
    """The warehouse may say it twice, in its shipments and in its movements: the units left once."""
    found = passing(
        brand,
        fba="PLANNED",
        shipped_out="shipment",
        movements=[("Portal", "3PL", "A", "transfer_out", -100, "2026-10-05 08:00", "FBA1")],
    )
    assert found.count("A", TRANSIT).handed_over == 100


def test_a_shipment_that_lists_a_sku_on_two_lines_is_handed_over_once(brand):
    """Singles and a case of one SKU in one shipment are one line of it: its units are moved once."""
    found = passing(
        brand,
        fba="PLANNED",
        shipped_out="silent",
        identifiers=[("Seller Central", "A-CASE", "A", 12, "case")],
        shipments=[
            ("Seller Central", "FBA1", "A", "3PL", "US", "PLANNED", 40),
            ("Seller Central", "FBA1", "A-CASE", "3PL", "US", "PLANNED", 5),
        ],
        movements=[("Portal", "3PL", "A", "transfer_out", -100, "2026-10-05 08:00", "FBA1")],
    )
    assert found.count("A", TRANSIT).handed_over == 100


def test_cases_that_are_handed_over_count_their_units(brand):
    """A shipment of cases moves the units in them."""
    found = passing(
        brand,
        fba="PLANNED",
        shipped_out="silent",
        identifiers=[("Portal", "A-CASE", "A", 12, "case")],
        shipments=[
            ("Seller Central", "FBA1", "A", "3PL", "US", "PLANNED", 60),
            ("Portal", "FBA1", "A-CASE", "3PL", "FBA US", "SHIPPED", 5),
        ],
    )
    assert found.count("A", TRANSIT).handed_over == 60


def test_units_handed_over_stand_in_transit_where_amazon_counts_none(brand):
    """A SKU of which Amazon knows nothing under way has what the warehouse shipped out."""
    found = passing(
        brand,
        fba="PLANNED",
        shipped_out="movement",
        counts=[("Portal", "3PL", "A", "on_hand", 400)],
    )
    assert found.count("A", TRANSIT).units == 100
    assert found.order("A").total == 500


def test_a_shipment_to_another_country_is_not_handed_over_here(brand):
    """The destination of a shipment says into which transit its units go."""
    found = passing(
        brand,
        fba="PLANNED",
        shipped_out="shipment",
        shipments=[
            ("Seller Central", "FBA1", "A", "3PL", "CA", "PLANNED", 100),
            ("Portal", "FBA1", "A", "3PL", "FBA CA", "SHIPPED", 100),
        ],
    )
    assert len(found.result.handed_over) == 0


def test_inbound_working_is_not_counted(brand):
    """Units that Amazon only plans are still at the warehouse."""
    found = passing(
        brand,
        fba="PLANNED",
        shipped_out="silent",
        counts=[
            ("Seller Central", "US", "A", "on_hand", 200),
            ("Seller Central", "US", "A", "inbound_working", 100),
            ("Portal", "3PL", "A", "on_hand", 500),
        ],
    )
    order = found.order("A")
    assert (order.total, order.order_against, order.on_the_way) == (700, 700, 0)


def test_a_movement_that_names_the_shipment_says_where_it_came_from(brand):
    """Amazon seldom names the sender: the warehouse whose movement carries the shipment's number shipped it."""
    found = passing(
        brand,
        fba="PLANNED",
        shipped_out="movement",
        shipments=[("Seller Central", "FBA1", "A", None, "US", "PLANNED", 100)],
    )
    assert found.count("A", TRANSIT).handed_over == 100


def test_a_shipment_whose_sender_nobody_names_is_left_alone(brand):
    """Where no warehouse knows the shipment, nobody can say that it has not left."""
    found = passing(
        brand,
        fba="SHIPPED",
        shipped_out="other movement",
        shipments=[("Seller Central", "FBA1", "A", None, "US", "SHIPPED", 100)],
    )
    assert len(found.result.handed_over) == 0


def test_shipped_out_after_the_warehouse_counted_is_still_in_its_count(brand):
    """What left after the warehouse's count is not put under way as well."""
    late = [("Portal", "3PL", "A", "transfer_out", -100, "2026-10-06 08:00", "FBA1")]
    found = passing(brand, fba="PLANNED", shipped_out="silent", movements=late)
    assert found.count("A", TRANSIT).handed_over == 0
    assert found.order("A").total == 200 + 40 + 500


def test_partly_shipped_out_leaves_only_the_rest_at_the_warehouse(brand):
    """Amazon says 100 shipped and the warehouse 60 of them: 40 go out of transit."""
    some = [("Portal", "3PL", "A", "transfer_out", -60, "2026-10-05 08:00", "FBA1")]
    found = passing(brand, fba="SHIPPED", shipped_out="silent", movements=some, under_way=140)
    count = found.count("A", TRANSIT)
    assert (count.handed_over, count.units) == (-40, 100)
    assert count.reason == "Seller Central counts FBA1 as shipped, Portal still holds 40 of it"


def test_transit_never_falls_below_nothing(brand):
    """Amazon calls a shipment shipped before it counts its units: nothing is there to take out."""
    found = passing(brand, fba="SHIPPED", shipped_out="planned", under_way=0)
    count = found.count("A", TRANSIT)
    assert (count.units, count.on_the_way) == (0, 0)
