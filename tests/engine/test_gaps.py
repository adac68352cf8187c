"""Gaps: what another system says against the authority, and whether the difference is tolerated."""

from __future__ import annotations

import pytest

TWO_PLACES = [("FBA US", "US", "fba"), ("3PL East", "US", "3pl")]


def test_the_500_487_510_of_the_first_page_come_out_as_promised(brand):
    """Seller Central's 510 allows 15.3: Flieber's 500 is OK, Skubana's 487 is to check."""
    found = brand(
        locations=[("FBA US", "US", "fba")],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand"),
            ("FBA US", "Skubana", "secondary", "on_hand"),
            ("FBA US", "Flieber", "secondary", "on_hand"),
        ],
        skus=[("A", 4)],
        counts=[
            ("Flieber", "FBA US", "A", "on_hand", 500),
            ("Skubana", "FBA US", "A", "on_hand", 487),
            ("Seller Central", "FBA US", "A", "on_hand", 510),
        ],
    ).reconciled()

    flieber, skubana = found.gap("A", "FBA US", "Flieber"), found.gap("A", "FBA US", "Skubana")
    assert (flieber.authority, flieber.authority_units, flieber.threshold) == ("Seller Central", 510, 15.3)
    assert (flieber.system_units, flieber.gap, flieber.flag, flieber.flagged) == (500, -10, "OK", False)
    assert (skubana.system_units, skubana.gap, skubana.flag, skubana.flagged) == (487, -23, "CHECK", True)
    assert skubana.at_cost == 92
    assert found.order("A").total == 510


@pytest.mark.parametrize(
    ("authority", "system", "threshold", "flag"),
    [
        (100, 110, 10, "OK"),
        (100, 111, 10, "CHECK"),
        (100, 90, 10, "OK"),
        (100, 89, 10, "CHECK"),
        (333, 343, 10, "OK"),
        (334, 344, 10.02, "OK"),
        (334, 345, 10.02, "CHECK"),
        (1100, 1133, 33.0, "OK"),
        (1100, 1067, 33.0, "OK"),
        (1100, 1134, 33.0, "CHECK"),
        (1100, 1066, 33.0, "CHECK"),
        (0, 10, 10, "OK"),
        (0, 11, 10, "CHECK"),
        (700_000_000, 721_000_000, 21_000_000, "OK"),
        (700_000_000, 721_000_001, 21_000_000, "CHECK"),
    ],
)
def test_a_gap_of_exactly_the_threshold_is_tolerated_and_one_unit_more_is_not(
    compared, authority, system, threshold, flag
):
    """max(3 % of the authority's units, 10 units) is tolerated; only what is more is flagged."""
    gap = compared(authority, system).gap("A", "FBA US", "Flieber")
    assert (gap.threshold, gap.gap, gap.flag) == (threshold, system - authority, flag)


def test_the_percentage_is_of_the_authoritys_units_not_of_the_secondarys(compared):
    """1,000 at the authority allow 30; the same 31 apart from 1,031 would be allowed if the base were the other."""
    assert compared(1000, 1031).gap("A", "FBA US", "Flieber").flag == "CHECK"
    assert compared(1034, 1003).gap("A", "FBA US", "Flieber").flag == "OK"


def test_settings_move_the_threshold(compared):
    """Percentage and units of the Settings tab are what a gap is held against."""
    gap = compared(1000, 1050, settings=[("Gap %", "5%"), ("Gap Units", 20)]).gap("A", "FBA US", "Flieber")
    assert (gap.threshold, gap.flag) == (50, "OK")
    assert compared(100, 80, settings=[("Gap Units", 20)]).gap("A", "FBA US", "Flieber").threshold == 20


@pytest.mark.parametrize(
    ("location", "sku", "threshold"),
    [
        ({}, {}, 30),
        ({"pct": 0.05}, {}, 50),
        ({"units": 40}, {}, 40),
        ({"pct": 0.0, "units": 0}, {}, 0),
        ({}, {"gap_pct": 0.07}, 70),
        ({}, {"gap_units": 60}, 60),
        ({"pct": 0.05}, {"gap_pct": 0.01}, 10),
        ({"pct": 0.05, "units": 40}, {"gap_units": 20}, 50),
        ({"units": 500}, {"gap_pct": 0.01}, 500),
        ({"pct": 0.05, "units": 500}, {"gap_pct": 0.0, "gap_units": 0}, 0),
    ],
)
def test_what_a_sku_sets_goes_before_its_location_and_that_before_settings(compared, location, sku, threshold):
    """Percentage and units are each overridden by themselves: Settings, then the location, then the SKU."""
    found = compared(
        1000, 1000, locations=[("FBA US", "US", "fba", location)], skus=[("A", 10, sku)], demand=[("A", "US", 1)]
    )
    assert found.gap("A", "FBA US", "Flieber").threshold == threshold
    assert found.count("A", "FBA US").threshold == threshold


