"""Which row of a table stands where after a refresh: the layout's rows joined by key to those that stand there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sheets.surfaces.visible import visible
from sheets.tabs.layout import Column, Table

Key = tuple[str, ...]


class Does(Enum):
    """What a refresh does with a row.

    writes: all columns of ours. adds: also the buyer's columns, the row is new. fills: a buyer's row. empties: our
    cells are emptied, the row says that it is gone. leaves: nothing is written.
    """

    WRITES = "writes"
    ADDS = "adds"
    FILLS = "fills"
    EMPTIES = "empties"
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table after a refresh. ours: the layout's row; stood: the row that it was before; both from 0."""

    does: Does
    ours: int | None
    stood: int | None


def joined(
    table: Table, stood: Sequence[Key | None], *, empty: Sequence[bool], holds: Callable[[int], bool]
) -> list[Row]:
    """The rows of the table after a refresh, in their order.

    stood: the keys of the rows that stand there, None where all of a key's cells are empty. empty: rows in which no
    cell holds anything; at the end of the table new rows take their place. holds: whether a row has cells of the
    user's own, which must not go with it.
    """
    by_key = matched(keys_of(table), stood)
    if table.policy in ("laid anew", "by key"):
        return _laid_anew(table, by_key, empty, holds)
    used = len(stood)
    while used and empty[used - 1]:
        used -= 1
    found = [_kept(table, stood[at], by_key[at], at) for at in range(used)]
    taken = {one for one in by_key if one is not None}
    new = [at for at in range(table.rows) if at not in taken]
    free = deque(range(used, len(stood)))
    found += [Row(Does.ADDS, at, free.popleft() if free else None) for at in new]
    # Blank rows at the end that nothing takes stay: a user may have made room.
    return found + [Row(Does.LEAVES, None, at) for at in free]


def matched(ours: Sequence[Key], stood: Sequence[Key | None]) -> list[int | None]:
    """For each row that stands there the layout's row with its key; of equal keys the first with the first."""
    first: dict[Key, int] = {}
    more: dict[Key, deque[int]] = {}
    for at, key in enumerate(ours):
        if first.setdefault(key, at) != at:
            more.setdefault(key, deque()).append(at)
    found = []
    for one in stood:
        at_ = None if one is None else first.pop(one, None)
        if one is not None and more.get(one):
            first[one] = more[one].popleft()
        found.append(at_)
    return found


def keys_of(table: Table) -> list[Key]:
    """The key of each row of the layout's."""
    return [
        tuple(key) for key in zip(*(map(_text, visible(table.column(name).values)) for name in table.key), strict=True)
    ]


def key_of(cells: Sequence[object]) -> Key | None:
    """The key that cells make as they were read; None when all of them are empty."""
    key = tuple(map(_text, cells))
    return key if any(key) else None


def keys_read(columns: Sequence[Sequence[object]]) -> list[Key | None]:
    """The key of each row, from the cells of the key's columns."""
    return [key if any(key) else None for key in zip(*([_text(cell) for cell in one] for one in columns), strict=True)]


def written(column: Column, does: Does) -> bool:
    """Whether a refresh writes a column's cells in rows of that kind, whatever stands there."""
    if does is Does.ADDS:
        return True
    return column.owner == "ours" and does in (Does.WRITES, Does.FILLS, Does.EMPTIES)


def _kept(table: Table, key: Key | None, ours: int | None, at: int) -> Row:
    if table.policy == "appended" or (ours is None and (table.policy == "buyer" or key is None)):
        return Row(Does.LEAVES, ours, at)
    if ours is None:
        return Row(Does.EMPTIES, None, at)
    return Row(Does.FILLS if table.policy == "buyer" else Does.WRITES, ours, at)


def _laid_anew(
    table: Table, matched: Sequence[int | None], empty: Sequence[bool], holds: Callable[[int], bool]
) -> list[Row]:
    stood_at = {ours: at for at, ours in enumerate(matched) if ours is not None}
    found = [
        Row(Does.WRITES if ours in stood_at else Does.ADDS, ours, stood_at.get(ours)) for ours in range(table.rows)
    ]
    for at, ours in enumerate(matched):
        if ours is None and not empty[at] and holds(at):
            found.append(Row(Does.EMPTIES, None, at))
    # Excel wants one row at least.
    return found or [Row(Does.LEAVES, None, None)]


def _text(cell: object) -> str:
    """A key's cell as text: numbers and texts that look alike are one key, since people type either."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        # Workbooks keep times as parts of a day, to about a tenth of a millisecond.
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
    return str(cell)
