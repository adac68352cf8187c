"""The source map at work: which counts a location takes, and what nobody takes."""

from __future__ import annotations

import pytest

FBA = ("FBA US", "US", "fba")


def test_one_system_location_holds_stock_and_transit_apart(brand):
    """Amazon names one place for what lies there and what is under way to it: the states tell them apart."""
    found = brand(
        locations=[FBA, ("To FBA US", "US", "transit")],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand", "US"),
            ("To FBA US", "Seller Central", "authority", "inbound_shipped; inbound_receiving", "US"),
        ],
        skus=["A"],
        counts=[
            ("Seller Central", "US", "A", "on_hand", 100),
            ("Seller Central", "US", "A", "inbound_working", 7),
            ("Seller Central", "US", "A", "inbound_shipped", 30),
            ("Seller Central", "US", "A", "inbound_receiving", 5),
        ],
    ).reconciled()
    assert found.count("A", "FBA US").units == 100
    assert found.count("A", "To FBA US").units == 35
    assert found.order("A").total == 135


def test_rows_of_one_system_at_one_location_add(brand):
    """A location that its system keeps under two names, and in two files' states, is their sum."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[
            ("3PL", "Portal", "authority", "on_hand", "Hall 1"),
            ("3PL", "Portal", "authority", "available; on_hold", "Hall 2"),
            ("3PL", "Skubana", "secondary", "on_hand", "East"),
            ("3PL", "Skubana", "secondary", "on_hand", "East overflow"),
        ],
        skus=["A"],
        counts=[
            ("Portal", "Hall 1", "A", "on_hand", 100),
            ("Portal", "Hall 2", "A", "available", 20),
            ("Portal", "Hall 2", "A", "on_hold", 3),
            ("Skubana", "East", "A", "on_hand", 99),
            ("Skubana", "East overflow", "A", "on_hand", 24),
        ],
    ).reconciled()
    gap = found.gap("A", "3PL", "Skubana")
    assert (gap.authority_units, gap.system_units, gap.gap) == (123, 123, 0)


def test_only_mapped_states_are_counted(brand):
    """Position is the authority's units in the mapped states and no others."""
    found = brand(
        locations=[FBA],
        source_map=[("FBA US", "Seller Central", "authority", "available; reserved_transfer")],
        skus=["A"],
        counts=[
            ("Seller Central", "FBA US", "A", "available", 50),
            ("Seller Central", "FBA US", "A", "reserved_transfer", 5),
            ("Seller Central", "FBA US", "A", "unfulfillable", 900),
            ("Seller Central", "FBA US", "A", "buildable", 9000),
        ],
    ).reconciled()
    assert found.count("A", "FBA US").position == 55


PARTS = [("available", 50), ("allocated", 10), ("on_hold", 3)]


def test_on_hand_is_the_sum_of_its_parts_where_a_system_reports_only_parts(brand):
    """All parts that the system declares are there, so their sum is what is on hand."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand")],
        skus=["A"],
        counts=[("Portal", "3PL", "A", state, units) for state, units in PARTS],
    ).reconciled()
    assert found.count("A", "3PL").units == 63
    assert found.result.states_added == {"3PL": ("available", "allocated", "on_hold")}


@pytest.mark.parametrize("missing", range(3))
def test_on_hand_is_missing_where_one_of_its_parts_is(brand, missing):
    """Two of three parts are no total: the number is missing, not smaller."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand")],
        skus=["A", "B"],
        counts=[
            *(("Portal", "3PL", "B", state, units) for state, units in PARTS),
            *(("Portal", "3PL", "A", state, units) for at, (state, units) in enumerate(PARTS) if at != missing),
        ],
    ).reconciled()
    assert not found.counted("A", "3PL")
    assert found.count("B", "3PL").units == 63


def test_on_hand_counts_a_missing_part_as_zero_where_absent_is_zero(brand):
    """Where the map says that absent is zero, a part that is not listed has 0 units."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand", {"absent": "zero"})],
        skus=["A", "B"],
        counts=[
            *(("Portal", "3PL", "B", state, units) for state, units in PARTS),
            ("Portal", "3PL", "A", "available", 50),
        ],
    ).reconciled()
    assert found.count("A", "3PL").units == 50


def test_on_hand_is_what_the_system_says_where_it_says_it(brand):
    """Parts break a reported on_hand down and do not add to it."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[("3PL", "Portal", "authority", "on_hand")],
        skus=["A"],
        counts=[("Portal", "3PL", "A", "on_hand", 70), *(("Portal", "3PL", "A", *part) for part in PARTS)],
    ).reconciled()
    count = found.count("A", "3PL")
    assert (count.units, count.available, count.allocated, count.on_hold) == (70, 50, 10, 3)


