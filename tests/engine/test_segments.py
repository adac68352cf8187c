"""Segments: each country's stock against its own demand."""

from __future__ import annotations

import math

PLACES = [("FBA US", "US", "fba"), ("FBA CA", "Canada", "fba")]
MAP = [
    ("FBA US", "Seller Central", "authority", "on_hand"),
    ("FBA CA", "Seller Central", "authority", "on_hand"),
]


def two_countries(brand, us: int | None, canada: int | None, demand, skus=(("A", 10),), **more):
    counts = [("Seller Central", "FBA US", "A", "on_hand", us), ("Seller Central", "FBA CA", "A", "on_hand", canada)]
    return brand(
        **{
            "locations": PLACES,
            "source_map": MAP,
            "skus": skus,
            "demand": demand,
            "counts": [line for line in counts if line[4] is not None],
            **more,
        }
    ).reconciled()


def test_canadas_overstock_is_not_hidden_by_the_us(brand):
    """1,500 units that sell 2 a day are 750 days and 1,260 over, while the total looks fine at 40 a day."""
    found = two_countries(brand, 3000, 1500, [("A", "US", 38, 120), ("A", "Canada", 2, 120)])
    us, canada = found.segment("A", "US"), found.segment("A", "Canada")
    assert (canada.units, canada.units_per_day, canada.days_of_cover) == (1500, 2, 750)
    assert (canada.over_units, canada.over_value, canada.stock, canada.masked) == (1260, 12600, "OVERSTOCK", True)
    assert (us.over_units, us.stock, us.masked) == (0, "", False)
    assert us.days_of_cover == 3000 / 38


def test_overstock_that_the_total_shows_too_is_not_masked(brand):
    """Where pooled demand does not cover the stock either, nothing hides it."""
    found = two_countries(brand, 4560, 1500, [("A", "US", 38, 120), ("A", "Canada", 2, 120)])
    assert found.segment("A", "US").over_units == 0
    assert (found.segment("A", "Canada").over_units, found.segment("A", "Canada").masked) == (1260, False)


def test_a_total_that_is_exactly_covered_looks_fine(brand):
    """Stock of all segments equal to all that may be covered is not over; one unit more is."""
    for us, masked in ((3300, True), (3301, False)):
        found = two_countries(brand, us, 1500, [("A", "US", 38, 120), ("A", "Canada", 2, 120)])
        assert found.segment("A", "Canada").masked == masked


def test_cover_that_demand_does_not_give_is_the_settings(brand):
    """Max cover days are Demand's, else those of Settings."""
    found = two_countries(brand, 100, 100, [("A", "US", 1, 60), ("A", "Canada", 1)], settings=[("Max Cover Days", 90)])
    assert (found.segment("A", "US").over_units, found.segment("A", "Canada").over_units) == (40, 10)


def test_an_unknown_rate_is_no_rate_and_blank(brand):
    """Without a rate there are no days, no overstock and no shortage: NO RATE."""
    canada = two_countries(brand, 100, 1500, [("A", "US", 38), ("A", "Canada", None)]).segment("A", "Canada")
    assert canada.stock == "NO RATE"
    assert all(math.isnan(n) for n in (canada.days_of_cover, canada.over_units, canada.over_value, canada.short_units))


def test_a_segment_without_a_row_of_demand_is_no_rate(brand):
    """The US rate says nothing of Canada."""
    assert two_countries(brand, 100, 1500, [("A", "US", 38)]).segment("A", "Canada").stock == "NO RATE"


def test_a_rate_of_zero_is_no_sales_and_all_of_it_is_over(brand):
    """Stock that does not sell here is over to the last unit."""
    canada = two_countries(brand, 100, 1500, [("A", "US", 38), ("A", "Canada", 0)]).segment("A", "Canada")
    assert (canada.stock, canada.over_units, canada.over_value, canada.masked) == ("NO SALES", 1500, 15000, True)
    assert math.isnan(canada.days_of_cover)


