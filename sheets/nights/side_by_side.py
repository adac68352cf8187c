"""All brands side by side: the table of one night laid on a workbook of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from connectors.errors import CannotRun
from sheets.config import GOOGLE
from sheets.nights.night import Night
from sheets.nights.outcome import Outcome
from sheets.surfaces.surface import Surface
from sheets.tabs.all_brands import FAILED, NAME, OK, SET_ASIDE, BrandRow, all_brands, rows_shown


def refuse_no_place(place: str) -> None:
    """Raises CannotRun for a word that names neither a workbook nor a Google Sheet."""
    if place.startswith(GOOGLE):
        _id_in(place)
    elif not place.lower().endswith(".xlsx"):
        raise CannotRun(f"'{place}' is no place for a workbook", where="--all-brands",
                        expected="a name that ends in .xlsx, or google:SPREADSHEET_ID")  # fmt: skip


def surface_of(place: str, folders: Sequence[Path] = ()) -> Surface:
    """The surface at a place: a workbook's path, or `google:` and a spreadsheet's id or address.

    folders: the brands', of which the first that says who signs in to Google does it here too. Raises CannotRun.
    """
    from sheets.surfaces.xlsx_file import XlsxFile

    refuse_no_place(place)
    if place.startswith(GOOGLE):
        return _shared(_id_in(place), folders)
    path = Path(place)
    if not path.absolute().parent.is_dir():
        raise CannotRun("there is no such folder", where=str(path.parent), todo="make it, or name another place")
    return XlsxFile(path)


def _id_in(place: str) -> str:
    from connectors.google.address import spreadsheet_of

    try:
        return spreadsheet_of(place.removeprefix(GOOGLE))
    except ValueError as wrong:
        raise CannotRun(str(wrong), where="--all-brands", expected="google: and its id or address") from None


def _shared(spreadsheet: str, folders: Sequence[Path]) -> Surface:
    from connectors.google.signed_in import SignIn, signed_in
    from sheets.brand import open_brand
    from sheets.surfaces.google.shared import GoogleSheet

    who = SignIn()
    for folder in folders:
        # A brand that cannot be opened is told where it is refreshed.
        with suppress(CannotRun):
            brand = open_brand(folder)
            if brand.config.google.service_account or brand.config.google.person:
                who = brand.sign_in
                break
    return GoogleSheet(signed_in(who), spreadsheet)


def show(surface: Surface, ended: Sequence[tuple[Path, Outcome]]) -> None:
    """Shows what became of each brand; brands that were not among them stay as they stand. Raises CannotRun."""
    there = surface.read()
    stood = rows_shown(None if there is None else there.tables.get(NAME))
    rows: dict[str, BrandRow] = {}
    for folder, outcome in ended:
        before = _stood(folder, outcome, stood)
        row = _row(folder, outcome, before)
        # Two folders may hold brands of one name: who was there first has it.
        others = {one.brand for one in stood if one is not before}
        key = row.brand if before is None else before.brand
        if key in rows or (before is None and key in others):
            key = f"{row.brand} ({folder.resolve().name})"
        rows[key] = replace(row, brand=key)
    surface.write(all_brands([*rows.values(), *(one for one in stood if one.brand not in rows)]))


def row_of(brand: str, night: Night, workbook: str) -> BrandRow:
    """The row of a brand whose night went well."""
    return BrandRow(
        brand,
        SET_ASIDE if night.set_aside else OK,
        workbook,
        last_good=night.local,
        stale=", ".join(one.system for one in night.stale),
        flags=len(night.flags),
        oldest=night.oldest,
        at_risk=night.at_cost,
        masked=night.masked,
        holds=len(night.holds),
        currency=night.currency,
    )


def _row(folder: Path, outcome: Outcome, stood: BrandRow | None) -> BrandRow:
    if outcome.night is not None:
        return row_of(outcome.brand, outcome.night, outcome.workbook)
    before = stood or _remembered(folder, outcome)
    if outcome.busy and before.state:
        return before
    return replace(before, state=f"{FAILED}: {outcome.failed or 'nothing was refreshed'}")


def _stood(folder: Path, outcome: Outcome, stood: Sequence[BrandRow]) -> BrandRow | None:
    """The brand's row that is there: by its workbook, by its folder, else by its name.

    One of that name with another workbook is another brand's, unless one is a file and the other a Google Sheet: then
    the brand moved.
    """
    place = folder.resolve()
    for one in stood:
        if one.workbook and (one.workbook == outcome.workbook or Path(one.workbook).parent == place):
            return one
    named = (one for one in stood if one.brand == outcome.brand)
    return next((one for one in named if not one.workbook or _in_google(one.workbook) != outcome.in_google), None)


def _in_google(workbook: str) -> bool:
    return workbook.startswith("https://")


def _remembered(folder: Path, outcome: Outcome) -> BrandRow:
    """The last good numbers as they are remembered; none of a brand without."""
    if outcome.last is not None:
        return row_of(outcome.brand, outcome.last, outcome.workbook)
    return BrandRow(outcome.brand, "", outcome.workbook or str(folder.resolve()))
