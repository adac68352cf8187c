"""The common case made fast: a row whose cells all stand there already, of which ours say something new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheets.surfaces.marks import column_letters
from sheets.surfaces.patch.row_cells import Cutter
from sheets.surfaces.patch.sheet_text import RowText

_ROW = "#"


@dataclass(frozen=True)
class _Plan:
    """A pattern of columns and formats. text: with a place for each cell and for the row's number.

    columns: those that are ours; theirs: which of the cells are the user's; openings, formats: what each cell begins
    with, before and after the row's number; sure: whether a row can be told by these alone.
    """

    text: str
    columns: tuple[int, ...]
    theirs: tuple[int, ...]
    openings: tuple[str, ...]
    formats: tuple[str, ...]
    sure: bool


class SameCells:
    """Rows of one sheet. Rows of a table have few patterns, each is worked out once, and most are like the last."""

    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter
        self._plans: dict[tuple[object, ...], _Plan | None] = {}
        self._last: _Plan | None = None
        self._tag, self._closing = f"<{cutter.prefix}c ", f"</{cutter.prefix}c>"
        self._formula, self._end = f"<{cutter.prefix}f", f"</{cutter.prefix}row>"

    def written(self, row: RowText, columns: tuple[int, ...], ours: tuple[str, ...]) -> str | None:
        """The row with our cells in those columns; None where one of them is not there, or a user's is a formula."""
        if not row.cells:
            return None
        on = str(row.number + 1)
        plan, theirs = self._last, None
        if plan is not None and plan.columns == columns:
            theirs = self._as_before(plan, row.cells, on)
        if theirs is None:
            plan, theirs = self._looked_at(row.cells, columns)
        if plan is None:
            return None
        self._last = plan if plan.sure else None
        values: Sequence[str] = ours
        if theirs:
            values = list(ours)
            for at, said in zip(plan.theirs, theirs, strict=True):
                if self._formula in said:
                    return None
                values.insert(at, said)
        made = plan.text.replace(_ROW, on) % tuple(values)
        if made == row.cells:
            return row.whole
        return f"{row.whole[: row.whole.index('>') + 1]}{made}{self._end}"

    def _as_before(self, plan: _Plan, cells: str, on: str) -> list[str] | None:
        """The user's cells of a row that has the pattern of the row before it; None when it may have another."""
        pieces = cells.split(f'{on}"')
        many = len(plan.formats)
        if len(pieces) != many + 1 or cells.count(self._tag) != many:
            return None
        if pieces[0] != plan.openings[0] or not all(map(str.endswith, pieces[1:-1], plan.openings[1:])):
            return None
        if not all(map(str.startswith, pieces[1:], plan.formats)):
            return None
        return [
            pieces[at + 1].removeprefix(plan.formats[at]).removesuffix(plan.openings[at + 1] if at + 1 < many else "")
            for at in plan.theirs
        ]

    def _looked_at(self, cells: str, columns: tuple[int, ...]) -> tuple[_Plan | None, list[str]]:
        letters, styles, mores, insides = zip(*self._cutter.found(cells), strict=True)
        key = letters, styles, columns
        if key in self._plans:
            plan = self._plans[key]
        else:
            plan = self._plans[key] = self._plan(letters, styles, columns)
        if plan is None:
            return None, []
        said = [f"{mores[at]}>{insides[at]}{self._closing}" if insides[at] else f"{mores[at]}/>" for at in plan.theirs]
        return plan, said

    def _plan(self, letters: Sequence[str], styles: Sequence[str], columns: tuple[int, ...]) -> _Plan | None:
        mine = [column_letters(column) for column in columns]
        # In the order in which the cells stand, ours must be in theirs.
        if [one for one in letters if one in set(mine)] != mine:
            return None
        openings = tuple(f'{self._tag}r="{one}' for one in letters)
        formats = tuple(f' s="{style}"' if style else "" for style in styles)
        text = "".join(f'{opening}{_ROW}"{style}%s' for opening, style in zip(openings, formats, strict=True))
        theirs = tuple(at for at, one in enumerate(letters) if one not in set(mine))
        return _Plan(text, columns, theirs, openings, formats, all(styles))
