"""The digest of a night whose large refresh of a Google Sheet broke off."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from addin.night import main as night_main
from addin.night import refresh_brand, tell
from connectors.errors import CannotRun, ChangedMeanwhile
from sheets.brand import open_brand
from sheets.nights.written import as_text
from sheets.refresh import refresh
from sheets.surfaces.google import sent
from sheets.surfaces.google.there import UNDER_WAY
from tests.google.emulator import Fault

NOW = pd.Timestamp("2026-10-06T06:00Z")


def test_a_digest_does_not_call_a_sheet_whole_that_is_half_written(shared, internet, tmp_path, monkeypatch):
    """A large refresh breaks off at its second batch: the digest says that the workbook may be written in part, and so
    does the next one that fails."""
    shared.new()
    file = shared.brand / "mastersheet.toml"
    file.write_text(file.read_text(encoding="utf-8") + '\n[digest]\nto = ["${NOBODY}"]\n', encoding="utf-8")
    digests: list[str] = []
    monkeypatch.setattr("sheets.nights.sent.sent", lambda digest, _: digests.append(as_text(digest)) or [])
    refresh_brand(shared.brand, tmp_path / "one.json", now=NOW)
    tell(shared.brand, tmp_path / "one.json")
    monkeypatch.setattr(sent.in_parts, "__defaults__", (800,))
    internet.google.faults += [Fault(only="batchUpdate", meanwhile=({"addSheet": {}},))]
    internet.google.faults += [Fault(500, "{}", only="batchUpdate")] * 2
    assert night_main(["refresh", str(shared.brand), str(tmp_path / "two.json")]) == 0
    tell(shared.brand, tmp_path / "two.json")
    assert internet.google.books["book"].sheets[0].cells[1, 1]["userEnteredValue"] == {"stringValue": UNDER_WAY}
    assert "The workbook may be written in part" in digests[-1]
    assert "is as refresh 1 of" not in digests[-1]
    shutil.rmtree(shared.brand / "exports")
    assert night_main(["refresh", str(shared.brand), str(tmp_path / "three.json")]) == 0
    tell(shared.brand, tmp_path / "three.json")
    assert "The workbook may be written in part" in digests[-1]
    assert len(digests) == 3


def test_what_an_earlier_try_wrote_is_not_forgotten(shared, internet, monkeypatch):
    """Somebody works in it between two batches; the second try cannot read: the workbook may be written in part."""
    shared.new()
    refresh(open_brand(shared.brand), now=NOW)
    monkeypatch.setattr(sent.in_parts, "__defaults__", (800,))
    number = internet.google.books["book"].titled("Positions").number
    area = {"sheetId": number, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    internet.google.faults += [
        Fault(only="batchUpdate", meanwhile=({"addSheet": {}},)),
        Fault(only="batchUpdate", meanwhile=({"insertDimension": {"range": area, "inheritFromBefore": False}},)),
        Fault(403, "{}", only="get"),
    ]
    with pytest.raises(CannotRun) as stopped:
        refresh(open_brand(shared.brand), now=NOW)
    assert not isinstance(stopped.value, ChangedMeanwhile)
    assert stopped.value.partly
