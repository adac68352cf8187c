"""A brand whose workbook is a Google Sheet, from the command line, with the real gspread and google-auth."""

from __future__ import annotations

import json
import tomllib

import pytest

from tests.google.emulator import Fault
from tests.google.internet import ACCOUNT, SECRET_TOKEN

TABS = ["Start", "Daily Check", "Positions", "Segments", "In Transit", "Orders Check", "Counts", "Gaps", "Evidence",
        "Source Map", "SKUs", "Demand", "Identifiers", "Orders Placed", "Settings", "Log"]  # fmt: skip


def test_a_new_brand_is_laid_into_the_empty_sheet(shared, internet):
    """All tabs in their order and no other; mastersheet.toml names the sheet, and lies beside no workbook file."""
    shared.new()
    assert [sheet.title for sheet in internet.google.books["book"].sheets] == TABS
    said = tomllib.loads((shared.brand / "mastersheet.toml").read_text(encoding="utf-8"))
    assert said["workbook"] == "google:book"
    assert said["google"] == {"service_account": str(shared.key)}
    assert not list(shared.brand.glob("*.xls*"))


def test_a_sheet_that_holds_something_is_refused(shared, internet, run):
    """A user's own spreadsheet is never filled by a slip of the hand; nothing is made."""
    cell = {"userEnteredValue": {"stringValue": "mine"}}
    internet.google.books["book"].sheets[0].cells[3, 2] = cell
    result = run("new", shared.brand, "--from", shared.setup, "--google", "book", "--sign-in", shared.key)
    assert result.exit_code == 2
    assert result.stderr == (
        "Google Sheet book: holds something on the tab Sheet1 already; expected an empty spreadsheet. "
        "Make a new one, share it, and take its address\n"
    )
    assert not (shared.brand / "mastersheet.toml").exists()


def test_a_refresh_says_in_the_sheet_what_check_says(shared, run):
    """The gaps of the sheet are those of the report: 10 under Flieber, 23 under Skubana, one of them flagged."""
    shared.new()
    result = run("refresh", shared.brand)
    assert (result.exit_code, result.stdout) == (0, "Refresh 1: Google Sheet book written, 1 flag on the daily check\n")
    report = shared.report()
    assert {(gap["system"], gap["gap"], gap["flagged"]) for gap in report["gaps"]} == {
        ("Flieber", -10, False), ("Skubana", -23, True),
    }  # fmt: skip
    from sheets.brand import open_brand, tables_of

    shown = tables_of(open_brand(shared.brand))
    assert list(zip(shown["Gaps"]["System"], shown["Gaps"]["Gap"], strict=True)) == [("Flieber", -10), ("Skubana", -23)]
    assert list(shown["DailyCheck"]["System"]) == ["Skubana"]
    assert list(shown["Log"]["Refresh"]) == [1]


def test_a_refresh_is_three_reads_and_one_batch(shared, internet, run):
    """Whatever changed: the structure and formulas, the values, a look just before the batch; and the batch."""
    shared.new()
    run("refresh", shared.brand)
    internet.google.calls.clear()
    assert run("refresh", shared.brand).exit_code == 0
    assert [name for name, _ in internet.google.calls] == ["get", "values.batchGet", "getByDataFilter", "batchUpdate"]


def test_every_command_reads_the_sheet(shared, run):
    """check, lint, trace, refresh --dry-run, compare, replay and doctor work as with a file."""
    shared.new()
    run("refresh", shared.brand)
    run("refresh", shared.brand)
    for words in (["check"], ["lint"], ["trace", "A", "FBA US"], ["refresh", "--dry-run"], ["compare", "1", "2"],
                  ["replay", "--as-of", "1"], ["doctor"]):  # fmt: skip
        result = run(words[0], shared.brand, *words[1:])
        assert result.exit_code == 0, (words, result.output)


def test_restore_says_where_google_keeps_what_was(shared, run):
    """Every version of a Google Sheet is kept by Google; we keep no copy beside it."""
    shared.new()
    result = run("restore", shared.brand)
    assert result.exit_code == 2
    assert "File, Version history" in result.stderr


def test_connect_says_who_signs_in_and_that_it_works(shared, run):
    """The address, the sheet's title, that it can be read and written."""
    shared.new()
    result = run("connect", shared.brand)
    assert (result.exit_code, result.stdout.splitlines()[:3]) == (0, [
        f"Signs in as {ACCOUNT} (service account, key.json)", "Untitled: can be read, 16 tabs",
        "Untitled: can be written",
    ])  # fmt: skip


@pytest.mark.parametrize("method", ["get", "batchUpdate"])
def test_connect_says_with_whom_to_share(shared, internet, run, method):
    """Not shared, or for reading alone: one line with the address."""
    shared.new()
    denied = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "The caller does not have permission"}}
    internet.google.faults.append(Fault(403, json.dumps(denied), only=method))
    result = run("connect", shared.brand)
    assert result.exit_code == 2
    assert result.stderr.strip().endswith(f"In the spreadsheet press Share, and add {ACCOUNT} as an editor")


def test_connect_of_a_brand_with_a_file_says_so(three_systems, run):
    """One line: what to write where."""
    three_systems.new()
    result = run("connect", three_systems.brand)
    assert result.exit_code == 2
    assert 'expected workbook = "google:SPREADSHEET_ID"' in result.stderr


def test_no_secret_is_ever_said_or_kept(shared, internet, run, tmp_path):
    """Neither the key nor the token stands in any output or file, whatever goes wrong; with --debug neither."""
    shared.new()
    said = []
    for fault in (None, Fault(403, "{}"), Fault(401, f"Bearer {SECRET_TOKEN}"), Fault(400, f"key={SECRET_TOKEN}"),
                  Fault(404), Fault(broken=True, only="batchUpdate")):  # fmt: skip
        internet.google.faults.clear()
        if fault is not None:
            internet.google.faults.append(fault)
        result = run("--debug", "refresh", shared.brand)
        said += [result.output, str(result.exception or "")]
    internet.tokens.append((400, {"error": "invalid_grant", "error_description": f"assertion={internet.private_key}"}))
    said.append(run("refresh", shared.brand).output)
    planted = [SECRET_TOKEN, *internet.private_key.splitlines()[1:4]]
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != shared.key]
    said += [path.read_bytes().decode("latin-1") for path in files]
    assert len(files) > 5
    assert [secret for secret in planted for text in said if secret in text] == []
