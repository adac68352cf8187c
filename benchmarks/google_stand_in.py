"""The stand-in for Google Sheets with a brand of full size in it: what is asked is counted, and its own time told.

It knows the calls of gspread on values, too. What a formula gives is the layout's own value, so nothing is worked out.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from requests import Response

from sheets.surfaces.remembered import remembering
from sheets.surfaces.visible import visible
from sheets.surfaces.xlsx_cells import serial
from sheets.tabs.layout import Layout, Table, Value
from tests.google.discovery import Invalid
from tests.google.emulator import Emulator, a1_of, area_of
from tests.google.grid import Book, Sheet

Place = tuple[int, int]
_WRITES: Final = ("batchUpdate", "values.update")


@dataclass
class Counted:
    """What was asked: calls, bytes of bodies, cells in them. seconds: what the stand-in took for it.

    packed: bytes of the answers as they travel, compressed.
    """

    reads: int = 0
    writes: int = 0
    sent: int = 0
    largest: int = 0
    cells: int = 0
    received: int = 0
    packed: int = 0
    seconds: float = 0.0

    def add(self, name: str, body: Any, size: int, answer: bytes) -> None:  # noqa: ANN401 - JSON
        """One call more."""
        self.writes += name in _WRITES
        self.reads += name not in _WRITES
        self.sent += size
        self.largest = max(self.largest, size)
        self.cells += _cells(body or {}) if name in _WRITES else 0
        self.received += len(answer)
        self.packed += len(zlib.compress(answer, 1))


def _cells(body: Mapping[str, Any]) -> int:
    """The cells that stand in a body one by one; null is no cell."""
    lines = [row.get("values", []) for one in body.get("requests", []) if "updateCells" in one
             for row in one["updateCells"]["rows"]]  # fmt: skip
    return sum(cell is not None for line in [*lines, *body.get("values", [])] for cell in line)


class StandIn(Emulator):
    """counted: what was asked since it was set. given: what formulas give, by a sheet's title and a cell's place."""

    def __init__(self) -> None:
        super().__init__(_not_needed, Path())
        self.counted = Counted()
        self.given: Mapping[str, Mapping[Place, Value]] = {}

    def send(self, request: Any, **more: Any) -> Response:  # noqa: ANN401 - as requests has it
        """Answers one call."""
        start = perf_counter()
        answer = super().send(request, **more)
        if answer.status_code != 200:
            raise ValueError(answer.text)
        self.timeouts.clear()
        # The bodies of a whole refresh are not to be held.
        self.counted.add(*self.calls.pop(), len(request.body or b""), answer.content)
        self.counted.seconds += perf_counter() - start
        return answer

    def _answered(self, request: Any, method: Any, named: dict[str, str], query: Any, body: Any) -> Response:  # noqa: ANN401
        """As gspread asks: a range in the address, and null for what is not set, which Google takes as not said."""
        if "range" in named:
            query = {**query, "range": [named["range"]]}
        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if value is not None}
        return super()._answered(request, method, named, query, body)

    def _shown(self, book: Book, sheet: Sheet, row: int, column: int) -> Any:  # noqa: ANN401
        value = sheet.cells.get((row, column), {}).get("userEnteredValue", {})
        if "formulaValue" not in value:
            return next(iter(value.values()), None)
        return self.given.get(sheet.title, {}).get((row, column))

    def _values_get(self, book: Book, number: str, query: dict[str, list[str]], body: Any) -> Any:  # noqa: ANN401
        (found,) = self._values_batchGet(book, number, {**query, "ranges": query["range"]}, None)["valueRanges"]
        return found

    def _values_update(self, book: Book, number: str, query: dict[str, list[str]], body: Any) -> Any:  # noqa: ANN401
        """https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/update.

        A text without an apostrophe stays a text, though Google may take it for a number or a day.
        """
        if query.get("valueInputOption") != ["USER_ENTERED"]:
            raise Invalid("the stand-in takes USER_ENTERED alone")
        sheet, (top, left, *_) = area_of(book, query["range"][0])
        lines = body["values"]
        bottom, right = top + len(lines) - 1, left + max(map(len, lines)) - 1
        if bottom >= sheet.size[0] or right >= sheet.size[1]:
            raise Invalid(f"Range ({query['range'][0]}) exceeds grid limits. Max rows: {sheet.size[0]}")
        for row, line in enumerate(lines, top):
            for column, value in enumerate(line, left):
                if value is None:
                    continue
                cell = {**sheet.cells.get((row, column), {}), "userEnteredValue": _entered(value)}
                if value == "":
                    del cell["userEnteredValue"]
                if cell:
                    sheet.cells[row, column] = cell
                else:
                    sheet.cells.pop((row, column), None)
        return {"spreadsheetId": number, "updatedRange": a1_of(sheet, top, left, bottom, right),
                "updatedRows": len(lines), "updatedCells": sum(map(len, lines))}  # fmt: skip


def _entered(value: str | float | bool) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if not isinstance(value, str):
        return {"numberValue": value}
    return {"formulaValue": value} if value.startswith("=") else {"stringValue": value.removeprefix("'")}


def _not_needed(path: Path) -> Path:
    raise AssertionError("nothing is worked out")


def given_by(layout: Layout) -> dict[str, dict[Place, Value]]:
    """What the formulas of a layout give, where its cells stand in a spreadsheet that it was laid into."""
    found: dict[str, dict[Place, Value]] = {}
    for tab in remembering(layout).tabs:
        cells = found.setdefault(tab.name, {})
        for block in tab.blocks:
            content = block.content
            if not isinstance(content, Table):
                if content.formula is not None:
                    cells[block.row, block.column] = _plain(visible([content.value])[0])
                continue
            for place, column in enumerate(content.columns, block.column):
                if column.formula is not None:
                    shown = enumerate(visible(column.values), block.row + 1)
                    cells.update({(row, place): _plain(one) for row, one in shown})
    return found


def _plain(value: Value) -> Value:
    return serial(value) if isinstance(value, datetime) else value
