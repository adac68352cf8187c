"""Room for a table that grows where another of ours stands below it: rows are inserted, as a user would.

Google moves along what stands below, ours and theirs, with all that is said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sheets.surfaces.google.requests_of import Request
from sheets.surfaces.google.there import GoogleThere
from sheets.surfaces.live.table import order_of, rows_of
from sheets.surfaces.patch.standing import Standing

# Rows between a table and the next one's header: blank ones and a heading.
_BETWEEN: Final = 3


def room_made(
    there: GoogleThere, tables: Mapping[str, Standing], noted: Callable[[Standing], Callable[[int], bool]]
) -> Iterator[Request]:  # fmt: skip
    """The rows to insert. tables: ours, as they stand; noted: whether a note of the user's stands in a row of one."""
    for one in tables.values():
        below = [other for other in tables.values() if _is_below(other, one)]
        if one.is_new or not below:
            continue
        rows = rows_of(one, there.data(one.tab.name, one.there), noted(one))
        largest = max(len(rows), one.many, len(order_of(one, rows) or ()))
        bottom = one.there.area[2]
        across = [other for other in tables.values() if other.tab == one.tab and not other.is_new
                  and other.there.area[0] <= bottom < other.there.area[2]]  # fmt: skip
        if across or min(other.there.area[0] for other in below) > one.first_row + largest - 1 + _BETWEEN:
            continue
        place = {"sheetId": there.sheets[one.tab.name].number, "dimension": "ROWS",
                 "startIndex": bottom + 1, "endIndex": bottom + 1 + largest - one.many}  # fmt: skip
        if largest > one.many:
            yield {"insertDimension": {"range": place, "inheritFromBefore": False}}


def _is_below(other: Standing, one: Standing) -> bool:
    if other is one or other.tab != one.tab or other.is_new:
        return False
    top, left, _, right = other.there.area
    return top > one.there.area[2] and left <= one.last_column and one.there.area[1] <= right
