"""Order against: sellable + on the way + on order - owed."""

from __future__ import annotations

import pytest

STATES = {
    "available": 100,
    "allocated": 1,
    "reserved_orders": 2,
    "reserved_transfer": 40,
    "reserved_processing": 8,
    "on_hold": 16,
    "researching": 32,
    "unfulfillable": 64,
}
INBOUND = {"inbound_working": 3, "inbound_shipped": 300, "inbound_receiving": 500}


def of_all_states(brand, settings=()):
    """FBA stock in all its parts, what is under way to it, a container, an open purchase order, and backorders."""
    return brand(
        locations=[
            ("FBA US", "US", "fba"),
            ("To FBA US", "US", "transit"),
            ("Container", "US", "water"),
            ("Factory", "US", "supplier"),
        ],
        source_map=[
            ("FBA US", "Seller Central", "authority", "; ".join(STATES), "US"),
            ("To FBA US", "Seller Central", "authority", "inbound_shipped; inbound_receiving", "US"),
            ("Container", "Forwarder", "authority", "in_transit"),
            ("Factory", "Skubana", "authority", "on_order"),
        ],
        skus=["A"],
        settings=settings,
        counts=[
            *(("Seller Central", "US", "A", state, units) for state, units in {**STATES, **INBOUND}.items()),
            ("Seller Central", "US", "A", "backorder", 7),
            ("Forwarder", "Container", "A", "in_transit", 1000),
            ("Skubana", "Factory", "A", "on_order", 5000),
        ],
    ).reconciled()


def parts(order):
    return order.sellable, order.on_the_way, order.on_order, order.owed


def test_order_against_is_made_of_its_four_parts(brand):
    """Sold, misplaced, damaged, held and planned units are left out, whatever the position holds."""
    order = of_all_states(brand).order("A")
    assert parts(order) == (148, 1800, 5000, 7)
    assert order.order_against == 148 + 1800 + 5000 - 7


def test_a_position_holds_all_mapped_states(brand):
    """What is left out of order against is still owned, and counted."""
    found = of_all_states(brand)
    assert found.count("A", "FBA US").position == sum(STATES.values())
    assert found.order("A").total == sum(STATES.values()) + 800 + 1000 + 5000


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("Sellable: available", (48, 1800, 5000, 7)),
        ("Sellable: reserved_transfer", (108, 1800, 5000, 7)),
        ("Sellable: reserved_processing", (140, 1800, 5000, 7)),
        ("On The Way: inbound_shipped", (148, 1500, 5000, 7)),
        ("On The Way: inbound_receiving", (148, 1300, 5000, 7)),
        ("On The Way: in_transit", (148, 800, 5000, 7)),
        ("On Order Counts", (148, 1800, 0, 7)),
        ("Owed Counts", (148, 1800, 5000, 0)),
    ],
)
def test_each_state_is_switched_off_by_its_setting(brand, setting, expected):
    """Settings hold yes or no per state; the total is not touched by them."""
    found = of_all_states(brand, [(setting, "no")])
    assert parts(found.order("A")) == expected
    assert found.order("A").total == of_all_states(brand).order("A").total


@pytest.mark.parametrize(
    ("more", "sellable"),
    [
        ({}, 100),
        ({"allocated": 30}, 70),
        ({"on_hold": 5}, 95),
        ({"allocated": 30, "on_hold": 5}, 65),
        ({"allocated": 130}, 0),
    ],
)
def test_on_hand_alone_is_sellable_less_what_is_known_not_to_be(brand, more, sellable):
    """Where a system reports only on_hand, allocated and held units are taken off as far as they are known."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand")],
        skus=["A"],
        counts=[
            ("Portal", "3PL", "A", "on_hand", 100),
            *(("Portal", "3PL", "A", state, units) for state, units in more.items()),
        ],
    ).reconciled()
    assert found.order("A").sellable == sellable
    assert found.order("A").total == 100


def test_what_is_available_goes_before_what_is_on_hand(brand):
    """A system that reports both says itself what can be sold."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand")],
        skus=["A"],
        counts=[("Portal", "3PL", "A", "on_hand", 100), ("Portal", "3PL", "A", "available", 90)],
    ).reconciled()
    assert (found.order("A").total, found.order("A").sellable) == (100, 90)


def test_a_suppliers_open_units_are_on_order_whatever_their_state(brand):
    """What stands at a location of kind supplier is on order, not sellable."""
    found = brand(
        locations=[("Factory", "US", "supplier")],
        source_map=[("Factory", "Skubana", "authority", "on_hand")],
        skus=["A"],
        counts=[("Skubana", "Factory", "A", "on_hand", 100)],
    ).reconciled()
    assert parts(found.order("A")) == (0, 0, 100, 0)
    assert found.result.purchase_orders is True


