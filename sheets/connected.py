"""Whether a brand's Google Sheet can be reached: who signs in, and whether it is shared with that address."""

from __future__ import annotations

from collections.abc import Iterator

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from connectors.errors import CannotRun
from connectors.google.asked import Asked
from connectors.google.signed_in import sign_in_person, signed_in
from sheets.brand import Brand
from sheets.config import FILE


def connected(brand: Brand, system: str | None = None, *, ask: bool = True) -> Iterator[str]:
    """What was found, line by line; a person who has not signed in yet does it now, unless nobody is to be asked.

    system: one that is read from a Google Sheet, in place of the workbook. Raises CannotRun for what does not work,
    with whom the sheet is to be shared.
    """
    spreadsheet = brand.google if system is None else None
    if spreadsheet is None:
        raise CannotRun(
            "there is no Google Sheet to connect to" if system is None else f"{system} is not read from a Google Sheet",
            where=str(brand.folder / FILE),
            expected='workbook = "google:SPREADSHEET_ID" above all sections',
            todo="make an empty spreadsheet, and write its id there",
        )
    who = brand.sign_in
    if ask and who.person is not None and not who.kept.is_file():
        sign_in_person(who)
    asked = signed_in(who)
    yield f"Signs in as {asked.account or who.said}" + (f" ({who.said})" if asked.account else "")
    fields = "properties(title),sheets(properties(title))"
    said = asked.request("get", SPREADSHEET_URL % spreadsheet, params={"fields": fields}).json()
    title, tabs = said["properties"]["title"], len(said.get("sheets", []))
    yield f"{title}: can be read, {tabs} tab{'' if tabs == 1 else 's'}"
    if system is None:
        _write_nothing(asked, spreadsheet, title)
        yield f"{title}: can be written"
        yield f"Next: mastersheet refresh {brand.folder}"


def _write_nothing(asked: Asked, spreadsheet: str, title: str) -> None:
    """Gives the spreadsheet the title that it has: Google refuses that to whoever may only read."""
    same = {"updateSpreadsheetProperties": {"properties": {"title": title}, "fields": "title"}}
    asked.request("post", SPREADSHEET_BATCH_UPDATE_URL % spreadsheet, json={"requests": [same]})
