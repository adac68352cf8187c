"""A brand's night where its workbook is a Google Sheet: the step that `nightly` starts, and all brands in a sheet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from addin.night import refresh_brand
from sheets.brand import open_brand
from sheets.nights.digest import digest_of
from sheets.nights.outcome import read_outcome
from sheets.nights.side_by_side import show, surface_of
from sheets.nights.written import Link

NOW = pd.Timestamp("2026-10-06T06:00Z")


@pytest.fixture
def night(shared, tmp_path: Path):
    shared.new()
    refresh_brand(shared.brand, tmp_path / "outcome.json", now=NOW)
    found = read_outcome(tmp_path / "outcome.json")
    assert found is not None
    assert found.night is not None, found.failed
    return found


def test_a_digest_leads_to_the_row_in_the_sheet(night, internet):
    """The address names the tab by its number, and the row in which the flag stands."""
    digest = digest_of(night.brand, night.night, night.changes, workbook=night.workbook, tab=night.tab,
                       first_row=night.first_row, link=night.link)  # fmt: skip
    links = [piece for part in digest.parts for item in part.items for line in item for piece in line
             if isinstance(piece, Link)]  # fmt: skip
    sheet = internet.google.books["book"].titled("Daily Check")
    (row,) = [row for (row, column), cell in sheet.cells.items()
              if cell.get("userEnteredValue") == {"stringValue": "A"} and column == 1]  # fmt: skip
    assert [one.address for one in links] == [
        f"https://docs.google.com/spreadsheets/d/book/edit#gid={sheet.number}&range={row + 1}:{row + 1}"
    ]
    assert night.workbook == "https://docs.google.com/spreadsheets/d/book/edit"


def test_all_brands_stand_in_a_sheet_of_their_own(night, shared, internet):
    """One row, which leads to the brand's sheet; a second night sends one row's numbers and nothing else."""
    internet.google.made("all")
    surface = surface_of("google:all", [shared.brand])
    show(surface, [(shared.brand, night)])
    shown = surface.read()
    assert shown is not None
    table = shown.tables["AllBrands"]
    assert table[["Brand", "State", "Open Flags"]].values.tolist() == [[open_brand(shared.brand).name, "OK", 1]]
    assert table["Workbook"].tolist() == [night.workbook]
    internet.google.calls.clear()
    show(surface_of("google:all", [shared.brand]), [(shared.brand, night)])
    assert [name for name, _ in internet.google.calls] == ["get", "values.batchGet"]
