"""What a user's hands do to a workbook, on every surface alike."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from sheets.surfaces.memory import Memory
from sheets.surfaces.surface import Shown, Surface
from sheets.surfaces.xlsx_file import XlsxFile
from tests.google.hands import HandsOnGoogle
from tests.google.in_google import InGoogle

from .users import User


class Hands(Protocol):
    """Edits one table between two refreshes. What has no meaning on a surface is left undone there."""

    def adds_column(self, words: dict[str, str]) -> str:
        """A column at the right end, with a text for each key; its header."""

    def shuffles(self) -> None:
        """Turns the rows round."""

    def inserts(self) -> None:
        """Rows above the table, a column before it."""

    def inserts_inside(self) -> None:
        """A blank row between the rows."""

    def swaps_columns(self) -> None:
        """Two columns change places, their headers too."""

    def hides(self) -> None:
        """Hides a row."""

    def filters(self) -> None:
        """Filters by a column, which hides rows."""

    def renames(self) -> None:
        """Gives the tab another name."""


class HandsOnMemory:
    """There is nothing to hide in memory, and no place outside the table."""

    def __init__(self, surface: Memory, table: str) -> None:
        self._surface, self._table = surface, table

    def _edit(self, frame: pd.DataFrame) -> None:
        shown = self._surface.read()
        assert shown is not None
        self._surface._shown = Shown(dict(shown.tables) | {self._table: frame})

    def _frame(self) -> pd.DataFrame:
        shown = self._surface.read()
        assert shown is not None
        return shown.tables[self._table]

    def adds_column(self, words: dict[str, str]) -> str:
        frame = self._frame()
        self._edit(frame.assign(Mine=[words[key] for key in frame["SKU"]]))
        return "Mine"

    def shuffles(self) -> None:
        self._edit(self._frame().iloc[::-1].reset_index(drop=True))

    def inserts(self) -> None:
        pass

    def inserts_inside(self) -> None:
        frame = self._frame()
        blank = pd.DataFrame([[None] * len(frame.columns)], columns=frame.columns, dtype=object)
        self._edit(pd.concat([frame.iloc[:2], blank, frame.iloc[2:]], ignore_index=True))

    def swaps_columns(self) -> None:
        frame = self._frame()
        headers = list(frame.columns)
        headers[1], headers[-1] = headers[-1], headers[1]
        self._edit(frame[headers])

    def hides(self) -> None:
        pass

    def filters(self) -> None:
        pass

    def renames(self) -> None:
        pass


class HandsOnFile:
    """Another program than ours, and each time it saves."""

    def __init__(self, surface: XlsxFile, table: str) -> None:
        self._surface, self._table = surface, table

    def _user(self) -> User:
        return User(self._surface.path)

    def adds_column(self, words: dict[str, str]) -> str:
        user = self._user()
        header = user.adds_column(self._table, len(user.at(self._table).headers) - 1)
        there = user.at(self._table)
        for at in range(len(words)):
            there.cell(at, header).value = words[str(there.cell(at, "SKU").value)]
        user.saves()
        return header

    def shuffles(self) -> None:
        user = self._user()
        _, top, _, bottom = user.at(self._table).area
        user.sorts(self._table, list(range(bottom - top, 0, -1)))
        user.saves()

    def inserts(self) -> None:
        user = self._user()
        user.inserts_rows(self._table, 1, 2)
        user.inserts_columns(self._table, 0, 1)
        user.saves()

    def inserts_inside(self) -> None:
        user = self._user()
        user.inserts_row_inside(self._table, 0)
        user.saves()

    def swaps_columns(self) -> None:
        user = self._user()
        user.swaps_columns(self._table, 1, -1)
        user.saves()

    def hides(self) -> None:
        user = self._user()
        user.hides(self._table, 1)
        user.saves()

    def filters(self) -> None:
        user = self._user()
        user.filters(self._table, 1, "SKU")
        user.saves()

    def renames(self) -> None:
        user = self._user()
        user.renames(self._table)
        user.saves()


def hands_on(surface: Surface, table: str) -> Hands:
    """The hands that edit a surface."""
    if isinstance(surface, Memory):
        return HandsOnMemory(surface, table)
    if isinstance(surface, InGoogle):
        return HandsOnGoogle(surface, table)
    assert isinstance(surface, XlsxFile)
    return HandsOnFile(surface, table)
