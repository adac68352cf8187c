"""A stand-in for Google Sheets below requests: no socket, every route and body checked by Google's own description.

It is mounted on the real address, so that gspread and google-auth work as ever. A batch is done as a whole or not at
all. Faults are laid in its way, each for one call: an answer in place of Google's, or a connection that breaks.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import requests
from openpyxl.utils import column_index_from_string, get_column_letter
from requests.adapters import BaseAdapter

from tests.google.changes import apply
from tests.google.discovery import Invalid, Method, check, kept, masked, methods
from tests.google.grid import Book, Sheet, bounds, new_sheet
from tests.google.marks import looked_up

ADDRESS = "https://sheets.googleapis.com"
_RANGE = re.compile(
    r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!)?(?P<cells>\$?[A-Z]*\$?\d*(?::\$?[A-Z]*\$?\d*)?)"
)
_REFERENCE = re.compile(r"\$?([A-Z]*)\$?(\d*)")


@dataclass(frozen=True)
class Fault:
    """What happens to one call. status, body, headers: answered in Google's place. applied: whether Google did it.

    broken: the connection ends without an answer. meanwhile: no fault at all, but a user who was quicker.
    """

    status: int = 200
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    applied: bool = False
    broken: bool = False
    only: str = ""  # calls of this method alone
    late: bool = False  # done only when the next call of the method comes
    meanwhile: tuple[dict[str, Any], ...] = ()  # what a user does just before, as requests; the call is then done


class Emulator(BaseAdapter):
    """books: by spreadsheet id. calls: the methods called, with their bodies. faults: for the next calls, in turn."""

    def __init__(self, recalculated: Callable[[Path], Path], folder: Path) -> None:
        super().__init__()
        self.books: dict[str, Book] = {}
        self.calls: list[tuple[str, Any]] = []
        self.faults: deque[Fault] = deque()
        self.timeouts: list[Any] = []
        self._recalculated, self._folder = recalculated, folder
        self._versions = 0
        self._late: Any = None
        self._worked_out: dict[int, Any] = {}

    def made(self, spreadsheet: str) -> Book:
        """A new spreadsheet with one empty sheet, as a user makes it."""
        book = self.books[spreadsheet] = Book()
        new_sheet(book, {"sheetId": 0, "title": "Sheet1"}, "create")
        return book

    def mounted(self) -> requests.Session:
        session = requests.Session()
        session.mount(ADDRESS, self)
        return session

    def close(self) -> None:
        pass

    def send(self, request: Any, **more: Any) -> requests.Response:
        self.timeouts.append(more.get("timeout"))
        address = urllib.parse.urlsplit(request.url)
        path = urllib.parse.unquote(address.path)
        query = urllib.parse.parse_qs(address.query, keep_blank_values=True)
        body = json.loads(request.body) if request.body else None
        found = [
            (one, match) for one in methods() if one.verb == request.method and (match := one.path.fullmatch(path))
        ]
        if not found:
            return answered(request, 404, _error(404, f"no route {path}", "NOT_FOUND"))
        method, match = found[0]
        self.calls.append((method.name, body))
        fault = None
        if self.faults and self.faults[0].only in ("", method.name):
            fault = self.faults.popleft()
            if fault.meanwhile:
                self._batchUpdate(self.books[match["spreadsheetId"]], match["spreadsheetId"], {},
                                  {"requests": list(fault.meanwhile)})  # fmt: skip
                fault = None
        if self._late is not None and method.name == self._late[1].name:
            late, self._late = self._late, None
            self._answered(*late)
        if fault is not None and fault.late:
            self._late = (request, method, match.groupdict(), query, body)
            raise requests.exceptions.ConnectionError("Connection aborted.")
        answer = (
            self._answered(request, method, match.groupdict(), query, body) if fault is None or fault.applied else None
        )
        if fault is not None and fault.broken:
            raise requests.exceptions.ConnectionError("Connection aborted.")
        if fault is not None:
            return answered(request, fault.status, fault.body, dict(fault.headers))
        assert answer is not None
        return answer

    def _answered(
        self, request: Any, method: Method, named: dict[str, str], query: dict[str, list[str]], body: Any
    ) -> requests.Response:
        try:
            unknown = set(query) - method.parameters
            if unknown:
                raise Invalid(
                    f'Invalid JSON payload received. Unknown name "{min(unknown)}": Cannot bind query parameter.'
                )
            if method.request is not None:
                check(body or {}, method.request, "")
            book = self.books.get(named.get("spreadsheetId", ""))
            if book is None:
                return answered(request, 404, _error(404, "Requested entity was not found.", "NOT_FOUND"))
            said = getattr(self, f"_{method.name.replace('.', '_')}", None)
            if said is None:
                raise Invalid(f"the stand-in does not know {method.name}")
            result = said(book, named["spreadsheetId"], query, body)
            if "fields" in query:
                result = kept(result, masked(query["fields"][0], _RESPONSES[method.name]))
            return answered(request, 200, result)
        except Invalid as invalid:
            return answered(request, 400, _error(400, str(invalid), "INVALID_ARGUMENT"))

    def _get(self, book: Book, number: str, query: dict[str, list[str]], body: Any) -> Any:
        with_grid = ("fields" in query and "data" in query["fields"][0]) or query.get("includeGridData") == ["true"]
        # Ranges leave the other sheets out, and of these the rest.
        asked = [area_of(book, one) for one in query.get("ranges", [])]
        sheets = [
            {**self._sheet(book, one, with_grid=with_grid and not asked),
             **({"data": [_grid(book, one, area) for of, area in asked if of is one]} if with_grid and asked else {})}
            for one in book.sheets if not asked or any(sheet is one for sheet, _ in asked)
        ]  # fmt: skip
        if "effective" in query.get("fields", [""])[0]:
            self._work_out(book, sheets)
        return {
            "spreadsheetId": number,
            "properties": {"title": book.title, "locale": book.locale, "timeZone": "America/New_York"},
            "sheets": sheets,
            "namedRanges": deepcopy(book.names),
            "developerMetadata": [deepcopy(one) for one in book.metadata if "spreadsheet" in one["location"]],
        }

    def _sheet(self, book: Book, sheet: Sheet, *, with_grid: bool) -> Any:
        found: dict[str, Any] = {
            "properties": sheet.said(), "conditionalFormats": deepcopy(sheet.rules),
            "protectedRanges": deepcopy(sheet.protected), "merges": deepcopy(sheet.merges),
            "developerMetadata": [deepcopy(one) for one in book.metadata
                                  if one["location"].get("sheetId") == sheet.number],
            "columnGroups": deepcopy(sheet.groups),
        }  # fmt: skip
        if sheet.basic_filter is not None:
            found["basicFilter"] = deepcopy(sheet.basic_filter)
        if with_grid:
            found["data"] = [{
                "columnMetadata": [
                    {**one, **({"developerMetadata": deepcopy(mine)} if mine else {})}
                    for at, one in enumerate(sheet.columns)
                    for mine in [book.of(sheet, "COLUMNS", at)]
                ],
                "rowMetadata": [dict(one) for one in sheet.rows],
                "rowData": _row_data(sheet, _whole(sheet)[1]),
            }]  # fmt: skip
        return {name: value for name, value in found.items() if value not in ([], {})}

    def _getByDataFilter(self, book: Book, number: str, query: Any, body: Any) -> Any:  # noqa: N802
        found: dict[int, Any] = {}
        for at, one in enumerate(body.get("dataFilters", [])):
            if set(one) != {"gridRange"}:
                raise Invalid(f"dataFilters[{at}]: the stand-in knows gridRange alone")
            sheet, rows, columns = bounds(book, one["gridRange"], f"dataFilters[{at}]")
            # What lies on other cells of the sheet, rules and protection, is not told.
            said = found.setdefault(sheet.number, {"properties": sheet.said(), "data": []})
            said["data"].append(_grid(book, sheet, (rows[0], columns[0], rows[-1], columns[-1])))
        if "effective" in query.get("fields", [""])[0]:
            self._work_out(book, list(found.values()))
        return {"spreadsheetId": number, "properties": {"title": book.title}, "sheets": list(found.values())}

    def _batchUpdate(self, book: Book, number: str, query: Any, body: Any) -> Any:  # noqa: N802
        wanted = body.get("requests", [])
        if not wanted:
            raise Invalid("Invalid requests: must specify at least one request.")
        draft = book.copied()
        draft.version = self._versions = self._versions + 1
        replies = []
        for at, one in enumerate(wanted):
            replies.append(apply(draft, one, at, self._shown))
            draft.version = self._versions = self._versions + 1
        self.books[number].__dict__.update(draft.__dict__)
        said = {"spreadsheetId": number, "replies": replies}
        if body.get("includeSpreadsheetInResponse"):
            found: dict[int, Any] = {}
            for asked in body.get("responseRanges", []):
                sheet, area = area_of(draft, asked)
                one = found.setdefault(sheet.number, {"properties": sheet.said(), "data": []})
                if body.get("responseIncludeGridData"):
                    one["data"].append(_grid(book, sheet, area))
            if "effective" in query.get("fields", [""])[0]:
                self._work_out(draft, list(found.values()))
            said["updatedSpreadsheet"] = {"spreadsheetId": number, "sheets": list(found.values())}
        return said

    def _developerMetadata_search(self, book: Book, number: str, query: Any, body: Any) -> Any:  # noqa: N802
        found = looked_up(book, body.get("dataFilters", []), "dataFilters")
        return {"matchedDeveloperMetadata": [{"developerMetadata": deepcopy(one)} for one in found]} if found else {}

    def _values_batchGet(self, book: Book, number: str, query: dict[str, list[str]], body: Any) -> Any:  # noqa: N802
        render = query.get("valueRenderOption", ["FORMATTED_VALUE"])[0]
        if render not in ("UNFORMATTED_VALUE", "FORMULA"):
            raise Invalid("the stand-in gives UNFORMATTED_VALUE and FORMULA alone")
        found = []
        for asked in query.get("ranges", []):
            sheet, (top, left, bottom, right) = area_of(book, asked)
            lines = [
                [self._value(book, sheet, row, column, render) for column in range(left, right + 1)]
                for row in range(top, bottom + 1)
            ]
            one = {"range": a1_of(sheet, top, left, bottom, right), "majorDimension": "ROWS", "values": _trimmed(lines)}
            found.append(one if one["values"] else {name: one[name] for name in ("range", "majorDimension")})
        return {"spreadsheetId": number, "valueRanges": found}

    def _value(self, book: Book, sheet: Sheet, row: int, column: int, render: str) -> Any:
        value = sheet.cells.get((row, column), {}).get("userEnteredValue", {})
        if "formulaValue" in value:
            if render == "FORMULA":
                return value["formulaValue"]
            return "" if (shown := self._shown(book, sheet, row, column)) is None else shown
        return next(iter(value.values()), "")

    def _shown(self, book: Book, sheet: Sheet, row: int, column: int) -> Any:
        """What a cell shows; formulas are worked out by LibreOffice, once for each state of the spreadsheet."""
        value = sheet.cells.get((row, column), {}).get("userEnteredValue", {})
        if "formulaValue" not in value:
            return next(iter(value.values()), None)
        cells = self._computed(book)
        return cells[sheet.title].cell(row + 1, column + 1).value

    def _work_out(self, book: Book, sheets: list[Any]) -> None:
        """What cells show besides what was entered: an error as such, a format as it was entered."""
        for one in sheets:
            sheet = book.sheet(one["properties"]["sheetId"], "sheets")
            for part in one.get("data", []):
                for row, line in enumerate(part.get("rowData", []), start=part.get("startRow", 0)):
                    for column, cell in enumerate(line.get("values", []), start=part.get("startColumn", 0)):
                        _effective(cell, self._shown(book, sheet, row, column))

    def _computed(self, book: Book) -> Any:
        if book.version not in self._worked_out:
            self._worked_out = {book.version: _worked_out(book, self._folder, self._recalculated)}
        return self._worked_out[book.version]


_RESPONSES = {"get": "Spreadsheet", "getByDataFilter": "Spreadsheet", "batchUpdate": "BatchUpdateSpreadsheetResponse",
              "values.batchGet": "BatchGetValuesResponse",
              "developerMetadata.search": "SearchDeveloperMetadataResponse"}  # fmt: skip


def _worked_out(book: Book, folder: Path, recalculated: Callable[[Path], Path]) -> Any:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet in book.sheets:
        tab = made.create_sheet(sheet.title)
        for (row, column), cell in sheet.cells.items():
            value = cell.get("userEnteredValue", {})
            one = tab.cell(row + 1, column + 1)
            one.value = next(iter(value.values()), None)
            if "stringValue" in value:
                one.data_type = "s"
    for name in (one for one in book.names if "range" in one):
        sheet = book.sheet(name["range"].get("sheetId"), "names")
        area = name["range"]
        text = a1_of(sheet, area["startRowIndex"], area["startColumnIndex"], area["endRowIndex"] - 1,
                   area["endColumnIndex"] - 1, fixed=True)  # fmt: skip
        made.defined_names[name["name"]] = openpyxl.workbook.defined_name.DefinedName(name["name"], attr_text=text)
    held = folder / "held.xlsx"
    made.save(held)
    return openpyxl.load_workbook(recalculated(held), data_only=True)


def area_of(book: Book, asked: str) -> tuple[Sheet, tuple[int, int, int, int]]:
    """`'Tab'!A1:C`, `Tab`: the sheet, and rows and columns from 0."""
    bare = asked[1:-1].replace("''", "'") if asked.startswith("'") and asked.endswith("'") else asked
    if any(one.title.casefold() == bare.casefold() for one in book.sheets):
        return _whole(book.titled(bare))
    found = _RANGE.fullmatch(asked)
    if found is None:
        raise Invalid(f"Unable to parse range: {asked}")
    title = (found["quoted"] or found["plain"] or book.sheets[0].title).replace("''", "'")
    cells = found["cells"]
    sheet = book.titled(title)
    first, _, last = cells.partition(":")
    (left, top), (right, bottom) = (_REFERENCE.fullmatch(one).groups() for one in (first, last or first))
    rows, columns = sheet.size
    area = (
        int(top or 1) - 1, column_index_from_string(left or "A") - 1,
        min(int(bottom or rows), rows) - 1,
        min(column_index_from_string(right) if right else columns, columns) - 1,
    )  # fmt: skip
    if area[0] >= rows or area[1] >= columns:
        raise Invalid(f"Range ({asked}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
    return sheet, area


def _grid(book: Book, sheet: Sheet, area: tuple[int, int, int, int]) -> Any:
    """The cells of an area, with what is said of the rows and columns that were asked for."""
    top, left, bottom, right = area
    said = {
        "startRow": top, "startColumn": left, "rowData": _row_data(sheet, area),
        "rowMetadata": [dict(one) for one in sheet.rows[top : bottom + 1]],
        "columnMetadata": [
            {**one, **({"developerMetadata": deepcopy(mine)} if (mine := book.of(sheet, "COLUMNS", at)) else {})}
            for at, one in enumerate(sheet.columns[left : right + 1], left)
        ],
    }  # fmt: skip
    # As everywhere, what is 0 is left out.
    return {name: value for name, value in said.items() if value not in (0, [])}


def _row_data(sheet: Sheet, area: tuple[int, int, int, int]) -> list[Any]:
    """The cells of an area; empty ones at the end of a row are left out, and so are empty rows at the end."""
    top, left, bottom, right = area
    lines = [[sheet.cells.get((row, column), "") for column in range(left, right + 1)]
             for row in range(top, bottom + 1)]  # fmt: skip
    return [{"values": [dict(cell) if cell else {} for cell in line]} if line else {} for line in _trimmed(lines)]


def _effective(cell: Any, shown: Any) -> None:
    if shown in _ERRORS and "formulaValue" in cell.get("userEnteredValue", {}):
        cell["effectiveValue"] = {"errorValue": {"type": _ERRORS[shown]}}
    elif shown is not None:
        kinds = {bool: "boolValue", str: "stringValue", int: "numberValue", float: "numberValue"}
        cell["effectiveValue"] = {kinds[type(shown)]: shown}
    if "userEnteredFormat" in cell:
        cell["effectiveFormat"] = deepcopy(cell["userEnteredFormat"])


# https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#errortype
_ERRORS = {"#NULL!": "NULL_VALUE", "#DIV/0!": "DIVIDE_BY_ZERO", "#VALUE!": "VALUE", "#REF!": "REF", "#NAME?": "NAME",
           "#NUM!": "NUM", "#N/A": "N_A"}  # fmt: skip


def _whole(sheet: Sheet) -> tuple[Sheet, tuple[int, int, int, int]]:
    return sheet, (0, 0, sheet.size[0] - 1, sheet.size[1] - 1)


def a1_of(sheet: Sheet, top: int, left: int, bottom: int, right: int, *, fixed: bool = False) -> str:
    mark = "$" if fixed else ""
    quoted = sheet.title.replace("'", "''")
    first, last = (
        f"{mark}{get_column_letter(column + 1)}{mark}{row + 1}" for row, column in ((top, left), (bottom, right))
    )
    return f"'{quoted}'!{first}:{last}"


def _trimmed(lines: list[list[Any]]) -> list[list[Any]]:
    """Empty cells at the end of rows, and empty rows at the end, are left out."""
    found = []
    for line in lines:
        while line and line[-1] == "":
            line.pop()
        found.append(line)
    while found and not found[-1]:
        found.pop()
    return found


def _error(code: int, message: str, status: str) -> Any:
    return {"error": {"code": code, "message": message, "status": status}}


def answered(request: Any, status: int, said: Any, headers: dict[str, str] | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code, response.request, response.url, response.encoding = status, request, request.url, "utf-8"
    html = isinstance(said, str)
    response.headers.update({"Content-Type": "text/html" if html else "application/json", **(headers or {})})
    response._content = said.encode() if html else json.dumps(said).encode()
    return response
