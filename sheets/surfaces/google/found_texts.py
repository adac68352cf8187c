"""Our texts, found again where a user inserted, deleted or moved rows among them.

A text has no name and no mark of its own in Google. It is known by what it said, near the place where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sheets.surfaces.marks import Area
from sheets.surfaces.remembered import NOT, code
from sheets.tabs.layout import Value

# So many rows around a text is looked for it.
NEAR: Final = 5

Shows = Callable[[int, int], tuple[Value, bool]]


def found_texts(
    stood: Sequence[Area | None], said: Sequence[str], shift: tuple[int, int], shows: Shows
) -> list[Area | None]:  # fmt: skip
    """Where each text stands now; None for one that was there no more, or whose row was deleted.

    said: what a refresh remembers of them; shift: how far the first table of the tab moved; shows: what a cell shows,
    and whether a formula gives it. A text that somebody wrote over is taken to have moved as the table.
    """
    codes = "".join(said)
    known = len(codes) == 2 * len(stood)
    found: list[Area | None] = [None] * len(stood)
    taken: set[tuple[int, int]] = set()
    for sure in (True, False):
        for at, area in enumerate(stood):
            one = codes[2 * at : 2 * at + 2] if known else ""
            if area is None or one == NOT or found[at] is not None:
                continue
            for down, across in _shifts(*shift) if sure and known else (shift,):
                cell = area[0] + down, area[1] + across
                if min(cell) < 0 or cell in taken:
                    continue
                value, formula = shows(*cell) if sure and known else (None, False)
                if not sure or not known or code(value, formula=formula) == one:
                    found[at] = (*cell, area[2] + down, area[3] + across)
                    taken.add(cell)
                    break
    return found


def _shifts(down: int, across: int) -> Iterator[tuple[int, int]]:
    """How far a text may have moved, the likeliest first."""
    yield from dict.fromkeys([(down, across), (0, 0), (down, 0), (0, across)])
    for far in range(1, NEAR + 1):
        yield from ((down + far, across), (down - far, across))
