"""A brand moves between a file and a Google Sheet, with everything that people wrote in our tables."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest

from sheets.brand import open_brand, tables_of
from sheets.carried.columns import with_columns
from sheets.surfaces.theirs import Theirs
from sheets.tabs.layout import Block, Column, Layout, Tab, Table
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


def test_rows_of_one_key_keep_each_their_own(layout_of_orders):
    """Two orders alike: the first has the first one's words, the second the second's, and none is lost."""
    layout, frame = layout_of_orders
    whole, left = with_columns(layout, {"OrdersPlaced": frame}, Theirs())
    table = whole.table("OrdersPlaced")
    assert (list(table.column("Mine").values), left) == (["first", "second"], ())
    assert list(table.column("Due").values) == [datetime(2026, 12, 1), None]
    assert table.column("Due").form == "day"


def test_tables_beside_wider_ones_move_on_once():
    """Of two below each other the widest counts; nothing overlaps."""
    small = Table("A", (Column("K", ["x"]),), ("K",), "kept")
    below, beside = replace(small, name="B"), replace(small, name="C")
    layout = Layout((Tab("T", (Block(0, 0, small), Block(5, 0, below), Block(0, 2, beside))),))
    shown = {"A": pd.DataFrame({"K": ["x"], "M": ["m"]}),
             "B": pd.DataFrame({"K": ["x"], "M1": ["1"], "M2": ["2"], "M3": ["3"]})}  # fmt: skip
    whole, _ = with_columns(layout, shown, Theirs())
    assert [block.column for block in whole.tabs[0].blocks] == [0, 0, 5]


@pytest.fixture
def layout_of_orders():
    columns = (Column("SKU", ["A", "A"], owner="buyer"), Column("Quantity", [1, 1], "whole", owner="buyer"))
    table = Table("OrdersPlaced", columns, ("SKU",), "buyer")
    frame = pd.DataFrame({"SKU": ["A", "A"], "Quantity": [1, 1], "Mine": ["first", "second"],
                          "Due": [datetime(2026, 12, 1), None]}, dtype=object)  # fmt: skip
    return Layout((Tab("Orders Placed", (Block(0, 0, table),)),)), frame


def test_notes_of_a_users_in_mastersheet_toml_stay(three_systems, run):
    """Lines above [workbook] that are not ours, and what somebody wrote elsewhere."""
    three_systems.new()
    file = three_systems.brand / "mastersheet.toml"
    text = file.read_text(encoding="utf-8").replace("[workbook]", "# Ask Ann before you change this\n[workbook]")
    file.write_text(text + "\n# The end\n", encoding="utf-8")
    assert run("refresh", three_systems.brand).exit_code == 0
    assert run("move", three_systems.brand, "stock.xlsx").exit_code == 0
    after = file.read_text(encoding="utf-8")
    assert '# Ask Ann before you change this\n[workbook]\nfile = "stock.xlsx"\n' in after
    assert after.endswith("# The end\n")


def test_a_workbook_that_is_said_in_another_way_stops_in_words(three_systems, run):
    """`workbook.file = ...` is TOML, too: it is not guessed at."""
    three_systems.new()
    file = three_systems.brand / "mastersheet.toml"
    text = file.read_text(encoding="utf-8").replace('[workbook]\nfile = "master.xlsx"\n', "")
    file.write_text('workbook.file = "master.xlsx"\n' + text, encoding="utf-8")
    before = file.read_bytes()
    result = run("move", three_systems.brand, "stock.xlsx")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert 'Write workbook = "master.xlsx" above all sections' in result.stderr
    assert file.read_bytes() == before
