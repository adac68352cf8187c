"""Exit codes and streams: 2 before 3 before 1 before 0, one line, and nothing but the report on standard output."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time

import pytest


def process(*words: object, width: int = 120) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "addin.cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "COLUMNS": str(width)},
    )


def test_flags_alone_change_nothing(three_systems, run):
    """Skubana's flag is exit code 0."""
    three_systems.new()
    assert run("check", three_systems.brand).exit_code == 0


def test_flags_are_1_where_that_is_asked(three_systems, run):
    """--fail-on-flags is exit code 1 with a flag, and 0 without."""
    three_systems.new()
    assert run("check", three_systems.brand, "--fail-on-flags").exit_code == 1
    three_systems.export("skubana/counts.csv", "sku,location,state,units,as_of\nA,FBA,on_hand,509,2026-10-05\n")
    assert run("check", three_systems.brand, "--fail-on-flags").exit_code == 0


def test_what_was_set_aside_goes_before_flags(three_systems, run):
    """Exit code 3 even with --fail-on-flags, for check and refresh alike."""
    three_systems.new()
    three_systems.export("flieber/counts.csv", "sku,location,state,units,as_of\n")
    assert run("check", three_systems.brand, "--fail-on-flags").exit_code == 3
    assert run("refresh", three_systems.brand).exit_code == 3


def test_help_is_quick():
    """`mastersheet --help` imports nothing heavy: the quickest of three takes less than 0.3 seconds."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        assert process("--help").returncode == 0
        took.append(time.perf_counter() - began)
    assert min(took) < 0.3


def test_version():
    """--version says the product's name."""
    result = process("--version")
    assert result.returncode == 0
    assert result.stdout.startswith("mastersheet ")


def test_json_holds_standard_output_alone(three_systems):
    """Notes and what was set aside go to standard error."""
    three_systems.new()
    three_systems.export("flieber/counts.csv", "sku,location,state,units,as_of\n")
    result = process("check", three_systems.brand, "--all", "--json")
    assert result.returncode == 3
    assert json.loads(result.stdout)["checked_skus"] == 1
    assert "Set aside: Flieber: counts.csv: " in result.stderr


def test_csv_holds_every_gap(three_systems):
    """A row per gap, with the JSON's names; a missing number is an empty cell."""
    three_systems.new()
    three_systems.export("flieber/counts.csv", "sku,location,state,units,as_of\nB,Amazon US,on_hand,1,2026-10-05\n")
    result = process("check", three_systems.brand, "--all", "--csv")
    assert result.returncode == 0
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["system"], row["system_units"], row["gap"], row["flagged"], row["flag"]) for row in rows] == [
        ("Flieber", "", "-510", "yes", "NO COUNT"),
        ("Skubana", "487", "-23", "yes", "CHECK"),
    ]


def test_no_traceback_unless_it_is_asked_for(tmp_path):
    """One line, and with --debug where it comes from."""
    short = process("check", tmp_path)
    assert (short.returncode, short.stdout, short.stderr.count("\n")) == (2, "", 1)
    long = process("--debug", "check", tmp_path)
    assert long.returncode != 0
    assert "Traceback" in long.stderr


def test_a_defect_of_ours_is_one_line(three_systems, run, monkeypatch):
    """Its type and message, and how to see more."""
    three_systems.new()

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nothing to divide.\nBy nothing")

    monkeypatch.setattr("sheets.refresh.reconcile", broken)
    result = run("check", three_systems.brand)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "ZeroDivisionError: nothing to divide. By nothing. A defect of ours: run again with --debug\n"
    )


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user who may not write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path, run):
    """Exit code 2 with the folder's name."""
    (tmp_path / "locked").mkdir(mode=0o500)
    result = run("new", tmp_path / "locked" / "brand")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path / 'locked' / 'brand'}: ")
