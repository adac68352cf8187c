"""A brand moves between a file and a Google Sheet, with everything that people wrote in our tables."""

from __future__ import annotations

import tomllib

import pytest

from sheets.brand import open_brand, tables_of
from tests.google.hands import HandsOnGoogle
from tests.google.in_google import InGoogle
from tests.surfaces.users import User


@pytest.fixture
def with_words(three_systems, run):
    """A brand in a file, twice refreshed, with a user's column in two tables and a buyer's words."""
    three_systems.new()
    run("refresh", three_systems.brand)
    user = User(three_systems.brand / "master.xlsx")
    for table in ("Positions", "DailyCheck"):
        there = user.at(table)
        header = user.adds_column(table, len(there.headers) - 1)
        user.at(table).cell(0, header).value = f"mine in {table}"
    user.at("DailyCheck").cell(0, "Note").value = "asked Reno"
    user.saves()
    run("refresh", three_systems.brand)
    return three_systems


def mine(brand) -> dict[str, object]:
    tables = tables_of(open_brand(brand))
    words = {name: [cell for header in tables[name] for cell in tables[name][header]
                    if isinstance(cell, str) and cell.startswith("mine in")]
             for name in ("Positions", "DailyCheck")}  # fmt: skip
    return {**words, "note": tables["DailyCheck"]["Note"].tolist(), "log": tables["Log"]["Refresh"].tolist(),
            "skus": tables["SKUs"].to_dict("records"), "map": tables["SourceMap"].to_dict("records")}  # fmt: skip


def test_a_file_moves_into_a_sheet_and_back(with_words, internet, run, tmp_path):
    """Users' columns, buyers' words, the setup and the log are there; each way is one refresh; history goes on."""
    internet.google.made("book")
    key = internet.key_file(tmp_path / "key.json")
    before = mine(with_words.brand)
    assert (before["Positions"], before["DailyCheck"], before["note"]) == (
        ["mine in Positions"], ["mine in DailyCheck"], ["asked Reno"],
    )  # fmt: skip
    result = run("move", with_words.brand, "google:book", "--sign-in", key)
    assert (result.exit_code, result.stdout) == (
        0, "Refresh 3: the workbook is https://docs.google.com/spreadsheets/d/book/edit now\n"
    )  # fmt: skip
    after = mine(with_words.brand)
    assert after == {**before, "log": [1, 2, 3]}
    assert run("refresh", with_words.brand).stdout.startswith("Refresh 4: Google Sheet book written")
    assert mine(with_words.brand) == {**before, "log": [1, 2, 3, 4]}
    result = run("move", with_words.brand, "stock.xlsx")
    assert result.exit_code == 0, result.output
    assert run("refresh", with_words.brand).stdout.startswith("Refresh 6: ")
    assert mine(with_words.brand) == {**before, "log": [1, 2, 3, 4, 5, 6]}
    said = tomllib.loads((with_words.brand / "mastersheet.toml").read_text(encoding="utf-8"))
    assert said["workbook"] == {"file": "stock.xlsx"}
    assert (with_words.brand / "master.xlsx").is_file()


def test_a_column_that_a_user_adds_in_the_sheet_goes_along(shared, run):
    """From the sheet into a file."""
    shared.new()
    run("refresh", shared.brand)
    HandsOnGoogle(InGoogle(shared.internet.google), "Positions").adds_column({"A": "mine in Positions"})
    assert run("move", shared.brand, "stock.xlsx").exit_code == 0
    assert mine(shared.brand)["Positions"] == ["mine in Positions"]


@pytest.mark.parametrize("place", ["master.xlsx", "../x.xlsx", "google:not one", "other.xlsx"])
def test_a_place_that_cannot_be_stops_before_anything_is_done(three_systems, run, place):
    """One line; nothing is refreshed, mastersheet.toml is as it was."""
    three_systems.new()
    (three_systems.brand / "other.xlsx").write_bytes(b"mine")
    before = (three_systems.brand / "mastersheet.toml").read_bytes()
    result = run("move", three_systems.brand, place)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert (three_systems.brand / "mastersheet.toml").read_bytes() == before
    assert run("refresh", three_systems.brand).stdout.startswith("Refresh 1: ")
