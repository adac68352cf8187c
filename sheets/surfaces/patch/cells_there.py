"""Single cells of a sheet, read without the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Set
from io import BytesIO

from sheets.surfaces.package import Package
from sheets.surfaces.patch.cell_values import CellValues, Said
from sheets.surfaces.patch.row_cells import CellText, Cutter
from sheets.surfaces.patch.sheet_text import Irregular, SheetText, regular
from sheets.surfaces.patch.users_formulas import is_formula

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


def values_at(package: Package, part: str, cells: Set[Cell]) -> dict[Cell, tuple[Said, bool]]:
    """What those cells say, and whether a formula gives it."""
    try:
        found = cells_at(lambda: SheetText(package.opened(part)), cells)  # type: ignore[arg-type]
    except Irregular:
        found = cells_at(lambda: SheetText(BytesIO(regular(package.raw(part)))), cells)
    values = CellValues(package)
    return {at: (values.of(cell), is_formula(cell)) for at, cell in found.items()}