def test_without_purchase_orders_the_reconciliation_says_so(brand):
    """No supplier in the map, and "POs not included" can stand beside the number."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand")],
        skus=["A"],
        counts=[("Portal", "3PL", "A", "on_hand", 100)],
    ).reconciled()
    assert found.result.purchase_orders is False


def test_a_supplier_outside_the_total_is_not_on_order_and_the_reconciliation_says_so(brand):
    """Open purchase orders at a location that is not in the total reach no number, and that is not hidden."""
    found = brand(
        locations=[("Factory", "US", "supplier", {"in_total": "no"}), ("3PL", "US", "3pl")],
        source_map=[("Factory", "Skubana", "authority", "on_hand"), ("3PL", "Portal", "authority", "on_hand")],
        skus=["A"],
        counts=[("Skubana", "Factory", "A", "on_hand", 100), ("Portal", "3PL", "A", "on_hand", 40)],
    ).reconciled()
    assert parts(found.order("A")) == (40, 0, 0, 0)
    assert found.result.purchase_orders is False


def test_backorders_are_owed_without_being_a_mapped_state(brand):
    """A location that maps its stock owes what its authority backorders there."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand")],
        skus=["A"],
        counts=[("Portal", "3PL", "A", "on_hand", 0), ("Portal", "3PL", "A", "backorder", 12)],
    ).reconciled()
    assert (found.order("A").total, found.order("A").owed, found.order("A").order_against) == (0, 12, -12)


def test_a_secondarys_states_are_in_no_part(brand):
    """Only authorities make order against."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[
            ("3PL", "Portal", "authority", "on_hand"),
            ("3PL", "Skubana", "secondary", "on_hand"),
        ],
        skus=["A"],
        counts=[
            ("Portal", "3PL", "A", "on_hand", 100),
            ("Skubana", "3PL", "A", "on_hand", 100),
            ("Skubana", "3PL", "A", "allocated", 60),
            ("Skubana", "3PL", "A", "backorder", 9),
        ],
    ).reconciled()
    assert found.order("A").order_against == 100


def test_nothing_open_is_go(compared):
    """GO stands where no gap is flagged and no count is too old."""
    assert compared(100, 100).order("A").order == "GO"


def test_a_flagged_gap_is_not_go(compared):
    """A gap over the threshold is open, and the word says so."""
    assert compared(100, 50).order("A").order != "GO"


def test_a_number_kept_from_before_keeps_its_states(brand):
    """What was sold, damaged or owed in the last number that is known is so in order against, too."""
    day = "2026-10-04 12:00"
    found = brand(
        locations=[("FBA US", "US", "fba")],
        source_map=[("FBA US", "Seller Central", "authority", "on_hand")],
        skus=["A", "B"],
        counts=[("Seller Central", "FBA US", "B", state, 1) for state in ("on_hand", "available", "backorder")],
        past=[
            ("Seller Central", "FBA US", "A", "on_hand", 100, day),
            ("Seller Central", "FBA US", "A", "available", 60, day),
            ("Seller Central", "FBA US", "A", "unfulfillable", 30, day),
            ("Seller Central", "FBA US", "A", "backorder", 7, day),
            ("Seller Central", "FBA US", "A", "available", 90, "2026-10-03 12:00"),
        ],
    ).reconciled()
    count, order = found.count("A", "FBA US"), found.order("A")
    assert (count.units, count.kept, count.available, count.unfulfillable) == (100, True, 60, 30)
    assert parts(order) == (60, 0, 0, 7)


def test_parts_that_make_no_on_hand_are_no_number_to_order_against(brand):
    """A SKU listed with some of the states that make up on_hand counts for nothing, holds the order, and is told."""
    found = brand(
        locations=[("FBA", "US", "fba"), ("3PL", "US", "3pl")],
        source_map=[("FBA", "Seller Central", "authority", "on_hand"), ("3PL", "Portal", "authority", "on_hand")],
        skus=["A", "B"],
        counts=[
            ("Seller Central", "FBA", "A", "available", 200),
            ("Seller Central", "FBA", "A", "unfulfillable", 5),
            ("Seller Central", "FBA", "B", "available", 60),
            ("Portal", "3PL", "B", "on_hand", 96),
        ],
    ).reconciled()
    order = found.order("B")
    assert (order.total, order.order_against, order.order) == (96, 96, "HOLD")
    assert found.order("A").order == "GO"
    assert any("1 SKUs, such as B, lack states that make up on_hand" in said for said in found.said)
