"""A spreadsheet that a buyer made for us: it must hold nothing, and the empty tab that Google gave it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gspread.urls import SPREADSHEET_URL

from connectors.errors import FolderNotEmpty
from sheets.surfaces.google.requests_of import Request
from sheets.surfaces.google.there import GoogleThere

if TYPE_CHECKING:
    from connectors.google.asked import Asked


def refuse_unless_empty(asked: Asked, spreadsheet: str, place: str) -> None:
    """Raises FolderNotEmpty where a cell holds something."""
    fields = "properties(title),sheets(properties(title),data(rowData(values(userEnteredValue))))"
    said = asked.request("get", SPREADSHEET_URL % spreadsheet, params={"fields": fields}).json()
    for sheet in said.get("sheets", []):
        for data in sheet.get("data", []):
            for row in data.get("rowData", []):
                if any(cell.get("userEnteredValue") for cell in row.get("values", [])):
                    raise FolderNotEmpty(
                        f"the tab {sheet['properties']['title']} holds something already", where=place,
                        expected="an empty spreadsheet", todo="make a new one, share it, and take its address",
                    )  # fmt: skip


def without(there: GoogleThere) -> Iterator[Request]:
    """The tabs that were there go."""
    for sheet in there.sheets.values():
        yield {"deleteSheet": {"sheetId": sheet.number}}
