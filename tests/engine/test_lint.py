"""Lint: what is wrong with the setup, each finding on the row where it stands."""

from __future__ import annotations

import pandas as pd
import pytest

from sheets.engine.source_map import lint, lint_coverage

LOCATIONS = [("FBA US", "US", "fba"), ("3PL", "US", "3pl")]
MAP = [
    ("FBA US", "Seller Central", "authority", "on_hand"),
    ("3PL", "Portal", "authority", "on_hand"),
    ("3PL", "Skubana", "secondary", "on_hand", "NJ-01"),
]
STATES = (
    "on_hand, available, allocated, reserved_orders, reserved_transfer, reserved_processing, on_hold, researching, "
    "unfulfillable, inbound_working, inbound_shipped, inbound_receiving, in_transit, on_order, backorder, buildable"
)


def right(**other):
    return {"locations": LOCATIONS, "source_map": MAP, "skus": ["A", "B", "KIT"], **other}


def findings(made):
    return [(one.level, one.line) for one in lint(made.setup)]


def test_a_setup_that_is_right_has_no_findings(brand):
    """Nothing is said of tables that fit together."""
    made = brand(
        **right(
            demand=[("A", "US", 1)],
            identifiers=[("Portal", "A-CASE", "A", 12, "case"), ("Portal", "KIT", "A", 2, "kit")],
            settings=[("Gap %", 0.05)],
        )
    )
    assert findings(made) == []


