"""The balance check: a ledger's closing balance against the count of the same day."""

from __future__ import annotations

import pytest


def checked(brand, closing: int, as_of: str = "2026-10-05 12:00", damaged: int = 0) -> list[str]:
    """What is said of 200 units counted at FBA while the ledger closes on other units."""
    return (
        brand(
            locations=[("FBA", "US", "fba")],
            source_map=[("FBA", "Seller Central", "authority", "on_hand", "FBA US")],
            skus=["A"],
            counts=[("Seller Central", "FBA US", "A", "on_hand", 200)],
            balances=[
                ("Seller Central", "FBA US", "A", "available", closing, as_of),
                ("Seller Central", "FBA US", "A", "unfulfillable", damaged, as_of),
            ],
        )
        .reconciled()
        .said
    )


def test_a_balance_beyond_the_threshold_is_told(brand):
    """Eleven units fewer in the ledger than counted is a note that names the SKU and both numbers."""
    assert checked(brand, 189) == ["the ledger's balance differs for A: 200 counted, 189 left by the ledger"]


@pytest.mark.parametrize(("closing", "damaged"), [(200, 0), (190, 0), (185, 10)])
def test_a_balance_within_the_threshold_is_quiet(brand, closing, damaged):
    """All dispositions add up, and ten units are tolerated."""
    assert checked(brand, closing, damaged=damaged) == []


def test_a_balance_of_another_day_says_nothing(brand):
    """Yesterday's ledger is no check of today's count."""
    assert checked(brand, 20, as_of="2026-10-04 12:00") == []
