"""A tab of a shared sheet as an input: read as a dropped file is, but people know its cells by letters and row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd

from connectors.base import Kind, MappedKind, Opening
from connectors.delimited import Rows
from connectors.errors import BadCell, CannotRead, HeaderChanged, ListedTwice, NothingInIt, NotRecognised
from connectors.newest import Export
from connectors.recognised import bound
from connectors.workbook_rows import cells_as_rows


@dataclass(frozen=True)
class Tab:
    """One tab, read. name: as said in messages and kept as `source`, such as `Acme stock, tab Stock`.

    spreadsheet: what it is a tab of. cells: its rows from the first on, each as far as it holds something: text,
    numbers, dates and times, an empty text for an empty cell. read_at: the moment of reading.
    """

    spreadsheet: str
    title: str
    name: str
    cells: Sequence[Sequence[Any]] = field(repr=False)
    read_at: pd.Timestamp


def rows_of_tab(tab: Tab, opening: Opening) -> Rows:
    """Its rows of text. Raises CannotRead."""
    wide = max(map(len, tab.cells), default=0)
    cells = [[*line, *[""] * (wide - len(line))] for line in tab.cells]
    return replace(cells_as_rows(cells, tab.name, opening.header_row), in_a_tab=True)


def theirs(kinds: Sequence[Kind], tab: Tab) -> list[Kind]:
    """The kinds that a tab may be: those bound to its title by `sheet` or `file`, else those bound to none."""
    free = [kind for kind in kinds if not _sheet(kind)]
    return [kind for kind in kinds if _sheet(kind) == tab.title] or bound(free, tab.title)


def _sheet(kind: Kind) -> str | None:
    return kind.opening.sheet if isinstance(kind, MappedKind) else None


def said_once(export: Export, others: Sequence[Export]) -> None:
    """Raises ListedTwice for a count that another tab beside it gives too: neither of the two is the newer one."""
    for other in others:
        if other.kind is not export.kind or not export.stands_beside(other):
            continue
        mine, there = (one.batch.counts.astype(dict.fromkeys(_TEXTS, "str")) for one in (export, other))
        both = mine.merge(there, on=[*_TEXTS, "as_of"], suffixes=("", "_there"))
        if both.empty:
            continue
        twice = both.iloc[0]
        raise ListedTwice(
            f"SKU '{twice['system_sku']}' at '{twice['system_location']}' has its {twice['state']} in row "
            f"{twice['row_there']} of {other.name} already",
            where=f"{export.name}:{twice['row']}",
            expected="one row for each SKU, location, state and time in all tabs together",
            todo="take one out, or name the tabs to read: `tabs` in mastersheet.toml",
        )


_TEXTS: Final = ("system_location", "system_sku", "state")


def in_a_tab(problem: CannotRead, tab: Tab) -> CannotRead:
    """The same problem with a place and a thing to do that fit a tab, which nobody exports."""
    at = re.fullmatch(rf"{re.escape(tab.name)}:(\d+)", problem.where)
    where = f"{tab.name}, row {at[1]}" if at else problem.where
    said = next((todo for kind, todo in _TODO if isinstance(problem, kind)), problem.todo)
    if "export" not in problem.todo and "`file`" not in problem.todo:
        said = problem.todo
    elif isinstance(problem, NotRecognised) and "`file`" in problem.todo:
        said = f'say which in mastersheet.toml, with `sheet = "{tab.title}"` under one of the system\'s tables'
    return type(problem)(problem.what, where=where, expected=problem.expected, todo=said)


_TODO: Final[tuple[tuple[type[CannotRead], str], ...]] = (
    (BadCell, "correct it there"),
    (HeaderChanged, "give the column its name back, or map its new name in mastersheet.toml"),
    (NothingInIt, "an empty tab is not zero stock: fill it, or leave it out of `tabs` in mastersheet.toml"),
    (
        NotRecognised,
        "map its columns in mastersheet.toml (docs/source-map.md), or name the tabs to read: `tabs` there",
    ),
)
