"""Whether a brand's Google Sheet can be reached: who signs in, and whether it is shared with that address."""

from __future__ import annotations

from collections.abc import Iterator

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from connectors.errors import CannotRun
from connectors.google.asked import Asked
from connectors.google.refused import SignInEnded
from connectors.google.signed_in import sign_in_person, signed_in
from connectors.google.tabs import structure_of
from sheets.brand import Brand
from sheets.config import FILE
from sheets.sources import absent


def connected(brand: Brand, system: str | None = None, *, ask: bool = True) -> Iterator[str]:
    """What was found, line by line; a person whose sign-in is not there or has ended signs in now, if asked.

    system: one that is read from a Google Sheet, in place of the workbook: it need not be shared for writing.
    Raises CannotRun for what does not work, with whom the sheet is to be shared.
    """
    try:
        yield from list(_looked(brand, system))
    except SignInEnded:
        if not ask or brand.sign_in.person is None:
            raise
        sign_in_person(brand.sign_in)
        yield from _looked(brand, system)


def _looked(brand: Brand, system: str | None) -> Iterator[str]:
    spreadsheet, who = _spreadsheet(brand, system), brand.sign_in
    asked = signed_in(who)
    yield f"Signs in as {asked.account or who.said}" + (f" ({who.said})" if asked.account else "")
    if system is not None:
        yield from _readable(asked, spreadsheet, brand.system(system).tabs)
        yield f"Next: mastersheet check {brand.folder}"
        return
    fields = "properties(title),sheets(properties(title))"
    said = asked.told("get", SPREADSHEET_URL % spreadsheet, params={"fields": fields})
    title, tabs = said["properties"]["title"], len(said.get("sheets", []))
    yield f"{title}: can be read, {tabs} tab{'' if tabs == 1 else 's'}"
    _write_nothing(asked, spreadsheet, title)
    yield f"{title}: can be written"
    yield f"Next: mastersheet refresh {brand.folder}"


def _spreadsheet(brand: Brand, system: str | None) -> str:
    """The workbook's spreadsheet, or that of a system. Raises CannotRun where there is none."""
    found = brand.google if system is None else brand.system(system).google
    if found is not None:
        return found
    where = str(brand.folder / FILE)
    there = ", ".join(name for name, section in brand.config.systems.items() if section.google is not None)
    besides = f", or the name of a system that is read from one: {there}" if there else ""
    if system is None:
        raise CannotRun(
            "there is no Google Sheet to connect to",
            where=where,
            expected=f'workbook = "google:SPREADSHEET_ID" above all sections{besides}',
            todo="make an empty spreadsheet, and write its id there",
        )
    raise CannotRun(
        f"{system} is not read from a Google Sheet",
        where=where,
        expected=f'google = "SPREADSHEET_ID" under [systems."{system}"]{besides}',
        todo="write it there, or drop the system's files into exports/",
    )


def _readable(asked: Asked, spreadsheet: str, wanted: tuple[str, ...]) -> Iterator[str]:
    """That a system's spreadsheet can be read, and which of its tabs are. Raises CannotRun."""
    there = structure_of(asked, spreadsheet)
    for gone in absent("", wanted, there):
        raise CannotRun(gone.reason)
    tabs = len(there.tabs)
    read = ", ".join(wanted or there.shown) or "none that is shown"
    yield f"{there.title}: can be read, {tabs} tab{'' if tabs == 1 else 's'}; it is read from {read}"


def _write_nothing(asked: Asked, spreadsheet: str, title: str) -> None:
    """Gives the spreadsheet the title that it has: Google refuses that to whoever may only read."""
    same = {"updateSpreadsheetProperties": {"properties": {"title": title}, "fields": "title"}}
    asked.request("post", SPREADSHEET_BATCH_UPDATE_URL % spreadsheet, json={"requests": [same]})
