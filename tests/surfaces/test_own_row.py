"""Formulas that point at their own row: by name where people read them, by address elsewhere."""

from __future__ import annotations

import pytest

from sheets.surfaces.own_row import by_address, in_plain_sight
from sheets.surfaces.placed import Placed
from sheets.tabs.formulas import column, this
from sheets.tabs.layout import Column, Table


def _placed(*columns: Column) -> Placed:
    return Placed("Tab", 3, 2, Table("T", columns, ("A",), "kept"))


def test_the_row_s_own_cells_become_addresses_and_nothing_else_does():
    """Each row's formula points at that row's cells; columns, other tables and rows without a formula stay."""
    text = f"={this('T', 'A')}+{this('T', 'It[s] #1')}+SUM({column('T', 'A')})+{this('Other', 'A')}"
    table = _placed(Column("A", [1, 2, 3]), Column("It[s] #1", [4, 5, 6]), Column("B", [5, 7, 9], formula=text))
    each = by_address(table.table.columns[2], table).formula
    assert each == [f"=$C{row}+$D{row}+SUM(T[A])+Other[[#This Row],[A]]" for row in (5, 6, 7)]
    only_one = Column("B", [5, 7, 9], formula=[None, text, None])
    assert by_address(only_one, table).formula == [None, each[1], None]


@pytest.mark.parametrize(
    ("rows", "shown", "plain"), [(10, "shown", True), (10, "hidden", False), (5000, "shown", False)]
)
def test_names_stand_where_people_read_them(rows, shown, plain):
    """Formulas are written by name in columns that are shown, but not in long tables."""
    one = Column("A", [1] * rows, shown=shown)
    assert in_plain_sight(one, _placed(one)) is plain
