"""What a user's hands do to a Google Sheet: each thing the request that Google's own page sends for it."""

from __future__ import annotations

from typing import Any

from tests.google.grid import Sheet
from tests.google.in_google import InGoogle


class HandsOnGoogle:
    """Edits one table between two refreshes."""

    def __init__(self, surface: InGoogle, table: str) -> None:
        self._surface, self._table = surface, table

    def _place(self) -> tuple[Sheet, int, int, int, int]:
        """The sheet, and the table's header row, first column, last row and last column."""
        book = self._surface.google.books["book"]
        area = next(one["range"] for one in book.names if one["name"] == f"mastersheet_{self._table}")
        sheet = book.sheet(area["sheetId"], "hands")
        right = area["endColumnIndex"]
        while "userEnteredValue" in sheet.cells.get((area["startRowIndex"], right), {}):
            right += 1
        return sheet, area["startRowIndex"], area["startColumnIndex"], area["endRowIndex"] - 1, right - 1

    def _does(self, kind: str, **body: Any) -> None:
        self._surface.does({kind: body})

    def _moves(self, sheet: Sheet, dimension: str, at: int, to: int) -> None:
        source = {"sheetId": sheet.number, "dimension": dimension, "startIndex": at, "endIndex": at + 1}
        self._does("moveDimension", source=source, destinationIndex=to)

    def _column_of(self, header: str) -> int:
        sheet, top, left, _, right = self._place()
        return next(
            at for at in range(left, right + 1)
            if sheet.cells.get((top, at), {}).get("userEnteredValue") == {"stringValue": header}
        )  # fmt: skip

    def types(self, row: int, column: int, value: dict[str, Any]) -> None:
        """One cell."""
        sheet = self._place()[0]
        start = {"sheetId": sheet.number, "rowIndex": row, "columnIndex": column}
        rows = [{"values": [{"userEnteredValue": value}]}]
        self._does("updateCells", start=start, rows=rows, fields="userEnteredValue")

    def adds_column(self, words: dict[str, str]) -> str:
        sheet, top, _, bottom, right = self._place()
        if right + 1 == sheet.size[1]:
            self._does("appendDimension", sheetId=sheet.number, dimension="COLUMNS", length=1)
        keys = self._column_of("SKU")
        self.types(top, right + 1, {"stringValue": "Mine"})
        for row in range(top + 1, bottom + 1):
            key = self._place()[0].cells[row, keys]["userEnteredValue"]["stringValue"]
            self.types(row, right + 1, {"stringValue": words[key]})
        return "Mine"

    def shuffles(self) -> None:
        sheet, top, _, bottom, _ = self._place()
        for at in range(top + 1, bottom):
            self._moves(sheet, "ROWS", bottom, at)

    def _inserts(self, dimension: str, at: int, many: int) -> None:
        area = {"sheetId": self._place()[0].number, "dimension": dimension, "startIndex": at, "endIndex": at + many}
        self._does("insertDimension", range=area, inheritFromBefore=False)

    def inserts(self) -> None:
        self._inserts("ROWS", 1, 2)
        self._inserts("COLUMNS", 0, 1)

    def inserts_inside(self) -> None:
        self._inserts("ROWS", self._place()[1] + 3, 1)

    def swaps_columns(self) -> None:
        sheet, _, left, _, right = self._place()
        self._moves(sheet, "COLUMNS", right, left + 1)
        self._moves(sheet, "COLUMNS", left + 2, right + 1)

    def hides(self) -> None:
        sheet, top, *_ = self._place()
        area = {"sheetId": sheet.number, "dimension": "ROWS", "startIndex": top + 2, "endIndex": top + 3}
        self._does("updateDimensionProperties", range=area, properties={"hiddenByUser": True}, fields="hiddenByUser")

    def filters(self) -> None:
        sheet, top, left, bottom, right = self._place()
        area = {"sheetId": sheet.number, "startRowIndex": top, "endRowIndex": bottom + 1, "startColumnIndex": left,
                "endColumnIndex": right + 1}  # fmt: skip
        hidden = [{"columnIndex": self._column_of("SKU"), "filterCriteria": {"hiddenValues": ["007"]}}]
        self._does("setBasicFilter", filter={"range": area, "filterSpecs": hidden})

    def renames(self) -> None:
        sheet = self._place()[0]
        self._does("updateSheetProperties", properties={"sheetId": sheet.number, "title": "Our stock"}, fields="title")
