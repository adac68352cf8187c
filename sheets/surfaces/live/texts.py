"""The texts of a tab outside its tables, laid into the open workbook."""

from __future__ import annotations

from collections.abc import Mapping

from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import differs, typed_again
from sheets.surfaces.live.there import Stands
from sheets.surfaces.live.typed import Typed, Typist
from sheets.surfaces.package import TabThere
from sheets.surfaces.patch.texts import TextsThere
from sheets.surfaces.placed import Placed
from sheets.tabs.layout import Text

Cell = tuple[int, int]


def writes_of_texts(
    texts: TextsThere,
    tab: TabThere | None,
    there: Stands,
    tables: Mapping[str, Placed],
    typist: Typist | None = None,
) -> list[tuple[Writes, Writes]]:
    """What is typed into the cells of a tab's texts, each with what stood there; those that are no more are emptied."""
    assert tab is not None
    typist = typist or Typist()
    made: dict[Cell, Typed] = {}
    for cell in texts.cleared:
        if not _in_a_table(tab, cell, tables):
            made[cell] = ""
    for one in texts.texts:
        made.update({(one.row, one.column + at): "" for at in range(one.text.span)})
        made[one.row, one.column] = _said(one.text, typist)
    if not made:
        return []
    area = (
        min(row for row, _ in made),
        min(column for _, column in made),
        max(row for row, _ in made),
        max(column for _, column in made),
    )
    cells = there.cells(tab.name, area)
    found = []
    for (row, column), typed in sorted(made.items()):
        stood = typed_again(cells, row - area[0], column - area[1])
        if differs(typed, stood):
            here = (row, column, row, column)
            found.append((Writes(tab.name, here, [[typed]]), Writes(tab.name, here, [[stood]])))
    return found


def _said(text: Text, typist: Typist) -> Typed:
    if text.formula is not None:
        return typist.formula(typist.piece(text.formula.removeprefix("=")), text.value)
    return typist.value(text.link if text.value is None else text.value)


def _in_a_table(tab: TabThere, cell: Cell, tables: Mapping[str, Placed]) -> bool:
    return any(
        one.tab == tab.name and one.row <= cell[0] <= one.last_row and one.column <= cell[1]
        and cell[1] <= max(one.place(column.header) for column in one.table.columns)
        for one in tables.values()
    )  # fmt: skip
