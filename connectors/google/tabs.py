"""Tabs of a Google Sheet that somebody keeps counts in: two reads, whatever their size.

The first tells which tabs there are, the second reads those that are wanted: each cell's value with the type of its
number format, as the grid data of `spreadsheets.get` has them. `values:batchGet` would be shorter, but there a date is
either a number like any other or a text in the spreadsheet's own form, where 5/10 may be May or October. Value and
type together say what an .xlsx file says: a date is a date, a text stays a text to its last zero. One read of both
also leaves nobody the time to move a column between them.

Fields: https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells; dates are days since
30 December 1899: https://developers.google.com/workspace/sheets/api/guides/formats
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_URL
from gspread.utils import absolute_range_name

from connectors.errors import CannotRun
from connectors.google.refused import NotShared, SignInEnded

if TYPE_CHECKING:
    from connectors.google.asked import Asked

_STRUCTURE: Final = "properties(title),sheets(properties(title,hidden,sheetType,gridProperties(rowCount,columnCount)))"
_CELLS: Final = (
    "sheets(properties(title),data(rowData(values(effectiveValue,effectiveFormat(numberFormat(type,pattern))))))"
)
_DAY_ONE: Final = datetime(1899, 12, 30)
# A sheet of so many cells is no list of counts; Google's own limit is 10 million in a spreadsheet.
MOST_CELLS: Final = 3_000_000

Cells = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class TabAbout:
    """One tab before it is read. size: its cells, empty ones too."""

    title: str
    hidden: bool
    grid: bool
    size: int


@dataclass(frozen=True)
class Structure:
    """A spreadsheet's title and its tabs, in their order."""

    title: str
    tabs: tuple[TabAbout, ...]

    def tab(self, title: str) -> TabAbout | None:
        """The tab of that title; Google knows it in small letters, too."""
        return next((one for one in self.tabs if one.title.casefold() == title.strip().casefold()), None)

    @property
    def shown(self) -> tuple[str, ...]:
        """The tabs that people see and that hold cells."""
        return tuple(one.title for one in self.tabs if one.grid and not one.hidden)


def place_of(spreadsheet: str) -> str:
    """A spreadsheet in messages, while nothing but its id is known."""
    return f"Google Sheet {spreadsheet}"


def structure_of(asked: Asked, spreadsheet: str) -> Structure:
    """What there is in a spreadsheet. Raises CannotRun, with whom it is to be shared."""
    said = _asked(asked, spreadsheet, {"fields": _STRUCTURE})
    return Structure(said["properties"]["title"], tuple(_about(one["properties"]) for one in said.get("sheets", [])))


def _about(properties: Mapping[str, Any]) -> TabAbout:
    grid = properties.get("gridProperties", {})
    size = grid.get("rowCount", 0) * grid.get("columnCount", 0)
    kind = properties.get("sheetType", "GRID")
    return TabAbout(properties["title"], properties.get("hidden", False), kind == "GRID", size)


def cells_of(asked: Asked, spreadsheet: str, titles: Collection[str]) -> dict[str, Cells]:
    """The cells of tabs that are there, by title: text, numbers, dates and times. Raises CannotRun."""
    if not titles:
        return {}
    ranges = [absolute_range_name(title) for title in titles]
    said = _asked(asked, spreadsheet, {"fields": _CELLS, "ranges": ranges})
    found: dict[str, Cells] = {}
    for one in said.get("sheets", []):
        rows = [row for part in one.get("data", []) for row in part.get("rowData", [])]
        found[one["properties"]["title"]] = [
            ["" if isinstance(cell, dict) else cell for cell in row.get("values", ())] for row in rows
        ]
    return found


def _asked(asked: Asked, spreadsheet: str, params: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an answer in JSON
    where = place_of(spreadsheet)
    try:
        answer = asked.request("get", SPREADSHEET_URL % spreadsheet, params={**params, "prettyPrint": "false"})
        return answer.json(object_hook=_value)
    except NotShared:
        who = asked.account or "the address that signs in"
        raise CannotRun(
            f"is not shared with {who}", where=where, expected="that it may be viewed there",
            todo=f"in the spreadsheet press Share, and add {who} as a viewer",
        ) from None  # fmt: skip
    except SignInEnded:
        raise
    except CannotRun as problem:
        todo = problem.todo.removeprefix("nothing was written: ")
        raise CannotRun(problem.what, where=where, expected=problem.expected, todo=todo) from None
    except ValueError:
        raise CannotRun(
            "the answer is not Google's", where=where, expected="a spreadsheet",
            todo="see whether this network asks for a sign-in of its own, then try again",
        ) from None  # fmt: skip


def _value(found: dict[str, Any]) -> Any:  # noqa: ANN401 - a cell, or JSON as it stands
    """A cell as its value, while the answer is read: as objects a large tab would fill the memory."""
    if "effectiveValue" in found:
        form = found.get("effectiveFormat", {}).get("numberFormat", {})
        value = found["effectiveValue"]
        return _number(value, form) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    for name in ("stringValue", "numberValue", "boolValue"):
        if name in found:
            return found[name]
    if "errorValue" in found:
        return _ERRORS.get(found["errorValue"].get("type", ""), "#ERROR!")
    return found


# How a sheet shows them. A value that is still being fetched is no empty cell either.
_ERRORS: Final = {
    "NULL_VALUE": "#NULL!", "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!", "REF": "#REF!", "NAME": "#NAME?",
    "NUM": "#NUM!", "N_A": "#N/A", "LOADING": "Loading...",
}  # fmt: skip


def _number(number: float, form: Mapping[str, str]) -> Any:  # noqa: ANN401 - a date, a time, a text, the number
    """A number as what its format makes of it: a date, a time of day, a code with its zeros in front."""
    kind, pattern = form.get("type"), form.get("pattern", "")
    if kind in ("DATE", "DATE_TIME"):
        try:
            return _DAY_ONE + timedelta(seconds=round(number * 86_400))
        except OverflowError:
            return number
    if kind == "TIME" and 0 <= number < 1:
        return (_DAY_ONE + timedelta(seconds=round(number * 86_400))).time()
    if re.fullmatch("0{2,}", pattern) and number >= 0 and number == int(number):
        return str(int(number)).zfill(len(pattern))
    return number
