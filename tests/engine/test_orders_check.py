"""Orders Check: a channel whose orders do not arrive is named, though every count agrees."""

from __future__ import annotations

import pytest

from sheets.engine.orders_check import channel_named

DAYS = [f"2026-10-{day:02}" for day in range(1, 6)]
MAP = {
    "locations": [("NJ", "US", "3pl")],
    "source_map": [("NJ", "Portal", "authority", "on_hand"), ("NJ", "Flieber", "secondary", "on_hand")],
    "skus": ["A"],
    "counts": [("Portal", "NJ", "A", "on_hand", 100), ("Flieber", "NJ", "A", "on_hand", 100)],
}


def ordered(system, channel, units, days=DAYS):
    return [(system, channel, "A", units, day) for day in days]


def flagged(found):
    rows = found.channels[found.channels["flagged"].astype(bool)]
    return [(row.channel, row.source, row.system) for row in rows.itertuples()]


def test_a_channel_at_zero_is_flagged_with_its_order_numbers(brand):
    """Shopify has them, the warehouse ships them, Skubana has none of them: and no count differs."""
    moves = [("Portal", "NJ", "A", "sale", -4, day, f"SH-{at}") for at, day in enumerate(DAYS)]
    found = (
        brand(
            **MAP,
            orders=[*ordered("Shopify", "Shopify", 4), *ordered("Skubana", "Wholesale", 9)],
            movements=[(*move, {"channel": "Shopify"}) for move in moves],
        )
        .reconciled()
        .result
    )
    assert not found.gaps["flagged"].any()
    assert flagged(found) == [("Shopify", "Shopify", "Skubana")]
    [row] = found.channels[found.channels["flagged"].astype(bool)].itertuples()
    assert (row.source_units, row.units, row.references) == (20, 0, tuple(f"SH-{at}" for at in range(5)))
    assert any("Ask Skubana why Shopify orders do not arrive: 0 of 20 units" in note.said for note in found.notes)


@pytest.mark.parametrize(("units", "lost"), [(100, False), (90, False), (89, True)])
def test_under_90_percent_is_flagged(brand, units, lost):
    """At 90 % it is not."""
    orders = [*ordered("Shopify", "Shopify", 20), *ordered("Skubana", "Shopify", 20, DAYS[:-1])]
    orders.append(("Skubana", "Shopify", "A", units - 80, DAYS[-1]))
    assert bool(flagged(brand(**MAP, orders=orders).reconciled().result)) is lost


def test_a_system_a_day_behind_is_compared_over_the_days_it_knows(brand):
    """What the planner has not got yet is no fault of its mapping."""
    orders = [*ordered("Shopify", "Shopify", 20), *ordered("Flieber", "Shopify", 20, DAYS[:3])]
    assert flagged(brand(**MAP, orders=orders).reconciled().result) == []


def test_a_channel_that_stopped_a_week_ago_is_flagged_before_it_is_a_tenth(brand):
    """None of the last seven days' orders, though 30 days together are well over 90 %."""
    month = [f"2026-09-{day:02}" for day in range(7, 29)]
    orders = [*ordered("Shopify", "Shopify", 50, month), *ordered("Shopify", "Shopify", 4)]
    orders += [*ordered("Skubana", "Shopify", 50, month), *ordered("Skubana", "Wholesale", 1)]
    assert flagged(brand(**MAP, orders=orders).reconciled().result) == [("Shopify", "Shopify", "Skubana")]


def test_one_order_is_no_pattern(brand):
    """It may be a day late."""
    orders = [*ordered("Shopify", "Shopify", 40, DAYS[:1]), *ordered("Skubana", "Wholesale", 9)]
    assert flagged(brand(**MAP, orders=orders).reconciled().result) == []


def test_a_store_is_not_asked_for_another_channels_orders(brand):
    """Seller Central has Amazon's, Shopify its own; both together are at the order manager."""
    orders = [
        *ordered("Seller Central", "Amazon.com", 20),
        *ordered("Shopify", "Shopify", 20),
        *ordered("Skubana", "Amazon US", 20),
        *ordered("Skubana", "Shopify", 20),
    ]
    found = brand(**MAP, orders=orders).reconciled().result
    assert flagged(found) == []
    assert sorted(found.channels["system"].unique()) == ["Skubana"]


def test_without_orders_there_is_nothing_to_say(brand):
    """No table, no note, no error."""
    assert brand(**MAP).reconciled().result.channels.empty


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Amazon.com", "Amazon US"),
        ("amazon.co.uk", "Amazon UK"),
        ("Amazon us", "Amazon US"),
        ("Amazon.nowhere", "Amazon.nowhere"),
        ("Amazon Seller Flex", "Amazon Seller Flex"),
        (" Shop  ify ", "Shop ify"),
    ],
)
def test_a_channel_goes_by_one_name(name, shown):
    """However a report spells it."""
    assert channel_named(name) == shown