def test_no_stock_and_no_sales_say_nothing(brand):
    """Without stock neither NO RATE nor NO SALES stands."""
    found = two_countries(brand, 0, 0, [("A", "US", 0)])
    assert [found.segment("A", name).stock for name in ("US", "Canada")] == ["", ""]


def test_less_than_the_lead_time_covers_is_short_cover(brand):
    """60 units that sell 2 a day are short of a lead time of 45 days by 30, and not of one of 30."""
    for lead, short, word in ((45, 30, "SHORT COVER"), (30, 0, "")):
        found = two_countries(brand, 60, None, [("A", "US", 2)], skus=[("A", 10, {"lead_time": lead})])
        assert (found.segment("A", "US").short_units, found.segment("A", "US").stock) == (short, word)


def test_a_fraction_of_a_unit_that_arithmetic_leaves_is_not_over(brand):
    """0.1 a day for 30 days covers exactly 3 units."""
    found = two_countries(brand, 3, None, [("A", "US", 0.1, 30)])
    assert (found.segment("A", "US").over_units, found.segment("A", "US").stock) == (0, "")


def test_cover_counts_with_inbound_and_on_hand_apart(brand):
    """Days on hand are of what lies there; days of cover also of what is under way and on order."""
    found = brand(
        locations=[PLACES[0], ("To FBA US", "US", "transit"), ("Water", "US", "water"), ("Factory", "US", "supplier")],
        source_map=[
            MAP[0],
            ("To FBA US", "Seller Central", "authority", "inbound_shipped", "FBA US"),
            ("Water", "Forwarder", "authority", "in_transit"),
            ("Factory", "Skubana", "authority", "on_order"),
        ],
        skus=["A"],
        demand=[("A", "US", 10)],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 100),
            ("Seller Central", "FBA US", "A", "inbound_shipped", 20),
            ("Forwarder", "Water", "A", "in_transit", 30),
            ("Skubana", "Factory", "A", "on_order", 50),
        ],
    ).reconciled()
    us = found.segment("A", "US")
    assert (us.on_hand, us.units, us.days_on_hand, us.days_of_cover) == (100, 200, 10, 20)


def test_a_segments_own_cost_values_its_overstock(brand):
    """Money is at the segment's unit cost where Demand gives one."""
    found = two_countries(brand, 0, 1500, [("A", "US", 38, 120), ("A", "Canada", 2, 120, 15)])
    assert found.segment("A", "Canada").over_value == 1260 * 15


def test_costs_are_in_the_brands_currency(brand):
    """A cost in another currency is valued at the rate on Settings; an empty currency is the brand's."""
    demand = [("A", "US", 0), ("A", "Canada", 0, 120, 20)]
    cad = [("A", 10, {"currency": "CAD"})]
    rated = two_countries(brand, 100, 100, demand, skus=cad, settings=[("Rate CAD", 0.75)])
    assert (rated.segment("A", "US").over_value, rated.segment("A", "Canada").over_value) == (750, 1500)
    own = two_countries(brand, 100, 100, demand, skus=cad, settings=[("Brand Currency", "CAD")])
    assert own.segment("A", "US").over_value == 1000


def test_a_currency_without_a_rate_has_no_value(brand):
    """Without a rate money is missing, never the foreign number."""
    us = two_countries(brand, 100, 0, [("A", "US", 0)], skus=[("A", 10, {"currency": "CAD"})]).segment("A", "US")
    assert (us.over_units, math.isnan(us.unit_cost), math.isnan(us.over_value)) == (100, True, True)


def test_demand_without_stock_has_a_row(brand):
    """A segment that sells and was not counted is shown with its units missing."""
    canada = two_countries(brand, 100, None, [("A", "Canada", 2)]).segment("A", "Canada")
    assert math.isnan(canada.units)
    assert canada.stock == ""
