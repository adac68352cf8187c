"""What a column map may say, and how its mistakes are told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from connectors.column_map import ColumnMap, alternatives, summed

COUNTS = {"sku": "SKU", "location": "Site", "states": {"on_hand": "Qty"}}


def test_lists_are_names_and_lists_of_lists_add():
    """One name, several names for one column, and several columns that add are told apart."""
    assert alternatives("a") == ("a",)
    assert summed("a") == (("a",),)
    assert summed(("a", "b")) == (("a", "b"),)
    assert summed((("a", "b"), ("c",))) == (("a", "b"), ("c",))
    read = ColumnMap.model_validate({**COUNTS, "states": {"on_hold": [["a", "b"], ["c"]], "available": ["d", "e"]}})
    assert summed(read.states["on_hold"]) == (("a", "b"), ("c",))
    assert summed(read.states["available"]) == (("d", "e"),)


MISTAKES = {
    "extra key": ({**COUNTS, "colour": "red"}, "Extra inputs are not permitted"),
    "state": ({**COUNTS, "states": {"sellable": "Qty"}}, "unknown state 'sellable'; valid: on_hand, available,"),
    "word for a state": (
        {"sku": "S", "location": "L", "state": "T", "units": "U", "state_names": {"Good": "good"}},
        "unknown state 'good'; valid: on_hand,",
    ),
    "no location": ({"sku": "SKU", "states": {"on_hand": "Qty"}}, "say either location"),
    "two locations": ({**COUNTS, "location_name": "East"}, "say either location"),
    "no states": ({"sku": "SKU", "location": "Site"}, "say either states"),
    "half long": ({"sku": "SKU", "location": "Site", "state": "State"}, "say either states"),
    "wide and long": ({**COUNTS, "state": "State", "units": "Units"}, "say either states"),
    "one column twice": (
        {**COUNTS, "states": {"on_hand": "Qty", "available": "qty"}},
        "column 'qty' is mapped to on_hand and to available",
    ),
    "two packs": ({**COUNTS, "pack": 12, "pack_column": "Pack"}, "say either pack"),
    "no pack": ({**COUNTS, "pack": 0}, "greater than or equal to 1"),
    "zone": ({**COUNTS, "time_zone": "Mars/Olympus"}, "unknown time zone 'Mars/Olympus'"),
    "encoding": ({**COUNTS, "encoding": "utf-9"}, "unknown encoding 'utf-9'"),
    "table": ({**COUNTS, "table": "stock"}, "Input should be 'counts', 'movements', 'shipments' or 'orders'"),
    "nameless column": ({**COUNTS, "sku": "--"}, "'--' cannot name a column"),
    "need": ({**COUNTS, "needs": ["allocated"]}, "unknown need 'allocated'; valid: on_hand, as_of"),
    "field": (
        {"table": "orders", "sku": "S", "fields": {"day": "D", "units": "U", "channel": "C", "price": "P"}},
        "unknown field of orders 'price'; valid: channel, day, units, order_type, orders",
    ),
    "missing field": ({"table": "orders", "sku": "S", "fields": {"day": "D"}}, "orders need channel, units"),
    "status": (
        {
            "table": "shipments",
            "sku": "S",
            "fields": {"shipment": "N", "status": "T"},
            "statuses": {"Gone": "LOST"},
        },
        "unknown status 'LOST'; valid: PLANNED,",
    ),
    "states of movements": (
        {
            "table": "movements",
            "sku": "S",
            "location_name": "East",
            "fields": {"event": "E", "units": "U", "at": "A"},
            "states": {"on_hand": "Q"},
        },
        "movements take no states",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistake_in_a_map_is_told(case):
    """A map that contradicts itself is refused with what is wrong and what would be valid."""
    wrong, said = MISTAKES[case]
    with pytest.raises(ValidationError) as refused:
        ColumnMap.model_validate(wrong)
    assert said in str(refused.value)
