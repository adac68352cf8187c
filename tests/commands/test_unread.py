"""A system of which nothing can be read today: its last count stands, and its silence proves nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from addin.cli import app
from sheets.surfaces.xlsx_file import XlsxFile


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    assert CliRunner().invoke(app, ["demo", str(folder)]).exit_code == 0
    return folder


def checked(folder: Path) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["check", str(folder), "--all", "--json"])
    assert done.exit_code in (0, 3), done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def of(report: dict[str, Any], system: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["sku"], one["location"]): one for one in report["gaps"] if one["system"] == system}


def test_its_last_count_stands_as_of_then(demo):
    """Every number of Flieber's is what it was while its files lay there, as STALE; what is set aside says the day."""
    before = of(checked(demo), "Flieber")
    shutil.rmtree(demo / "exports" / "flieber")
    report = checked(demo)
    after = of(report, "Flieber")
    assert after.keys() == before.keys()
    same = ("authority_units", "system_units", "gap", "flagged", "flag", "cause", "verdict", "last_agreed")
    for row, one in before.items():
        assert {name: after[row][name] for name in same} == {name: one[name] for name in same}, row
        assert after[row]["age"] == ("STALE" if one["system_units"] is not None else ""), row
    (aside,) = report["set_aside"]
    assert (aside["system"], aside["kept_as_of"]) == ("Flieber", "2026-10-04")


def test_an_authority_that_was_not_read_keeps_its_units_and_its_day(demo, tmp_path, monkeypatch):
    """The portal counts end a day earlier, and then are gone: positions stay, as STALE; nothing more is flagged."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / "new computer"))
    counts = demo / "exports" / "3pl-portal" / "counts.csv"
    lines = counts.read_text(encoding="utf-8").splitlines(keepends=True)
    counts.write_text("".join(line for line in lines if "2026-10-05" not in line), encoding="utf-8")
    assert CliRunner().invoke(app, ["refresh", str(demo)]).exit_code == 0
    before = checked(demo)
    shutil.rmtree(demo / "exports" / "3pl-portal")
    after = checked(demo)
    stood = {(one["sku"], one["location"]): one for one in before["positions"]}
    for one in after["positions"]:
        then = stood[one["sku"], one["location"]]
        assert (one["units"], one["as_of"]) == (then["units"], then["as_of"])
        assert one["stale"] == (one["source"] == "3PL Portal" and one["units"] is not None)
    flagged = {(one["sku"], one["location"], one["system"]) for one in before["gaps"] if one["flagged"]}
    assert {(one["sku"], one["location"], one["system"]) for one in after["gaps"] if one["flagged"]} <= flagged


def test_without_a_history_its_silence_proves_nothing(demo, tmp_path, monkeypatch):
    """No count, no cause, and a line that says what to do; it was told as left out of the map, proven."""
    monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / "new computer"))
    shutil.rmtree(demo / "exports" / "flieber")
    rows = of(checked(demo), "Flieber").values()
    assert sum(one["flagged"] for one in rows) > 100
    for one in rows:
        assert (one["system_units"], one["cause"], one["explained"]) == (None, None, [])
        assert one["verdict"] in (None, "open")
    assert CliRunner().invoke(app, ["refresh", str(demo)]).exit_code == 3
    shown = XlsxFile(demo / "master.xlsx").read()
    assert shown is not None
    daily = shown.tables["DailyCheck"]
    said = set(daily.loc[(daily["System"] == "Flieber") & (daily["Flag"] == "NO COUNT"), "What To Do"])
    assert said == {
        "Order by 3PL Portal; nothing was read of Flieber: Start says why",
        "Order by Seller Central; nothing was read of Flieber: Start says why",
    }


def test_the_log_counts_what_was_read(demo):
    """Neither a system that was kept nor the days that history adds stand under what was read."""
    first = XlsxFile(demo / "master.xlsx").read()
    assert first is not None
    for file in sorted((demo / "exports" / "skubana").glob("inventory-*.csv"))[:-1]:
        file.unlink()
    shutil.rmtree(demo / "exports" / "flieber")
    assert CliRunner().invoke(app, ["refresh", str(demo)]).exit_code == 3
    shown = XlsxFile(demo / "master.xlsx").read()
    assert shown is not None
    log, systems = shown.tables["Log"], shown.tables["Systems"].set_index("System")
    assert log["Systems"].tolist() == [
        "3PL Portal, Flieber, Seller Central, Skubana",
        "3PL Portal, Seller Central, Skubana",
    ]
    assert log["Rows Read"].iloc[1] < log["Rows Read"].iloc[0] - 3000
    assert systems.loc["Flieber", "Time From"] == "history"
