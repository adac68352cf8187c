"""The diagnosis on twin worlds: what it proves is true, whatever is missing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.twin.files import write
from benchmarks.twin.scored import Score, checked, score
from benchmarks.twin.watched import watchers
from benchmarks.twin.world import World


@pytest.fixture(scope="module")
def scored() -> Score:
    """Two worlds of forty SKUs and forty days."""
    found = Score()
    for seed in (501, 502):
        score(World(seed, 40, 40), found)
    return found


def test_every_gap_over_the_threshold_is_flagged_and_none_below(scored):
    """Flags and gaps are those of the truth."""
    assert scored.wrongly_flagged == 0


def test_nothing_that_did_not_happen_is_proven(scored):
    """Each proven part is of a cause, of units and of references that the truth holds."""
    assert [line for line in scored.lines if line.startswith("PROOF")] == []


def test_the_largest_cause_is_mostly_right(scored):
    """Nineteen of twenty flagged gaps are given the cause of their largest part."""
    found = scored.faults["all"]
    assert found["gaps"] > 50
    assert found["cause right"] >= 0.95 * found["gaps"]


def test_the_truth_lies_between_low_and_high(scored):
    """Of each SKU the units that can truly be ordered against."""
    assert scored.inside == scored.skus


@pytest.mark.parametrize(
    "gone",
    [
        ("*/movements.csv",),
        ("seller-central/movements.csv", "3pl-portal/movements.csv"),
        ("*/shipments.csv",),
        ("*/movements.csv", "*/shipments.csv"),
    ],
    ids=["no movements", "none of the authorities", "no shipments", "counts alone"],
)
def test_what_is_missing_makes_a_poorer_verdict_and_no_wrong_one(gone):
    """Without movements or shipments less is proven, nothing wrongly, and the check still runs."""
    whole, less = Score(), Score()
    world = World(503, 30, 40)
    score(world, whole)
    score(world, less, without=gone)
    assert less.faults["all"]["proven"] <= whole.faults["all"]["proven"]
    assert [line for line in less.lines if line.startswith("PROOF")] == []


@settings(derandomize=True, deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_parts_and_remainder_add_up_to_the_gap(seed):
    """Whatever is found: explained units + remainder = gap, in every row that has a gap."""
    with TemporaryDirectory() as where:
        world = World(seed, 8, 25)
        write(world, watchers(world), Path(where))
        rows = checked(Path(where))["gaps"]
    with_gap = [row for row in rows if row["gap"] is not None]
    assert with_gap
    assert [
        row for row in with_gap if sum(part["units"] for part in row["explained"]) + row["remainder"] != row["gap"]
    ] == []
