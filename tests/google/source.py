"""A brand of which one system keeps its counts in a Google Sheet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from connectors.frames import Batch
from sheets.brand import open_brand
from sheets.pull import read_system
from tests.commands.conftest import Made
from tests.google.emulator import Emulator
from tests.google.grid import Sheet, new_sheet
from tests.google.internet import Internet

NOW = pd.Timestamp("2026-10-05T20:00Z")
MAP = """\
[[systems."3PL Toronto".tables]]
sku = "Item"
location_name = "Toronto"
states = { on_hand = "Qty" }
as_of = "Counted"
"""
TODAY = date(2026, 10, 5)
STOCK = [["Item", "Qty", "Counted"], ["A", 120, TODAY], ["007", 35, TODAY]]
COUNTS = [["sku", "location", "state", "units", "as_of"], ["A", "Toronto", "on_hand", 120, TODAY]]
DENIED = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "The caller does not have permission"}}


def cell(value: object) -> dict[str, Any]:
    """What somebody typed: text, a number, a formula, a date that Google knows for one, or a cell as it stands."""
    if isinstance(value, dict):
        return value
    if isinstance(value, (date, datetime)):
        timed = isinstance(value, datetime)
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        form = {"type": "DATE_TIME" if timed else "DATE", "pattern": "d/m/yyyy"}
        return shown((moment - datetime(1899, 12, 30)).total_seconds() / 86_400, **form)
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, (int, float)):
        return {"userEnteredValue": {"numberValue": value}}
    return {"userEnteredValue": {"formulaValue" if str(value).startswith("=") else "stringValue": str(value)}}


def shown(number: float, **form: str) -> dict[str, Any]:
    """A number in a format."""
    return {"userEnteredValue": {"numberValue": number}, "userEnteredFormat": {"numberFormat": form}}


@dataclass
class Source:
    """A brand with a system 3PL Toronto, right in Toronto, that keeps its counts in the spreadsheet `stock`."""

    made: Made
    google: Emulator
    folder: Path

    def tab(self, title: str, rows: Sequence[Sequence[object]], **properties: Any) -> Sheet:
        """A tab, made or filled anew; an empty text is an empty cell."""
        book = self.google.books["stock"]
        there = [one for one in book.sheets if one.title == title]
        sheet = there[0] if there else new_sheet(book, {"title": title, **properties}, "tab")
        sheet.cells = {
            (row, column): cell(value)
            for row, line in enumerate(rows) for column, value in enumerate(line) if value != ""
        }  # fmt: skip
        book.version += 1
        return sheet

    def says(self, text: str, *, rest: str = MAP, system: str = "3PL Toronto") -> None:
        """Writes the system's section into the brand's mastersheet.toml, in place of what a test wrote before."""
        file = self.folder / "mastersheet.toml"
        before = file.read_text(encoding="utf-8").split("# the source\n")[0]
        file.write_text(f'{before}# the source\n[systems."{system}"]\n{text}\n{rest}', encoding="utf-8")

    def read(self, system: str = "3PL Toronto", **more: Any) -> Batch:
        """What is read of a system."""
        return read_system(open_brand(self.folder), system, "America/New_York", now=NOW, **more)

    def set_aside(self) -> list[str]:
        return [one.reason for one in self.read().set_aside]


@pytest.fixture
def source(made: Made, internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr("addin.saying.the_time", lambda: NOW)
    key = internet.key_file(tmp_path / "key.json")
    made.file("locations.csv", "location,segment,kind\nToronto,Canada,3pl\n")
    made.file(
        "source_map.csv",
        """\
        location,system,role,system_location,states,absent
        Toronto,3PL Toronto,authority,Toronto,on_hand,unknown
        Toronto,Skubana,secondary,Toronto,on_hand,unknown
        """,
    )
    made.file("skus.csv", "sku,title,unit_cost\nA,Headlamp,10\n007,Lantern,5\n")
    made.file("settings.csv", "setting,value\ntime zone,America/New_York\n")
    made.file("exports/skubana/counts.csv", "sku,location,state,units,as_of\nA,Toronto,on_hand,100,2026-10-05\n")
    made.file("mastersheet.toml", f"[google]\nservice_account = {json.dumps(str(key))}\n")
    made.new()
    internet.google.made("stock").title = "Acme stock"
    internet.google.books["stock"].sheets[0].properties["title"] = "Read me"
    found = Source(made, internet.google, made.brand)
    found.tab("Stock", STOCK)
    found.says('google = "stock"\ntabs = ["Stock"]')
    return found


def units(batch: Batch) -> dict[str, int]:
    return dict(zip(batch.counts["system_sku"].astype("str"), batch.counts["units"], strict=True))