def test_a_secondary_that_says_nothing_of_what_the_authority_counts_is_no_count(compared):
    """Absent at the secondary: no number of its own, a gap of all the authority's units, NO COUNT."""
    gap = compared(510, None).gap("A", "FBA US", "Flieber")
    assert gap.system_units != gap.system_units
    assert (gap.authority_units, gap.gap, gap.flag, gap.flagged) == (510, -510, "NO COUNT", True)


def test_an_authority_that_says_nothing_of_what_a_secondary_counts_is_no_count(compared):
    """Absent at the authority: its number, the gap and the threshold are missing, never 0, and it is flagged."""
    found = compared(None, 510)
    gap = found.gap("A", "FBA US", "Flieber")
    assert all(number != number for number in (gap.authority_units, gap.gap, gap.threshold))
    assert (gap.system_units, gap.flag, gap.flagged) == (510, "NO COUNT", True)
    assert gap.at_cost == 5100
    assert found.order("A").total != found.order("A").total


@pytest.mark.parametrize(("authority", "system"), [(10, None), (None, 10), (None, 0), (0, None)])
def test_no_count_is_flagged_only_over_the_threshold(compared, authority, system):
    """A system without a number is flagged only where more units than are tolerated should be."""
    gap = compared(authority, system).gap("A", "FBA US", "Flieber")
    assert (gap.flag, gap.flagged) == ("OK", False)


@pytest.mark.parametrize(("authority", "system"), [(11, None), (None, 11)])
def test_no_count_is_flagged_one_unit_over_the_threshold(compared, authority, system):
    """One unit more than is tolerated, and the missing number is NO COUNT."""
    assert compared(authority, system).gap("A", "FBA US", "Flieber").flag == "NO COUNT"


def test_no_count_at_the_authority_is_held_against_the_overridden_units(compared):
    """Without an authority's number only the units can be the threshold: those of the SKU where it sets some."""
    found = compared(None, 15, skus=[("A", 10, {"gap_units": 20})])
    assert found.gap("A", "FBA US", "Flieber").flag == "OK"


def test_a_negative_at_a_secondary_is_shown(compared):
    """What a secondary says stands as it says it, below zero too."""
    gap = compared(100, -7).gap("A", "FBA US", "Flieber")
    assert (gap.system_units, gap.gap, gap.flag) == (-7, -107, "CHECK")


def test_gaps_that_cancel_in_the_total_are_still_flagged(brand):
    """Fifty too many here and fifty too few there are two gaps, not none."""
    found = brand(
        locations=TWO_PLACES,
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand"),
            ("FBA US", "Skubana", "secondary", "on_hand"),
            ("3PL East", "Portal", "authority", "on_hand"),
            ("3PL East", "Skubana", "secondary", "on_hand"),
        ],
        skus=["A"],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 100),
            ("Skubana", "FBA US", "A", "on_hand", 150),
            ("Portal", "3PL East", "A", "on_hand", 100),
            ("Skubana", "3PL East", "A", "on_hand", 50),
        ],
    ).reconciled()
    assert found.gap("A", "FBA US", "Skubana").gap == 50
    assert found.gap("A", "3PL East", "Skubana").gap == -50
    assert found.result.gaps["flag"].tolist() == ["CHECK", "CHECK"]


def test_a_gap_names_where_its_number_was_read(brand):
    """The secondary's file, row and time stand beside its number."""
    found = brand(
        locations=[("FBA US", "US", "fba")],
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand"),
            ("FBA US", "Flieber", "secondary", "on_hand"),
        ],
        skus=["A"],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 510, "2026-10-05 12:00", "myi.txt", 7),
            ("Flieber", "FBA US", "A", "on_hand", 500, "2026-10-05 06:00", "flieber.csv", 19),
        ],
    ).reconciled()
    gap, count = found.gap("A", "FBA US", "Flieber"), found.count("A", "FBA US")
    assert (gap.source, gap.row, f"{gap.as_of:%H:%M}") == ("flieber.csv", 19, "06:00")
    assert (count.source, count.row, f"{count.as_of:%H:%M}") == ("myi.txt", 7, "12:00")


def test_a_place_that_both_sides_leave_out_has_no_row(brand):
    """There is a gap only where a side has a count, today or before."""
    found = brand(
        locations=TWO_PLACES,
        source_map=[
            ("FBA US", "Seller Central", "authority", "on_hand", {"absent": "zero"}),
            ("FBA US", "Skubana", "secondary", "on_hand", {"absent": "zero"}),
            ("3PL East", "Portal", "authority", "on_hand"),
        ],
        skus=["A", "B"],
        counts=[
            ("Seller Central", "FBA US", "A", "on_hand", 100),
            ("Skubana", "FBA US", "A", "on_hand", 100),
            ("Portal", "3PL East", "B", "on_hand", 100),
        ],
    ).reconciled()
    assert found.result.gaps["sku"].tolist() == ["A"]