WRONG = {
    "a location that is named twice": (
        {"locations": [*LOCATIONS, ("3PL", "US", "3pl")]},
        "error",
        "Locations row 3: '3PL' is already in row 2: name it once",
    ),
    "a kind of location that does not exist": (
        {"locations": [LOCATIONS[0], ("3PL", "US", "warehouse")]},
        "error",
        "Locations row 2: kind 'warehouse' of '3PL' is not one of fba, 3pl, awd, store, transit, water, supplier",
    ),
    "a percentage below zero": (
        {"locations": [LOCATIONS[0], ("3PL", "US", "3pl", {"pct": -0.03})]},
        "error",
        "Locations row 2: the threshold of '3PL' is below 0",
    ),
    "a percentage written as a whole number": (
        {"locations": [LOCATIONS[0], ("3PL", "US", "3pl", {"pct": 5})]},
        "error",
        "Locations row 2: the pct of '3PL' is 500%: write 5% or 0.05",
    ),
    "units below zero": (
        {"locations": [LOCATIONS[0], ("3PL", "US", "3pl", {"units": -1})]},
        "error",
        "Locations row 2: the threshold of '3PL' is below 0",
    ),
    "a location of the map that does not exist": (
        {"source_map": [*MAP, ("3PL East", "Portal", "secondary", "on_hand")]},
        "error",
        "Source Map row 4: location '3PL East' is not in Locations; it has FBA US, 3PL",
    ),
    "a role that does not exist": (
        {"source_map": [*MAP, ("3PL", "Flieber", "third", "on_hand")]},
        "error",
        "Source Map row 4: role 'third' is not one of authority, secondary",
    ),
    "a meaning of absent that does not exist": (
        {"source_map": [*MAP[:2], (*MAP[2], {"absent": "none"})]},
        "error",
        "Source Map row 3: absent 'none' is not one of zero, unknown",
    ),
    "a state that does not exist": (
        {"source_map": [*MAP[:2], ("3PL", "Skubana", "secondary", "on_hand; in transit", "NJ-01")]},
        "error",
        f"Source Map row 3: state 'in transit' is not one of {STATES}",
    ),
    "buildable units as stock": (
        {"source_map": [*MAP[:2], ("3PL", "Skubana", "secondary", "on_hand; buildable", "NJ-01")]},
        "error",
        "Source Map row 3: buildable units are not stock: take buildable out of the states",
    ),
    "on_hand beside its parts": (
        {"source_map": [*MAP[:2], ("3PL", "Skubana", "secondary", "on_hand; available; on_hold", "NJ-01")]},
        "error",
        "Source Map row 3: on_hand already holds available, on_hold: keep on_hand or its parts, not both",
    ),
    "a system with two roles at a location": (
        {"source_map": [*MAP, ("3PL", "Skubana", "secondary", "inbound_shipped", "NJ-01")]},
        "error",
        "Source Map row 4: Skubana is already mapped to '3PL' in row 3",
    ),
    "two authorities at a location": (
        {"source_map": [*MAP[:2], ("3PL", "Skubana", "authority", "on_hand", "NJ-01")]},
        "error",
        "Source Map row 3: '3PL' has two authorities, Portal (row 2) and Skubana: make one of them secondary",
    ),
    "no authority at a location": (
        {"locations": [*LOCATIONS, ("Store", "US", "store")]},
        "error",
        "Locations row 3: 'Store' has no authority: give it one in the Source Map",
    ),
    "one system's state at two locations": (
        {
            "locations": [*LOCATIONS, ("Store", "US", "store")],
            "source_map": [*MAP, ("Store", "Portal", "authority", "on_hand", "3PL")],
        },
        "error",
        "Source Map row 4: on_hand of Portal's '3PL' is already counted at '3PL' (row 2): units stand in one place",
    ),
    "a part at one location and the whole at another": (
        {
            "locations": [*LOCATIONS, ("Store", "US", "store")],
            "source_map": [*MAP, ("Store", "Portal", "authority", "on_hold", "3PL")],
        },
        "error",
        "Source Map row 4: on_hold of Portal's '3PL' is already counted at '3PL' (row 2): units stand in one place",
    ),
    "a kind of identifier that does not exist": (
        {"identifiers": [("Portal", "A-CASE", "A", 12, "pack")]},
        "error",
        "Identifiers row 1: kind 'pack' is not one of same, case, kit",
    ),
    "half a unit in a case": (
        {"identifiers": [("Portal", "A-CASE", "A", 2.5, "case")]},
        "error",
        "Identifiers row 1: units per is 2.5: it must be a whole number above 0",
    ),
    "no unit in a case": (
        {"identifiers": [("Portal", "A-CASE", "A", 0, "case")]},
        "error",
        "Identifiers row 1: units per is 0: it must be a whole number above 0",
    ),
    "an identifier of no SKU": (
        {"identifiers": [("Portal", "A-CASE", "C", 12, "case")]},
        "error",
        "Identifiers row 1: SKU 'C' is not in SKUs",
    ),
    "an identifier of no system": (
        {"identifiers": [("Flieber", "A-FLB", "A")]},
        "warning",
        "Identifiers row 1: Flieber is not in the Source Map",
    ),
    "a kit without a SKU": (
        {"identifiers": [("Portal", "SET", "A", 2, "kit")]},
        "warning",
        "Identifiers row 1: kit 'SET' is not in SKUs: its own stock stays unmapped",
    ),
    "a case of two sizes": (
        {"identifiers": [("Portal", "A-CASE", "A", 12, "case"), ("Portal", "A-CASE", "A", 10, "case")]},
        "error",
        "Identifiers row 2: 'A-CASE' of Portal is 10 units here and 12 in row 1: keep one",
    ),
    "a name of two SKUs": (
        {"identifiers": [("Portal", "X", "A"), ("Skubana", "X", "B"), ("Portal", "X", "B")]},
        "error",
        "Identifiers row 3: 'X' of Portal is already A (row 1)",
    ),
    "a SKU that is named twice": (
        {"skus": ["A", "B", "A"]},
        "error",
        "SKUs row 3: 'A' is already in row 1: name it once",
    ),
    "demand of no SKU": (
        {"demand": [("A", "US", 1), ("C", "US", 1)]},
        "warning",
        "Demand row 2: SKU 'C' is not in SKUs",
    ),
    "demand of no segment": (
        {"demand": [("A", "Mexico", 1)]},
        "warning",
        "Demand row 1: segment 'Mexico' is not in Locations; it has US",
    ),
    "demand that stands twice": (
        {"demand": [("A", "US", 1), ("B", "US", 1), ("A", "US", 2)]},
        "error",
        "Demand row 3: 'A' in US is already in row 1",
    ),
    "a setting that does not exist": (
        {"settings": [("Gap Percent", 3)]},
        "warning",
        "Settings: 'Gap Percent' is not a setting: it does nothing",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_lint_names_the_row_of(brand, wrong):
    """Each thing that can be wrong is one line, alone, on the row where it stands."""
    tables, level, line = WRONG[wrong]
    assert findings(brand(**right(**tables))) == [(level, line)]


def test_one_states_of_one_place_may_be_in_two_rows_of_one_location(brand):
    """Stock and transit may share a place, and a location may have several."""
    made = brand(
        locations=[*LOCATIONS, ("To FBA US", "US", "transit")],
        source_map=[
            *MAP,
            ("To FBA US", "Seller Central", "authority", "inbound_shipped", "FBA US"),
            ("3PL", "Portal", "authority", "on_hand", "3PL overflow"),
        ],
        skus=["A"],
    )
    assert findings(made) == []


def test_rows_are_numbered_as_the_tab_shows_them(brand):
    """Blank rows, and identifiers that name no SKU yet, keep their numbers."""
    made = brand(
        **right(
            locations=[(None,), *LOCATIONS, (None,), ("Store", "US", "shop")],
            source_map=[
                *MAP,
                (None,),
                ("Store", "Shopify", "authority", "on_hand"),
                ("Stor", "X", "secondary", "on_hand"),
            ],
            skus=["A", (None,), "B", "B"],
            identifiers=[("Portal", "NEW", None), ("Portal", "A-CASE", "C", 12, "case")],
            demand=[(None,), ("A", "Mars", 1)],
        )
    )
    assert [line for _, line in findings(made)] == [
        "Locations row 5: kind 'shop' of 'Store' is not one of fba, 3pl, awd, store, transit, water, supplier",
        "Source Map row 6: location 'Stor' is not in Locations; it has FBA US, 3PL, Store",
        "Identifiers row 2: SKU 'C' is not in SKUs",
        "SKUs row 4: 'B' is already in row 3: name it once",
        "Demand row 2: segment 'Mars' is not in Locations; it has US",
    ]


def covered(made, *lines):
    """What lint says of a map beside this coverage, read of these systems."""
    coverage = pd.DataFrame(lines, columns=["system", "system_location", "state"])
    read = {"Seller Central", "Portal", "Skubana"}
    return [(one.level, one.line) for one in lint_coverage(made.setup, coverage, read)]


ALL = [("Seller Central", "FBA US", "on_hand"), ("Portal", "3PL", "on_hand"), ("Skubana", "NJ-01", "on_hand")]


def test_a_map_that_the_exports_answer_has_no_findings(brand):
    """Every place and state that the map asks for is there, on_hand also in parts."""
    assert covered(brand(**right()), *ALL[:2], ("Skubana", "NJ-01", "available"), ("Skubana", "NJ-01", "on_hold")) == []


def test_a_system_without_exports_is_named(brand):
    """A system that is neither configured nor has exports is told on its row of the map."""
    made = brand(**right(source_map=[*MAP, ("FBA US", "Flieber", "secondary", "on_hand")]))
    assert covered(made, *ALL) == [
        ("warning", "Source Map row 4: Flieber has no exports and no section in mastersheet.toml")
    ]


def test_a_place_that_a_system_does_not_name_is_told_with_those_it_names(brand):
    """A misspelt place is told beside the names that the system uses, and so is each name that no row maps."""
    lines = [*ALL[:2], ("Skubana", "NJ-1", "on_hand"), ("Skubana", "CA-1", "on_hand")]
    assert covered(brand(**right()), *lines) == [
        ("warning", "Source Map row 3: Skubana says nothing of 'NJ-01'; it names CA-1, NJ-1"),
        ("warning", "Source Map: Skubana's 'CA-1' is in no row: what it counts there stays unmapped"),
        ("warning", "Source Map: Skubana's 'NJ-1' is in no row: what it counts there stays unmapped"),
    ]


def test_a_system_whose_counts_could_not_be_read_is_told(brand):
    """A system with exports and no counts is told as such."""
    assert covered(brand(**right()), *ALL[:2]) == [
        ("warning", "Source Map row 3: Skubana says nothing of 'NJ-01'; no counts of it could be read")
    ]


def test_a_state_that_a_system_does_not_report_is_told(brand):
    """The map may only ask for what the system reports there."""
    made = brand(**right(source_map=[*MAP[:2], ("3PL", "Skubana", "secondary", "on_hand; in_transit", "NJ-01")]))
    assert covered(made, *ALL) == [
        ("warning", "Source Map row 3: Skubana does not report in_transit at 'NJ-01'; it reports on_hand")
    ]
