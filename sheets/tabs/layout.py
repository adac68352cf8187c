"""The one description of the workbook, laid on every surface: tabs, their tables, columns, texts.

A tab knows columns, never where they are written; a surface knows cells, never stock. Every value that is
derived carries its formula and the engine's value, which a recalculation must give back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import numpy as np

from sheets.tabs.own import OwnTab

Value = str | float | int | bool | datetime | None

# How a value is shown; a surface turns each into its own number format.
Form = Literal["text", "whole", "number", "money", "percent", "days", "time", "day", "signed"]
Owner = Literal["ours", "buyer"]
Shown = Literal["shown", "folded", "hidden"]
Policy = Literal["laid anew", "kept", "by key", "buyer", "appended"]
Style = Literal["title", "subtitle", "heading", "label", "body", "figure", "muted", "link"]

MARKER: Final = "mastersheet:flag"

# What a row says whose key is no longer there.
GONE: Final = "GONE"

# Word -> colour group. Colour never stands alone: the word is in the cell.
COLOURED: Final[Mapping[str, str]] = {
    "OK": "quiet",
    "CHECK": "alarm",
    "TRANSACTION": "alarm",
    "MAPPING": "mapping",
    "NO COUNT": "mapping",
    "RECEIVING": "waiting",
    "IN TRANSIT": "waiting",
    "TIMING": "waiting",
    "STALE": "stale",
    "HOLD": "alarm",
    "CARE": "waiting",
    "GO": "good",
    "OVERSTOCK": "over",
    "SHORT COVER": "alarm",
    "NO RATE": "stale",
    "NO SALES": "over",
    "COST MISSING": "stale",
    "SHORT": "alarm",
    "NEW": "waiting",
    "MASKED": "over",
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    values: what the cells hold, one per row, None empty; for formulas the engine's value, which is cached.
    formula: with its `=`; one for all rows, or one per row. words: the words that are coloured here, by COLOURED.
    choices: what a buyer may pick from, or a reference to a range. notes: row from 0 -> note on that cell.
    row_of: the table whose rows, from 1, the values number; they follow that table's order.
    fills: in a buyer's table, empty cells of rows that stand there take the value; what is there is never changed.
    users: a column of a user's own, carried to a new workbook; no refresh after that knows it.
    """

    header: str
    values: Sequence[Value] | np.ndarray
    form: Form = "text"
    formula: str | Sequence[str | None] | None = None
    width: float = 12
    owner: Owner = "ours"
    shown: Shown = "shown"
    words: tuple[str, ...] = ()
    choices: tuple[str, ...] | str | None = None
    prompt: str = ""
    notes: Mapping[int, str] = field(default_factory=dict)
    row_of: str = ""
    fills: bool = False
    users: bool = False


@dataclass(frozen=True)
class Table:
    """A named table. key: the headers that identify a row. policy: what a refresh does with its rows.

    gone: the header of the column that says GONE in a row whose key is no longer there, but that is kept.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    policy: Policy
    gone: str = ""

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return len(self.columns[0].values)

    def column(self, header: str) -> Column:
        """The column with that header."""
        return next(column for column in self.columns if column.header == header)


@dataclass(frozen=True)
class Text:
    """A cell outside tables. span: cells merged to the right. link: a tab to jump to."""

    value: Value
    style: Style = "body"
    form: Form = "text"
    formula: str | None = None
    span: int = 1
    link: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A table or a text at a row and column of its tab, both from 0; a table's header stands there."""

    row: int
    column: int
    content: Table | Text


@dataclass(frozen=True)
class Tab:
    """One tab. freeze: rows and columns that stay in sight. widths: of columns that no table covers.

    printed: how many columns are printed, None all.
    """

    name: str
    blocks: tuple[Block, ...]
    freeze: tuple[int, int] = (0, 0)
    widths: Mapping[int, float] = field(default_factory=dict)
    landscape: bool = True
    printed: int | None = None
    colour: Literal["today", "ours", "buyer", "record"] = "ours"

    @property
    def tables(self) -> list[Table]:
        """The tab's tables."""
        return [block.content for block in self.blocks if isinstance(block.content, Table)]


@dataclass(frozen=True)
class Layout:
    """The whole workbook. names: defined name -> (table, key's value, header) of the cell it stands for.

    own: tabs of a user's own, carried to a new workbook, and notes: theirs on our tabs, by tab, row and column from 0;
    no refresh after that knows them.
    """

    tabs: tuple[Tab, ...]
    names: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    title: str = ""
    own: tuple[OwnTab, ...] = ()
    notes: Mapping[tuple[str, int, int], str] = field(default_factory=dict)

    def tab(self, name: str) -> Tab:
        """The tab with that name."""
        return next(tab for tab in self.tabs if tab.name == name)

    def table(self, name: str) -> Table:
        """The table with that name, on whichever tab."""
        return next(table for tab in self.tabs for table in tab.tables if table.name == name)
