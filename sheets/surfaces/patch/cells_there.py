"""Single cells of a sheet, read without the rest of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from io import BytesIO

from sheets.surfaces.marks import Area, column_letters
from sheets.surfaces.package import Package, area_of
from sheets.surfaces.patch.cell_values import CellValues, Said
from sheets.surfaces.patch.row_cells import CellText, Cutter
from sheets.surfaces.patch.sheet_text import Irregular, SheetText, regular
from sheets.surfaces.patch.users_formulas import formula_in, is_formula, of_its_own, shared, spread

Cell = tuple[int, int]


def cells_at(opened: Callable[[], SheetText], cells: Set[Cell]) -> dict[Cell, CellText]:
    """Those of some cells that there are. Raises Irregular for a sheet that cannot be cut."""
    text = opened()
    cutter = Cutter(text.prefix)
    rows = {row for row, _ in cells}
    last, found = max(rows, default=-1), dict[Cell, CellText]()
    for row in text.rows():
        if row.number > last:
            break
        if row.number in rows:
            there = cutter.cells(row.cells)
            found |= {(row.number, at): cell for at, cell in there.items() if (row.number, at) in cells}
    return found


@dataclass
class Formulas:
    """The formulas of a sheet. texts: as they stand in the part, None for one that is more than a text.

    filled: areas that the formula of their first cell fills.
    """

    texts: dict[Cell, str | None] = field(default_factory=dict)
    filled: list[Area] = field(default_factory=list)

    def anchor(self, row: int, column: int) -> Cell:
        """The cell whose formula gives a cell its value; the cell itself, if none does."""
        for first, left, last, right in self.filled:
            if first <= row <= last and left <= column <= right:
                return first, left
        return row, column


def formulas_of(package: Package, part: str, but: Callable[[int, int], bool]) -> Formulas:
    """All formulas of a sheet but those of some cells."""
    try:
        return _formulas(SheetText(package.opened(part)), but)  # type: ignore[arg-type]
    except Irregular:
        return _formulas(SheetText(BytesIO(regular(package.raw(part)))), but)


def _formulas(text: SheetText, but: Callable[[int, int], bool]) -> Formulas:
    cutter, found = Cutter(text.prefix), Formulas()
    masters: dict[str, tuple[str, str]] = {}
    for row in text.rows():
        if f"<{text.prefix}f" not in row.cells:
            continue
        for column, cell in cutter.cells(row.cells).items():
            if "f" not in cell.inside:
                continue
            address, one = f"{column_letters(column)}{row.number + 1}", shared(cell)
            if one is not None and one.text:
                masters[one.number] = one.text, address
            if but(row.number, column):
                continue
            kind, reference = spread(cell) or ("", "")
            if kind in ("array", "dataTable"):
                found.filled.append(area_of(reference))
            if one is not None and one.number in masters:
                cell = of_its_own(cell, *masters[one.number], address)
            if is_formula(cell):
                found.texts[row.number, column] = None if kind == "dataTable" else formula_in(cell)
    return found


def formula_cells(package: Package, part: str) -> dict[Cell, bool]:
    """Each cell of a sheet that holds a formula, and whether it says what that gives."""
    try:
        return _formula_cells(SheetText(package.opened(part)))  # type: ignore[arg-type]
    except Irregular:
        return _formula_cells(SheetText(BytesIO(regular(package.raw(part)))))


def _formula_cells(text: SheetText) -> dict[Cell, bool]:
    cutter, found = Cutter(text.prefix), dict[Cell, bool]()
    opening, empty = f"<{text.prefix}f", re.compile(rf"<{text.prefix}v\s*(?:/>|></)")
    value = f"<{text.prefix}v"
    for row in text.rows():
        if opening in row.cells:
            for column, cell in cutter.cells(row.cells).items():
                if cell.inside.startswith(opening):
                    # An empty value is one only where the formula gives text.
                    nothing = empty.search(cell.inside) is not None and ' t="str"' not in cell.more
                    found[row.number, column] = value in cell.inside and not nothing
    return found


def values_at(package: Package, part: str, cells: Set[Cell]) -> dict[Cell, tuple[Said, bool]]:
    """What those cells say, and whether a formula gives it."""
    try:
        found = cells_at(lambda: SheetText(package.opened(part)), cells)  # type: ignore[arg-type]
    except Irregular:
        found = cells_at(lambda: SheetText(BytesIO(regular(package.raw(part)))), cells)
    values = CellValues(package)
    return {at: (values.of(cell), is_formula(cell)) for at, cell in found.items()}
