"""Pools: stock that several countries show, and that is there once."""

from __future__ import annotations

PLACES = [
    ("FBA DE", "Germany", "fba", {"pool": "EU"}),
    ("FBA FR", "France", "fba", {"pool": "EU"}),
    ("FBA IT", "Italy", "fba", {"pool": "EU"}),
]
MAP = [(place[0], "Seller Central", "authority", "on_hand") for place in PLACES]


def shown(*units: int, sku: str = "A"):
    return [("Seller Central", place[0], sku, "on_hand", n) for place, n in zip(PLACES, units, strict=False)]


def positions(found, sku: str = "A"):
    return [found.count(sku, place[0]).position for place in PLACES]


def test_a_pool_that_three_countries_show_is_counted_once(brand):
    """100 units in each of three countries of one pool are 100 units."""
    found = brand(locations=PLACES, source_map=MAP, skus=["A"], counts=shown(100, 100, 100)).reconciled()
    assert positions(found) == [100, 0, 0]
    assert (found.order("A").total, found.order("A").order_against) == (100, 100)
    assert found.count("A", "FBA FR").units == 100


def test_a_pool_is_split_by_what_lies_in_each_country(brand):
    """AFN by country places 30 in Germany and 70 in France of the 100 that both show."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A"],
        counts=shown(100, 100, 100),
        splits=[
            ("Seller Central", "FBA DE", "A", "on_hand", 30),
            ("Seller Central", "FBA FR", "A", "on_hand", 70),
        ],
    ).reconciled()
    assert positions(found) == [30, 70, 0]
    assert (found.segment("A", "Germany").units, found.segment("A", "France").units) == (30, 70)
    assert found.order("A").total == 100


def test_a_pool_is_split_by_the_ledgers_balances_where_afn_by_country_is_missing(brand):
    """Balances by country place the units of a SKU that the split does not have, and no other's."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=["A", "B"],
        counts=[*shown(100, 100, 100), *shown(50, 50, 50, sku="B")],
        splits=[("Seller Central", "FBA FR", "A", "on_hand", 70)],
        balances=[
            ("Seller Central", "FBA FR", "A", "on_hand", 1),
            ("Seller Central", "FBA IT", "B", "on_hand", 20),
        ],
    ).reconciled()
    assert positions(found) == [30, 70, 0]
    assert positions(found, "B") == [30, 0, 20]


def test_a_pool_is_counted_by_fnsku(brand):
    """Two SKUs on one FNSKU are one stock of a pool: the place that shows most of it has it all."""
    found = brand(
        locations=PLACES,
        source_map=MAP,
        skus=[("A", 10, {"fnsku": "X001"}), ("A-EU", 10, {"fnsku": "X001"})],
        counts=[*shown(100), ("Seller Central", "FBA FR", "A-EU", "on_hand", 100)],
    ).reconciled()
    assert found.order("A").total == 100
    assert found.order("A-EU").total == 0


def test_a_pool_whose_countries_differ_says_so(brand):
    """Where the places of a pool show different numbers the largest is counted, with a note."""
    found = brand(locations=PLACES, source_map=MAP, skus=["A"], counts=shown(100, 96, 100)).reconciled()
    assert found.order("A").total == 100
    assert found.said == [
        "1 stocks differ between its locations, such as A: the largest number is counted",
    ]


def test_a_pool_takes_the_units_off_what_can_be_sold_too(brand):
    """Order against counts a pool once, as the total does."""
    found = brand(
        locations=PLACES,
        source_map=[(place[0], "Seller Central", "authority", "available") for place in PLACES],
        skus=["A"],
        counts=[(system, place, sku, "available", n) for system, place, sku, _, n in shown(100, 100, 100)],
    ).reconciled()
    assert found.order("A").sellable == 100


def test_the_same_number_in_two_countries_without_a_pool_is_a_question(brand):
    """It is asked, not merged: both stocks are counted until the buyer names a pool."""
    apart = [(*place[:3],) for place in PLACES[:2]]
    found = brand(
        locations=apart,
        source_map=MAP[:2],
        skus=["A", "B", "C"],
        counts=[*shown(400, 400), *shown(50, 50, sku="B"), *shown(7, 7, sku="C")],
    ).reconciled()
    assert found.order("A").total == 800
    assert found.said == [
        "A shows 400 at FBA DE and at FBA FR, and 1 more SKUs likewise: counted as two stocks; "
        "if it is one, name a pool for both"
    ]


def test_two_pools_are_two_stocks(brand):
    """Locations share stock only with those that name the same pool."""
    found = brand(
        locations=[*PLACES[:2], ("FBA UK", "UK", "fba", {"pool": "UK"})],
        source_map=[*MAP[:2], ("FBA UK", "Seller Central", "authority", "on_hand")],
        skus=["A"],
        counts=[*shown(100, 100), ("Seller Central", "FBA UK", "A", "on_hand", 40)],
    ).reconciled()
    assert found.order("A").total == 140


def test_a_secondary_is_compared_with_what_the_authority_shows_in_its_country(brand):
    """Each country's gap is against what its own authority shows, not against the share of the pool."""
    found = brand(
        locations=PLACES,
        source_map=[*MAP, ("FBA FR", "Flieber", "secondary", "on_hand")],
        skus=["A"],
        counts=[*shown(100, 100, 100), ("Flieber", "FBA FR", "A", "on_hand", 100)],
    ).reconciled()
    assert found.gap("A", "FBA FR", "Flieber").gap == 0
