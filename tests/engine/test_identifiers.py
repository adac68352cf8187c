"""Identifiers: cases, kits, other names, and two seller SKUs that show one stock."""

from __future__ import annotations

import pytest

PLACES = [("FBA US", "US", "fba"), ("3PL", "US", "3pl")]
MAP = [
    ("FBA US", "Seller Central", "authority", "on_hand"),
    ("3PL", "Portal", "authority", "on_hand"),
    ("FBA US", "Skubana", "secondary", "on_hand"),
]


def test_another_name_counts_for_the_sku_it_names(brand):
    """What Identifiers calls a SKU adds to it, in that system only."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A"],
        identifiers=[("Seller Central", "A-FBA", "A")],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 10),
            ("Seller Central", "FBA US", "A-FBA", "on_hand", 90),
            ("Skubana", "FBA US", "A", "on_hand", 100),
            ("Skubana", "FBA US", "A-FBA", "on_hand", 100),
        ],
    ).reconciled()
    assert found.gap("A", "FBA US", "Skubana").gap == 0
    assert found.unmapped == [("Skubana", "FBA US", "A-FBA", "on_hand", 100)]


def test_identifiers_go_before_a_name_that_is_a_sku_itself(brand):
    """A system that calls SKU A what others call B is believed where Identifiers says so."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A", "B"],
        identifiers=[("Portal", "A", "B")],
        counts=[("Portal", "3PL", "A", "on_hand", 5)],
    ).reconciled()
    assert found.count("B", "3PL").units == 5
    assert not found.counted("A", "3PL")


def test_a_case_of_12_counts_12(brand):
    """Cases count their units, beside units that are counted singly."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A"],
        identifiers=[("Portal", "A-CASE", "A", 12, "case")],
        counts=[("Portal", "3PL", "A-CASE", "on_hand", 7), ("Portal", "3PL", "A", "on_hand", 5)],
    ).reconciled()
    assert found.count("A", "3PL").units == 89
    assert found.order("A").order_against == 89


def test_a_kit_is_its_own_stock_and_its_components_are_ordered_against_with_it(brand):
    """A component gets the kit's units times its own in order against; positions and the kit keep theirs."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["KIT", "CUP", "LID"],
        identifiers=[("Portal", "KIT", "CUP", 4, "kit"), ("Portal", "KIT", "LID", 2, "kit")],
        counts=[
            ("Portal", "3PL", "KIT", "on_hand", 10),
            ("Portal", "3PL", "CUP", "on_hand", 100),
            ("Seller Central", "FBA US", "KIT", "on_hand", 3),
        ],
    ).reconciled()
    against = {sku: found.order(sku).order_against for sku in ("KIT", "CUP", "LID")}
    assert against == {"KIT": 13, "CUP": 100 + 4 * 13, "LID": 2 * 13}
    assert (found.order("CUP").total, found.order("CUP").own_sellable) == (100, 100)
    assert found.count("CUP", "3PL").position == 100
    assert not found.counted("LID", "3PL")


def test_a_kit_that_two_systems_name_is_taken_apart_once(brand):
    """The same kit named for two systems is one kit."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["KIT", "CUP"],
        identifiers=[("Portal", "KIT", "CUP", 4, "kit"), ("Skubana", "KIT", "CUP", 4, "kit")],
        counts=[("Portal", "3PL", "KIT", "on_hand", 10)],
    ).reconciled()
    assert found.order("CUP").order_against == 40


def test_a_kits_backorders_are_owed_in_components(brand):
    """Every part of order against is taken apart, what is owed too."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["KIT", "CUP"],
        identifiers=[("Portal", "KIT", "CUP", 4, "kit")],
        counts=[
            ("Portal", "3PL", "KIT", "on_hand", 0),
            ("Portal", "3PL", "KIT", "backorder", 2),
            ("Portal", "3PL", "CUP", "on_hand", 100),
        ],
    ).reconciled()
    assert (found.order("CUP").owed, found.order("CUP").order_against) == (8, 92)


