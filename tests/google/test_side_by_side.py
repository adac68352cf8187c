"""All brands side by side: each has one row, its own."""

from __future__ import annotations

import pandas as pd

from addin.night import main as night_main
from addin.night import refresh_brand
from sheets.nights.night import Night
from sheets.nights.outcome import Outcome, read_outcome
from sheets.nights.side_by_side import show, surface_of
from tests.google.in_google import InGoogle

NOW = pd.Timestamp("2026-10-06T06:00Z")


def test_a_brand_that_cannot_be_opened_has_one_row_among_all_brands(shared, internet, tmp_path):
    """A damaged mastersheet.toml of a brand in a Google Sheet: its row says FAILED, and there is no other."""
    shared.new()
    file = shared.brand / "mastersheet.toml"
    good = file.read_text(encoding="utf-8").replace('name = "brand"', 'name = "Acme Outdoors"')
    file.write_text(good, encoding="utf-8")
    refresh_brand(shared.brand, tmp_path / "one.json", now=NOW)
    internet.google.made("all")
    show(surface_of("google:all", [shared.brand]), [(shared.brand, read_outcome(tmp_path / "one.json"))])
    surface = surface_of("google:all", [shared.brand])
    file.write_text(f"{good}\nbroken = [\n", encoding="utf-8")
    night_main(["refresh", str(shared.brand), str(tmp_path / "two.json")])
    show(surface, [(shared.brand, read_outcome(tmp_path / "two.json"))])
    states = surface.read().tables["AllBrands"][["Brand", "State"]].values.tolist()
    assert [state.partition(":")[0] for _, state in states] == ["FAILED"], states


def test_two_brands_of_one_name_keep_each_its_numbers(internet, tmp_path):
    """Two folders hold brands called Acme; the second one alone is refreshed."""
    internet.google.made("all")
    surface = InGoogle(internet.google, "all")
    first, second = tmp_path / "one", tmp_path / "two"

    def night(number: int) -> Outcome:
        return Outcome(brand="Acme", workbook=f"/{number}.xlsx", night=Night(
            number=number, at=NOW.to_pydatetime(), time_zone="UTC", currency="USD",
            holds=tuple(f"H{at}" for at in range(number))))  # fmt: skip

    show(surface, [(first, night(3)), (second, night(5))])
    show(surface, [(second, night(6))])
    table = surface.read().tables["AllBrands"]
    assert dict(zip(table["Workbook"], table["HOLD SKUs"], strict=True)) == {"/3.xlsx": 3, "/6.xlsx": 6}


def test_a_second_brand_that_fails_does_not_show_the_numbers_of_the_first(internet, tmp_path):
    """Both are called Acme."""
    internet.google.made("all")
    surface = InGoogle(internet.google, "all")
    night = Night(number=1, at=NOW.to_pydatetime(), time_zone="UTC", currency="USD", holds=("H1", "H2"))
    show(surface, [(tmp_path / "one", Outcome(brand="Acme", workbook="/one/a.xlsx", night=night))])
    show(surface, [(tmp_path / "two", Outcome(brand="Acme", workbook="/two/a.xlsx", failed="no exports"))])
    table = surface.read().tables["AllBrands"]
    assert dict(zip(table["Workbook"], table["HOLD SKUs"], strict=True)) == {"/one/a.xlsx": 2, "/two/a.xlsx": None}
