"""A spreadsheet that a buyer made for us: it must hold nothing, and the empty tab that Google gave it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_URL

from connectors.errors import FolderNotEmpty
from sheets.surfaces.google.requests_of import Request
from sheets.surfaces.google.there import GoogleThere

if TYPE_CHECKING:
    from connectors.google.asked import Asked

_FIELDS: Final = (
    "properties(title),namedRanges(name),developerMetadata(metadataKey),"
    "sheets(properties(title,sheetType),charts(chartId),data(rowData(values(userEnteredValue,note))))"
)


def refuse_unless_empty(asked: Asked, spreadsheet: str, tabs: Sequence[str]) -> None:
    """Raises FolderNotEmpty where it holds anything. tabs: those that are to be made."""
    said = asked.told("get", SPREADSHEET_URL % spreadsheet, params={"fields": _FIELDS})
    what = "names or marks of an earlier try" if said.get("namedRanges") or said.get("developerMetadata") else ""
    for sheet in said.get("sheets", []):
        what = what or _held(sheet, {tab.casefold() for tab in tabs})
    if what:
        raise FolderNotEmpty(
            f"holds {what} already", where=f"Google Sheet {spreadsheet}", expected="an empty spreadsheet",
            todo="make a new one, share it, and take its address",
        )  # fmt: skip


def _held(sheet: Mapping[str, Any], ours: set[str]) -> str:
    """What a sheet holds, an empty text for nothing."""
    title = sheet["properties"]["title"]
    if sheet["properties"].get("sheetType", "GRID") != "GRID" or sheet.get("charts"):
        return f"a chart on the tab {title}"
    for data in sheet.get("data", []):
        for row in data.get("rowData", []):
            if any(cell.get("userEnteredValue") or cell.get("note") for cell in row.get("values", [])):
                return f"something on the tab {title}"
    return f"a tab {title}, whose name is ours," if title.casefold() in ours else ""


def without(there: GoogleThere) -> Iterator[Request]:
    """The tabs that were there go."""
    for sheet in there.sheets.values():
        yield {"deleteSheet": {"sheetId": sheet.number}}
