"""The digest of a night whose large refresh of a Google Sheet broke off."""

from __future__ import annotations

import shutil

import pandas as pd

from addin.night import main as night_main
from addin.night import refresh_brand, tell
from sheets.nights.written import as_text
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
