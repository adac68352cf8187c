"""Units under another name, in cases, counted twice, or not listed: told as mapping, and whose name it may be."""

from __future__ import annotations

import pytest

from tests.diagnosis.given import FBA, NJ, PORTAL, SELLER_CENTRAL, SKUBANA, Given, Move, levels, parts, row_of, sales

DAYS = range(24)
RECEIPT = Move(9, 120, "PO-77", "receipt")


def at_fba(folder, units_of):
    """The row of TENT-1, whose units Skubana counts as units_of(day, units)."""
    brand, orders = Given(), sales(0, DAYS)
    brand.right(SELLER_CENTRAL, "TENT-1", FBA, 500, orders)
    counted = [units_of(day, units) for day, units in enumerate(levels(500, orders, 24))]
    brand.count(SKUBANA, "TENT-1", FBA, [units for units in counted if units is not None])
    brand.right(SELLER_CENTRAL, "LAMP-2", FBA, 500, sales(1, DAYS))
    brand.theirs("LAMP-2", FBA, 500, sales(1, DAYS))
    return row_of(brand.check(folder), "TENT-1")


@pytest.mark.parametrize(
    ("units_of", "gap", "verdict"),
    [
        (lambda day, units: units // 12, -415, "likely"),
        (lambda day, units: units // 12 if day >= 10 else units, -415, "likely"),
        (lambda day, units: 2 * units, 452, "proven"),
        (lambda day, units: 2 * units if day >= 10 else units, 452, "proven"),
    ],
    ids=["in cases", "in cases since a day", "twice", "twice since a day"],
)
def test_cases_and_doubles_are_told_from_all_days(tmp_path, units_of, gap, verdict):
    """Exactly twice as many on every day is proven; whole cases hide up to eleven units, and are likely at most."""
    row = at_fba(tmp_path, units_of)
    assert parts(row) == [("mapping", gap, [], verdict)]


def test_a_sku_that_is_no_longer_listed_keeps_the_day_of_its_last_agreement(tmp_path):
    """Ten days of equal counts, then none: not zero, but a mapping, open since the tenth day."""
    row = at_fba(tmp_path, lambda day, units: units if day < 10 else None)
    assert (row["gap"], row["system_units"], row["last_agreed"]) == (-452, None, "2026-09-21")
    assert parts(row) == [("mapping", -452, [], "proven")]


def under_a_name(folder, name):
    """The row of TENT-1 at NJ, whose purchase order Skubana books under that name."""
    brand = Given()
    brand.right(PORTAL, "TENT-1", NJ, 300, [*sales(0, DAYS), RECEIPT])
    brand.theirs("TENT-1", NJ, 300, sales(0, DAYS))
    brand.right(PORTAL, "ROPE-4", NJ, 300, sales(3, DAYS))
    brand.theirs("ROPE-4", NJ, 300, sales(3, DAYS))
    brand.count(SKUBANA, name, NJ, [0 if day < 9 else 120 for day in DAYS])
    return row_of(brand.check(folder), "TENT-1", NJ)


@pytest.mark.parametrize("name", ["TENT1", "XQ-77"])
def test_a_receipt_booked_under_a_name_that_nothing_maps_is_found_there(tmp_path, name):
    """120 units that one number lacks and an unmapped name has since the same day are one thing."""
    assert parts(under_a_name(tmp_path, name)) == [("mapping", -120, [name], "likely")]


def test_a_name_that_holds_another_skus_is_never_taken(tmp_path):
    """ROPE-4X is not where the units of TENT-1 are looked for, however well its units fit."""
    assert parts(under_a_name(tmp_path, "ROPE-4X")) == [("transaction", -120, ["PO-77"], "likely")]
