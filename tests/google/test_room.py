"""Tables of ours that stand below each other, where the upper one grows."""

from __future__ import annotations

import shutil

import pytest

from tests.google.grid import Sheet
from tests.google.in_google import InGoogle


def said(sheet: Sheet, row: int, column: int) -> object:
    return next(iter(sheet.cells.get((row, column), {}).get("userEnteredValue", {}).values()), None)


def segmented(shared, many: int) -> None:
    """A brand of so many places, all in one segment."""
    names = [f"FBA {at}" for at in range(many)]
    shared.file("locations.csv", "location,segment,kind\n" + "".join(f"{one},US,fba\n" for one in names))
    shared.file("source_map.csv", "location,system,role,system_location,states,absent\n" + "".join(
        f"{one},Seller Central,authority,{one},on_hand,unknown\n{one},Skubana,secondary,{one},on_hand,unknown\n"
        for one in names))  # fmt: skip
    for system in ("seller-central", "skubana"):
        shared.file(f"exports/{system}/counts.csv", "sku,location,state,units,as_of\n" + "".join(
            f"A,{one},on_hand,{5 + at},2026-10-05\n" for at, one in enumerate(names)))  # fmt: skip
    shutil.rmtree(shared.setup / "exports" / "flieber")
    shared.new()


def named_apart(internet, segments: list[str]) -> None:
    """A buyer types another segment for each place, on the tab Source Map."""
    there = internet.google.books["book"].titled("Source Map")
    row, column = next(at for at in there.cells if said(there, *at) == "Segment")
    InGoogle(internet.google).does(*(
        {"updateCells": {"start": {"sheetId": there.number, "rowIndex": row + 1 + at, "columnIndex": column},
                         "rows": [{"values": [{"userEnteredValue": {"stringValue": one}}]}],
                         "fields": "userEnteredValue"}} for at, one in enumerate(segments)))  # fmt: skip


@pytest.mark.parametrize("many", [5, 6])
def test_more_segments_stop_no_refresh(shared, run, internet, many):
    """A buyer divides one segment into five or six."""
    segmented(shared, many)
    run("refresh", shared.brand)
    named_apart(internet, [f"S{at}" for at in range(many)])
    result = run("refresh", shared.brand)
    assert result.exit_code == 0, result.stderr


def test_a_heading_of_ours_is_not_laid_into_a_table(shared, run, internet):
    """Into four: no row is doubled, the Log blames nobody."""
    segmented(shared, 4)
    run("refresh", shared.brand)
    named_apart(internet, ["US", "CA", "UK", "EU"])
    result = run("refresh", shared.brand)
    assert result.exit_code == 0, result.stderr
    there = internet.google.books["book"].titled("Segments")
    top = next(row for row, column in sorted(there.cells) if column == 0 and said(there, row, 0) == "Key")
    rows = [(said(there, row, 1), said(there, row, 2)) for row in range(top + 1, top + 12) if said(there, row, 1)]
    assert sorted(rows) == [("A", "CA"), ("A", "EU"), ("A", "UK"), ("A", "US")]
