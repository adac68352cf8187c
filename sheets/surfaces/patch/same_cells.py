"""The common case made fast: a row whose cells all stand there already, of which ours say something new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sheets.surfaces.marks import column_letters
from sheets.surfaces.patch.row_cells import Cutter
from sheets.surfaces.patch.sheet_text import RowText

_ROW = "#"


class _Plan(NamedTuple):
    """A row's text with a place for each cell and for the row's number; theirs: which of its cells are the user's."""

    text: str
    theirs: tuple[int, ...]


class SameCells:
    """Rows of one sheet. Rows of a table have few patterns of columns and formats, each is worked out once."""

    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter
        self._plans: dict[tuple[object, ...], _Plan | None] = {}
        self._opening, self._closing = f'<{cutter.prefix}c r="', f"</{cutter.prefix}c>"
        self._formula, self._end = f"<{cutter.prefix}f", f"</{cutter.prefix}row>"

    def written(self, row: RowText, columns: tuple[int, ...], ours: tuple[str, ...]) -> str | None:
        """The row with our cells in those columns; None where one of them is not there, or a user's is a formula."""
        if not row.cells:
            return None
        letters, styles, mores, insides = zip(*self._cutter.found(row.cells), strict=True)
        key = letters, styles, columns
        if key in self._plans:
            plan = self._plans[key]
        else:
            plan = self._plans[key] = self._plan(letters, styles, columns)
        if plan is None:
            return None
        values: Sequence[str] = ours
        if plan.theirs:
            values = list(ours)
            for at in plan.theirs:
                inside = insides[at]
                if self._formula in inside:
                    return None
                values.insert(at, f"{mores[at]}>{inside}{self._closing}" if inside else f"{mores[at]}/>")
        made = plan.text.replace(_ROW, str(row.number + 1)) % tuple(values)
        if made == row.cells:
            return row.whole
        return f"{row.whole[: row.whole.index('>') + 1]}{made}{self._end}"

    def _plan(self, letters: Sequence[str], styles: Sequence[str], columns: tuple[int, ...]) -> _Plan | None:
        mine = [column_letters(column) for column in columns]
        # In the order in which the cells stand, ours must be in theirs.
        if [one for one in letters if one in set(mine)] != mine:
            return None
        text = "".join(
            f'{self._opening}{letter}{_ROW}"' + (f' s="{style}"' if style else "") + "%s"
            for letter, style in zip(letters, styles, strict=True)
        )
        return _Plan(text, tuple(at for at, one in enumerate(letters) if one not in set(mine)))
