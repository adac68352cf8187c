"""An area of a table that moved holds what it held, or has no place."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sheets.carried.places import Places
from sheets.surfaces.package import TableThere
from sheets.surfaces.theirs import Theirs
from sheets.tabs.layout import Block, Column, Layout, Tab, Table

HEADERS = ("SKU", "FBA US", "Total", "Age")


@st.composite
def moves(draw):
    """Rows and columns before and now, both in any order, some gone, some new; and an area of the table before."""
    before = draw(st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True))
    now = draw(st.permutations(sorted({*before} - draw(st.sets(st.integers(0, 9), max_size=2)))))
    now = [*now, *draw(st.lists(st.integers(10, 12), max_size=2, unique=True))]
    stood, stands = draw(st.permutations(HEADERS)), draw(st.permutations(HEADERS))
    top, left = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    rows = sorted(draw(st.tuples(*[st.integers(top, top + len(before))] * 2)))
    columns = sorted(draw(st.tuples(*[st.integers(left, left + 3)] * 2)))
    return before, now, stood, stands, (top, left), (rows[0], columns[0], rows[1], columns[1])


@given(moves())
def test_an_area_holds_what_it_held(move):
    """All rows are all rows that there are now; any others are the very same, by key and header."""
    before, now, stood, stands, (top, left), area = move
    there = TableThere("T", (top, left, top + len(before), left + 3), tuple(stood), totals=False)
    shown = pd.DataFrame({header: [f"K{key}" if header == "SKU" else key for key in before] for header in stood},
                         dtype=object)  # fmt: skip
    columns = tuple(Column(header, [f"K{key}" if header == "SKU" else key for key in now]) for header in stands)
    layout = Layout((Tab("New", (Block(5, 2, Table("T", columns, ("SKU",), "laid anew")),)),))
    places = Places(Theirs(stands={"Old": [there]}, rows={"T": range(top + 1, top + 1 + len(before))}), layout,
                    {"T": shown}, {})  # fmt: skip
    found = places.area("Old", area)
    if found is None:
        return
    held = [[(header, key) for header in stood[area[1] - left : area[3] - left + 1]]
            for key in ["header", *before][area[0] - top : area[2] - top + 1]]  # fmt: skip
    tab, (first, one, last, other) = found
    holds = [[(header, key) for header in stands[one - 2 : other - 1]]
             for key in ["header", *now][first - 5 : last - 4]]  # fmt: skip
    assert tab == "New"
    if area[0] in (top, top + 1) and area[2] == top + len(before):
        assert [line[0][0] for line in holds[:1]] == [line[0][0] for line in held[:1]] or not now
        assert {key for line in holds for _, key in line} - {"header"} == set(now)
        assert [header for header, _ in (holds or held)[0]] == [header for header, _ in held[0]]
    else:
        assert holds == held


@given(moves())
def test_a_cell_is_its_key_and_header(move):
    """Wherever it is now; None where its row is gone."""
    before, now, stood, stands, (top, left), (row, column, _, _) = move
    there = TableThere("T", (top, left, top + len(before), left + 3), tuple(stood), totals=False)
    shown = pd.DataFrame({header: [f"K{key}" for key in before] for header in stood}, dtype=object)
    columns = tuple(Column(header, [f"K{key}" for key in now]) for header in stands)
    layout = Layout((Tab("New", (Block(5, 2, Table("T", columns, ("SKU",), "laid anew")),)),))
    places = Places(Theirs(stands={"Old": [there]}, rows={"T": range(top + 1, top + 1 + len(before))}), layout,
                    {"T": shown}, {})  # fmt: skip
    found = places.cell("Old", row, column)
    key = ["header", *before][row - top]
    if key not in ["header", *now]:
        assert found is None
    else:
        assert found == ("New", 5 + ["header", *now].index(key), 2 + stands.index(stood[column - left]))