def test_states_stand_in_one_order_whatever_was_read_first(brand):
    """The columns of states follow the list of states, also those that only an absence fills."""
    found = brand(
        locations=[FBA, ("3PL", "US", "3pl")],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand; inbound_receiving"),
            ("3PL", "Portal", "authority", "in_transit; researching; available; on_hold", {"absent": "zero"}),
        ],
        skus=["A", "B"],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 1),
            ("Seller Central", "FBA US", "A", "inbound_receiving", 1),
        ],
        also_covered=[("Portal", "3PL", state) for state in ("available", "on_hold", "researching", "in_transit")],
    ).reconciled()
    assert list(found.result.counts.columns)[-6:] == [
        "on_hand", "available", "on_hold", "researching", "inbound_receiving", "in_transit",
    ]  # fmt: skip


def test_a_location_outside_of_the_total_is_counted_and_compared_but_not_added(brand):
    """in_total = no keeps a location out of segments, total and order against; its gaps are shown all the same."""
    found = brand(
        locations=[FBA, ("Store", "US", "store", {"in_total": "no"})],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand"),
            ("Store", "Shopify", "authority", "on_hand"),
            ("Store", "Skubana", "secondary", "on_hand"),
        ],
        skus=["A"],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 100),
            ("Shopify", "Store", "A", "on_hand", 50),
            ("Skubana", "Store", "A", "on_hand", 0),
        ],
    ).reconciled()
    order = found.order("A")
    assert (order.total, order.order_against, found.segment("A", "US").units) == (100, 100, 100)
    assert found.count("A", "Store").position == 50
    assert found.gap("A", "Store", "Skubana").flag == "CHECK"


def test_two_countries_are_two_stocks(brand):
    """The same FNSKU with 900 in the US and 120 in Canada is 1,020 units."""
    found = brand(
        locations=[FBA, ("FBA CA", "Canada", "fba")],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand"),
            ("FBA CA", "Seller Central", "authority", "on_hand"),
        ],
        skus=[("A", 10, {"fnsku": "X001"})],
        names=[("Seller Central", "A", "X001")],
        counts=[("Seller Central", "FBA US", "A", "on_hand", 900), ("Seller Central", "FBA CA", "A", "on_hand", 120)],
    ).reconciled()
    assert found.order("A").total == 1020
    assert (found.segment("A", "US").units, found.segment("A", "Canada").units) == (900, 120)
    assert found.said == []


def test_a_sku_that_is_not_mapped_is_reported_and_not_counted(brand):
    """Units under a name that no SKU has stand in the list of what is unmapped, state by state."""
    found = brand(
        locations=[FBA],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand"),
            ("FBA US", "Skubana", "secondary", "on_hand"),
        ],
        skus=["A"],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 100),
            ("Skubana", "FBA US", "A", "on_hand", 60),
            ("Skubana", "FBA US", "A-FBM", "on_hand", 40),
            ("Skubana", "FBA US", "a", "on_hand", 3),
            ("Skubana", "FBA US", "A-OLD", "on_hand", 0),
        ],
    ).reconciled()
    assert found.unmapped == [
        ("Skubana", "FBA US", "A-FBM", "on_hand", 40),
        ("Skubana", "FBA US", "a", "on_hand", 3),
    ]
    assert found.gap("A", "FBA US", "Skubana").system_units == 60
    assert found.order("A").total == 100


def test_a_place_that_is_not_mapped_is_reported_and_not_counted(brand):
    """Units at a name that the source map does not have stand in the list of what is unmapped, each once."""
    found = brand(
        locations=[FBA],
        source_map=[("FBA US", "Seller Central", "authority", "on_hand")],
        skus=["A"],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 100),
            ("Seller Central", "FBA MX", "A", "on_hand", 40),
            ("Seller Central", "FBA MX", "A", "available", 35),
            ("Seller Central", "FBA MX", "A", "unfulfillable", 5),
            ("Seller Central", "FBA MX", "A", "inbound_shipped", 6),
            ("Portal", "East", "B", "available", 2),
            ("Portal", "East", "B", "buildable", 50),
        ],
    ).reconciled()
    assert found.unmapped == [
        ("Portal", "East", "B", "available", 2),
        ("Seller Central", "FBA MX", "A", "inbound_shipped", 6),
        ("Seller Central", "FBA MX", "A", "on_hand", 40),
    ]
    assert found.order("A").total == 100


def test_a_hall_that_lists_parts_does_not_ask_them_of_another_hall(brand):
    """Hall 2 makes its total of its own parts; what only Hall 1 lists is whole without them."""
    found = brand(
        locations=[("3PL", "US", "3pl")],
        source_map=[
            ("3PL", "Portal", "authority", "available", "Hall 1"),
            ("3PL", "Portal", "authority", "on_hand", "Hall 2"),
        ],
        skus=["A", "B"],
        counts=[
            ("Portal", "Hall 1", "A", "available", 12),
            ("Portal", "Hall 2", "B", "allocated", 3),
            ("Portal", "Hall 2", "B", "available", 4),
        ],
    ).reconciled()
    assert found.count("A", "3PL").units == 12
    assert found.count("B", "3PL").units == 7
