"""A refresh that begins again, since somebody was at work in the sheet."""

from __future__ import annotations

from tests.google.emulator import Fault
from tests.google.grid import Sheet


def said(sheet: Sheet, row: int, column: int) -> object:
    return next(iter(sheet.cells.get((row, column), {}).get("userEnteredValue", {}).values()), None)


def test_a_refresh_that_begins_again_is_one_row_in_the_log(shared, internet, run):
    """A row comes in the last moment: the second try has the first one's number, and blames nobody."""
    shared.new()
    run("refresh", shared.brand)
    export = shared.brand / "exports" / "skubana" / "counts.csv"
    export.write_text("sku,location,state,units,as_of\nA,FBA,on_hand,480,2026-10-06\nB,FBA,on_hand,5,2026-10-06\n")
    number = internet.google.books["book"].titled("Positions").number
    area = {"sheetId": number, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    insert = {"insertDimension": {"range": area, "inheritFromBefore": False}}
    internet.google.faults.append(Fault(only="batchUpdate", meanwhile=(insert,)))
    result = run("refresh", shared.brand)
    log = internet.google.books["book"].titled("Log")
    assert "Typed over" not in result.stderr
    assert [said(log, row, 0) for row in range(4, 8)] == [1, 2, None, None], result.output
