"""Formulas of users' own in a workbook that moved: they look at the same things, or stand as values."""

from __future__ import annotations

import pandas as pd
import pytest

from sheets.carried.formulas import Carrier
from sheets.carried.places import Places
from sheets.surfaces.package import TableThere
from sheets.surfaces.theirs import Theirs
from sheets.tabs.layout import Block, Column, Layout, Tab, Table

# The table stood at C3:F6 of the tab Stock, with a column of the user's own in it; it comes to stand at A5:D8 of
# Positions, its rows in another order, the user's column last.
THERE = TableThere("Positions", (2, 2, 5, 5), ("SKU", "Mine", "FBA US", "Total"), totals=False)
SHOWN = pd.DataFrame({"SKU": ["A", "B", "C"], "Mine": [1, 2, 3], "FBA US": [1, 2, 3], "Total": [1, 2, 3]}, dtype=object)
COLUMNS = (Column("SKU", ["C", "A", "B"]), Column("FBA US", [3, 1, 2], "whole"), Column("Total", [3, 1, 2], "whole"),
           Column("Mine", [3, 1, 2], owner="buyer", users=True))  # fmt: skip
LAYOUT = Layout((Tab("Positions", (Block(4, 0, Table("Positions", COLUMNS, ("SKU",), "laid anew")),)),))


@pytest.fixture(params=[True, False], ids=["google", "file"])
def carrier(request):
    return carrying(to_google=request.param)


def carrying(*, to_google: bool, layout: Layout = LAYOUT, shown: pd.DataFrame = SHOWN) -> Carrier:
    theirs = Theirs(stands={"Stock": [THERE]}, rows={"Positions": [3, 4, 5]})
    places = Places(theirs, layout, {"Positions": shown}, {"Plan": "Plan", "Ann's": "Ann's (2)"})
    headers = {"Positions": [column.header for column in COLUMNS]}
    ranges = {"Positions_FBA_US": ("Positions", "FBA US")}
    return Carrier(places, headers, {"units"}, ranges, to_google)


SAME = {
    # On tabs of their own cells stay where they were.
    "=A1*2": "=A1*2",
    "=SUM($A$1:B7)+Plan!A1": "=SUM($A$1:B7)+Plan!A1",
    "='Ann''s'!A1": "='Ann''s (2)'!A1",
    '=IF(A1>units,"x, y",{1,2})': '=IF(A1>units,"x, y",{1,2})',
    "=A:A": "=A:A",
    "=5:5": "=5:5",
    # A cell of ours goes with its key and header.
    "=Stock!E4": "=Positions!B7",
    "=Stock!$E$6": "=Positions!$B$6",
    "=Stock!E3": "=Positions!B5",
    "=Stock!D5": "=Positions!D8",
    # All rows are all rows, whatever their order.
    "=SUM(Stock!E4:E6)": "=SUM(Positions!B6:B8)",
    "=SUM(Stock!E3:F6)": "=SUM(Positions!B5:C8)",
    "=SUM(Stock!E4:E100)": "=SUM(Positions!B6:B102)",
    "=SUM(Stock!E:F)": "=SUM(Positions!B:C)",
    "=SUM(Stock!$E:$E)": "=SUM(Positions!$B:$B)",
    # Rows that stay side by side.
    "=SUM(Stock!E4:E5)": "=SUM(Positions!B7:B8)",
    "=SUM(Positions[FBA US])": "=SUM(Positions[FBA US])",
    "=SUM(positions[fba us])": None,
    "=SUM(Positions_FBA_US)": "=SUM(Positions[FBA US])",
}
LOST = (
    "=SUM(Stock!E5:E6)",  # B and C are not side by side any more
    "=SUM(Stock!C4:E6)",  # another column came between
    "=SUM(Stock!C:E)",
    "=Stock!A1",  # outside of our tables
    "=Stock!E9",
    "=Other!A1",
    "=[1]Plan!A1",
    "=theirs*2",  # a name that does not go along
    "=Positions[Gone]",
    "=Positions[[#Totals],[Total]]",
    "=Positions[#All]",
    '=INDIRECT("A1")',
    "=FILTER(A1:A3,B1:B3)",
    "=LET(x,1,x)",
    "=OFFSET(Stock!E4,1,0)",
    "=ROUND(A1)",  # Google takes it, Excel refuses the whole file
    "=IFERROR(A1)",
    "=A1:A3 A2:B2",
    "=SUM((A1,B2))",
    "={A1,B2}",
    "={1,2}",
    "=SUM(",
)


@pytest.mark.parametrize("formula", [one for one, made in SAME.items() if made is not None])
def test_it_looks_at_the_same(carrier, formula):
    """Where they are now."""
    assert carrier(formula, ("Plan", 0, 0)) == SAME[formula]


@pytest.mark.parametrize("formula", LOST)
def test_what_would_not_mean_the_same_is_no_formula_there(carrier, formula):
    """It is told by None, and its value stands there."""
    assert carrier(formula, ("Plan", 0, 0)) is None


@pytest.mark.parametrize(("formula", "made"), [
    ("=E5*2", "=B8*2"), ("=$E5*2", "=$B8*2"), ("=Plan!A1", "=Plan!A1"), ("=Stock!E5", "=Positions!B8"),
    ("=Positions[[#This Row],[FBA US]]*2", "=$B8*2"), ("=[@Total]", None), ("=Positions[@[FBA US]]", "=$B8"),
])  # fmt: skip
def test_a_formula_in_our_table_goes_along_with_its_row(carrier, formula, made):
    """It stood in the row of B, and looks at B's cells."""
    assert carrier(formula, ("Stock", 4, 3)) == made


def test_each_program_reads_its_own_words():
    """Newer functions and columns from a row on are written otherwise."""
    at = ("Plan", 0, 0)
    to_google, to_file = carrying(to_google=True), carrying(to_google=False)
    for said in ("=_xlfn.XLOOKUP(A1,B2:B,C2:C1048576)", "=XLOOKUP(A1,B2:B1048576,C2:C)"):
        assert to_google(said, at) == "=XLOOKUP(A1,B2:B,C2:C)"
        assert to_file(said, at) == "=_xlfn.XLOOKUP(A1,B2:B1048576,C2:C1048576)"
    assert to_google("=SUM(A1:A3*B1:B3)", at, array=True) == "=ARRAYFORMULA(SUM(A1:A3*B1:B3))"
    assert to_file("=SUM(A1:A3*B1:B3)", at, array=True) == "{=SUM(A1:A3*B1:B3)}"


def test_a_row_that_is_gone_takes_its_formulas_along():
    """A cell of a key that is not in the table now has no place."""
    carrier = carrying(to_google=True, shown=SHOWN.assign(SKU=["A", "B", "D"]))
    assert carrier("=Stock!E6", ("Plan", 0, 0)) is None
    assert carrier("=Stock!E4", ("Plan", 0, 0)) == "=Positions!B7"