TWINS = [("Seller Central", "A", "X001"), ("Seller Central", "A-2", "X001")]
AS_A = [("Seller Central", "A-2", "A")]


def twins(brand, second: list[tuple[str, int]], identifiers=AS_A, **more):
    """A says 100 on hand and 3 on the way; A-2, on the same FNSKU, says what is given."""
    first = [("on_hand", 100), ("inbound_shipped", 3)]
    return brand(
        locations=[*PLACES, ("To FBA US", "US", "transit")],
        source_map=[*MAP, ("To FBA US", "Seller Central", "authority", "inbound_shipped", "FBA US")],
        skus=["A"],
        identifiers=identifiers,
        names=TWINS,
        counts=[
            *(("Seller Central", "FBA US", "A-2", *part) for part in second),
            *(("Seller Central", "FBA US", "A", *part) for part in first),
        ],
        **more,
    ).reconciled()


def test_two_seller_skus_that_show_one_stock_count_once(brand):
    """On one FNSKU, in one marketplace, alike in every state: one stock, counted once, with a note."""
    found = twins(brand, [("on_hand", 100), ("inbound_shipped", 3)])
    assert found.order("A").total == 103
    assert found.said == ["'A-2' shows the same stock as another SKU on FNSKU X001: counted once"]


@pytest.mark.parametrize(
    ("second", "total"),
    [
        ([("on_hand", 99), ("inbound_shipped", 3)], 205),
        ([("on_hand", 100), ("inbound_shipped", 4)], 207),
        ([("on_hand", 100)], 203),
        ([("on_hand", 100), ("inbound_shipped", 3), ("unfulfillable", 1)], 206),
    ],
)
def test_two_seller_skus_that_differ_in_any_state_add(brand, second, total):
    """One state that differs, or that only one of them has, and they are two stocks."""
    found = twins(brand, second)
    assert (found.order("A").total, found.said) == (total, [])


def test_two_seller_skus_are_one_stock_in_one_marketplace_only(brand):
    """The same numbers in another marketplace are another stock."""
    found = brand(
        locations=[("FBA US", "US", "fba"), ("FBA CA", "Canada", "fba")],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand"),
            ("FBA CA", "Seller Central", "authority", "on_hand"),
        ],
        skus=["A"],
        identifiers=AS_A,
        names=TWINS,
        counts=[("Seller Central", "FBA US", "A", "on_hand", 100), ("Seller Central", "FBA CA", "A-2", "on_hand", 100)],
    ).reconciled()
    assert found.order("A").total == 200


def test_of_two_names_of_one_stock_the_one_that_is_mapped_stays(brand):
    """A twin that no SKU is mapped to is neither counted nor reported as unmapped: its units are counted."""
    found = twins(brand, [("on_hand", 100), ("inbound_shipped", 3)], identifiers=[])
    assert (found.order("A").total, found.unmapped) == (103, [])


def test_two_seller_skus_that_showed_one_stock_are_kept_once(brand):
    """A number kept from before is of one stock too where two names showed it."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A", "B"],
        identifiers=AS_A,
        names=TWINS,
        counts=[("Seller Central", "FBA US", "B", "on_hand", 1)],
        past=[
            ("Seller Central", "FBA US", "A", "on_hand", 100, "2026-10-04"),
            ("Seller Central", "FBA US", "A-2", "on_hand", 100, "2026-10-04"),
        ],
    ).reconciled()
    assert found.count("A", "FBA US").units == 100


def test_two_skus_without_units_are_no_warning(brand):
    """Two empty names on one FNSKU are nothing counted twice."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A"],
        identifiers=AS_A,
        names=TWINS,
        counts=[("Seller Central", "FBA US", "A", "on_hand", 0), ("Seller Central", "FBA US", "A-2", "on_hand", 0)],
    ).reconciled()
    assert (found.count("A", "FBA US").units, found.said) == (0, [])
