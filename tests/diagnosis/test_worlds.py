"""The diagnosis on twin worlds: what it proves is true, whatever is missing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.twin.files import END, write
from benchmarks.twin.scored import Score, checked, score
from benchmarks.twin.watched import watchers
from benchmarks.twin.world import World
from sheets.brand import open_brand
from sheets.new_brand import new_brand
from sheets.refresh import check, refresh
from sheets.report import as_json


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


@pytest.mark.parametrize("missing", [{"silent": 4}, {"today_only": True}], ids=["silent for days", "no history"])
def test_a_system_that_is_silent_and_a_past_that_nobody_knows_make_no_wrong_verdict(missing):
    """One system silent for days, or nothing but today's counts: flags stay right, and nothing is proven wrongly."""
    less = Score()
    for seed in (504, 505):
        score(World(seed, 30, 40), less, **missing)
    assert less.faults["all"]["gaps"] > 30
    assert less.wrongly_flagged == 0
    assert [line for line in less.lines if line.startswith("PROOF")] == []


def test_a_day_of_files_a_day_is_as_good_as_files_of_all_days(tmp_path):
    """History: whoever drops each day's exports alone and refreshes is told the same as whoever drops them all."""
    world, now = World(508, 12, 9), pd.Timestamp(END, tz="UTC") + pd.Timedelta(days=1)
    write(world, watchers(world), tmp_path / "whole")
    told = checked(tmp_path / "whole")
    write(world, watchers(world), tmp_path / "daily")
    new_brand(tmp_path / "brand", setup=tmp_path / "daily", now=now)
    brand = open_brand(tmp_path / "brand")
    files = {path: path.read_text().splitlines(keepends=True) for path in brand.exports.glob("*/*.csv")}
    files = {path: rows for path, rows in files.items() if path.name != "shipments.csv"}
    for path in files:
        path.unlink()
    for day in sorted({row.rstrip().split(",")[4] for rows in files.values() for row in rows[1:]}):
        for path, (header, *rows) in files.items():
            # Where there is nothing new the file of the day before still lies there.
            if mine := [row for row in rows if row.rstrip().split(",")[4] == day]:
                path.write_text(header + "".join(mine))
        refresh(brand, now=now)
    again = as_json(check(brand, now=now), all_rows=True)
    for part in ("gaps", "positions", "totals"):
        assert again[part] == told[part]


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
