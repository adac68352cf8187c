"""The demo brand: made, refreshed, told in five lines, and never over something else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from sheets.brand import open_brand, tables_of
from sheets.demo import clock
from sheets.templates import template


def test_the_demo_says_where_to_look(demo_made):
    """Five lines, each a tab with what stands there."""
    folder, result = demo_made
    assert result.exit_code == 0
    lines = result.stdout.replace(str(folder), "DIR").splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("Open DIR/master.xlsx.")
    assert lines[1].startswith("Daily Check: 11 gaps over what is allowed, $")
    assert lines[2] == "Counts and Gaps: FH-HDLMP-400 at FBA US is Seller Central 510; Skubana 487, Flieber 500."
    assert lines[3] == "Segments: Canada: $101,430 over, hidden by the total."


def test_the_demo_makes_only_its_own_folder_again(demo_brand, run):
    """A second run starts anew with refresh 1; with a file of somebody's in the folder it does nothing."""
    assert run("demo", demo_brand.brand).exit_code == 0
    assert list(tables_of(open_brand(demo_brand.brand))["Log"]["Refresh"]) == [1]
    (demo_brand.brand / "notes.txt").write_text("mine")
    result = run("demo", demo_brand.brand)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{demo_brand.brand}: holds notes.txt already, which the demo did not make;")
    assert (demo_brand.brand / "master.xlsx").is_file()


def test_the_demo_leaves_a_brand_alone(three_systems, run):
    """A brand's folder without the demo's mark is refused, and stays."""
    three_systems.new()
    before = sorted(three_systems.brand.rglob("*"))
    assert run("demo", three_systems.brand).exit_code == 2
    assert sorted(three_systems.brand.rglob("*")) == before


def test_the_demo_goes_on_where_the_clock_is_before_its_data(demo_brand, monkeypatch, run):
    """Its folder is read as of its own day at the earliest; any other by the clock."""
    early = pd.Timestamp("2026-01-01", tz="UTC")
    monkeypatch.setattr("addin.saying.the_time", lambda: early)
    assert run("check", demo_brand.brand).exit_code == 0
    assert run("demo", demo_brand.brand).exit_code == 0
    assert clock(demo_brand.brand, early) > pd.Timestamp("2026-10-05", tz="UTC")
    assert clock(Path("elsewhere"), early) == early


def test_templates_are_found_in_a_wheel_too(tmp_path, monkeypatch):
    """Inside the package first, beside it in a checkout."""
    assert template("demo") == Path(__file__).parents[2] / "templates" / "demo"
    package = tmp_path / "sheets"
    shutil.copytree(template("demo"), package / "_templates" / "demo", ignore=shutil.ignore_patterns("exports"))
    monkeypatch.setattr("sheets.templates.__file__", str(package / "templates.py"))
    assert template("demo") == package / "_templates" / "demo"


@pytest.mark.parametrize("name", ["check-demo.txt"])
def test_the_daily_check_on_the_screen(demo_made, run, golden, name):
    """The table that a buyer reads, when it is piped."""
    result = run("check", demo_made[0])
    golden(f"commands/{name}", "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines()))


_TOLD = ["SKU", "Location", "System", "Gap", "Flag", "Cause", "Verdict", "What To Do", "References"]


def test_the_planted_story_is_told_word_for_word(demo_made, golden):
    """Each planted gap with its cause, verdict, sentence and references; the daily check fits one screen."""
    rows = tables_of(open_brand(demo_made[0]))["DailyCheck"]
    assert len(rows) <= 12
    lines = [" | ".join("" if pd.isna(cell) else f"{cell}" for cell in row) for row in rows[_TOLD].to_numpy()]
    golden("commands/demo-daily-check.txt", "\n".join([" | ".join(_TOLD), *lines]) + "\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hidden-tent", ("FH-TENT-4P-TAN", "FBA CA")),
        ("lost-adjustment", ("FH-FILTR-SQZ", "FBA US", "--system", "Skubana")),
        ("shopify-filter", ("FH-LNTRN-USB", "3PL NJ", "--system", "Skubana")),
    ],
)
def test_a_trace_of_the_demo_is_told_word_for_word(demo_made, golden, run, name, words):
    """Counts, parts, the gap by day and the movements behind them."""
    result = run("trace", demo_made[0], *words)
    assert result.exit_code == 0, result.output
    golden(f"commands/demo-trace-{name}.txt", result.stdout)
