"""Nights on a machine that keeps nothing but the history: SQLite elsewhere, or a team's PostgreSQL."""

from __future__ import annotations

import pandas as pd

from sheets.brand import open_brand
from sheets.refresh import refresh
from tests.nightly.brands import new_small


def test_a_runner_that_keeps_nothing_says_what_changed(url, tmp_path, monkeypatch):
    """Each night in a fresh data folder: compared to the night before, not to a refresh by day; nights are missed."""
    acme = new_small(tmp_path, "acme").all(510, 509, "2099-01-05")
    with (acme.folder / "mastersheet.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'\n[history]\nurl = "{url}"\n')

    def night(at: str):
        monkeypatch.setenv("MASTERSHEET_DATA", str(tmp_path / at[:10]))
        return acme.night(at)

    first = night("2099-01-06 07:00")
    assert (first.night.flags, first.changes, first.night.missed) == ((), None, None)
    by_day = acme.all(510, 487, "2099-01-06").counts("flieber", None, "2099-01-06")
    refresh(open_brand(by_day.folder), now=pd.Timestamp("2099-01-06 15:00", tz="UTC"), who="ann")
    second = night("2099-01-07 07:00")
    assert (second.changes.number, str(second.changes.day)) == (1, "2099-01-06")
    assert [(one.sku, one.gap) for one in second.changes.new] == [("A_1*", -23)]
    assert second.night.missed is None
    # Since when it is so is not known here, and is not said.
    assert [(one.system, one.since, str(one.kept)) for one in second.night.set_aside] == [
        ("Flieber", None, "2099-01-05")
    ]
    third = acme.all(510, 509, "2099-01-09")
    third = night("2099-01-10 07:00")
    assert [one.sku for one in third.changes.closed] == ["A_1*"]
    assert third.night.missed.nights == 2
