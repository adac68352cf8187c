"""One brand's folder: its mastersheet.toml, its workbook or Google Sheet, its exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import CannotRun, WorkbookUnreadable
from connectors.google.address import address_of
from sheets.config import FILE, Config, SystemSection, read_config
from sheets.setup_tables import TABLES, read_setup, refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

    from connectors.google.signed_in import SignIn
    from sheets.engine.setup import Setup
    from sheets.surfaces.macros import Macros
    from sheets.surfaces.surface import Shown, Surface
    from sheets.tabs.layout import Layout


@dataclass(frozen=True)
class Brand:
    """A brand: the folder, and what its mastersheet.toml says."""

    folder: Path
    config: Config

    @property
    def name(self) -> str:
        """The brand's name, by default the folder's."""
        return self.config.brand.name or self.folder.resolve().name

    @property
    def workbook(self) -> Path:
        """The workbook that is kept true; where a link stands in its place, the file that the link names."""
        file = self.folder / self.config.workbook.file
        # What takes the workbook's place must not take the link's.
        return file.resolve() if file.is_symlink() else file

    @property
    def google(self) -> str | None:
        """The id of the Google spreadsheet that is kept true; None where the workbook is a file."""
        return self.config.workbook.google

    @property
    def place(self) -> str:
        """Where the workbook is, for messages."""
        return str(self.workbook) if self.google is None else f"Google Sheet {self.google}"

    @property
    def address(self) -> str:
        """Where a reader opens the workbook: its path, or the sheet's address in a browser."""
        if self.google is None:
            return str(self.workbook.resolve())
        return address_of(self.google)

    @property
    def sign_in(self) -> SignIn:
        """Who signs in to Google for this brand."""
        from connectors.google.signed_in import SignIn

        said = self.config.google
        account, person = (None if one is None else self._file(one) for one in (said.service_account, said.person))
        return SignIn(account, person, kept_sign_in(person))

    def _file(self, name: str) -> Path:
        """A file that mastersheet.toml names, from the brand's folder or the user's own."""
        return self.folder / Path(name).expanduser()

    @property
    def exports(self) -> Path:
        """Where the dropped files lie, one folder per system."""
        return self.folder / "exports"

    def system(self, name: str) -> SystemSection:
        """How the files of a system are found and read."""
        return self.config.systems.get(name, SystemSection())

    def exports_of(self, system: str) -> Path:
        """The folder with a system's files."""
        return self.exports / (self.system(system).exports or folder_name(system))


def kept_sign_in(client: Path | None) -> Path:
    """Where a person's sign-in by an OAuth client is kept on this computer, for all brands that use it."""
    from connectors.google.signed_in import kept_for
    from sheets.history.place import data_folder

    return kept_for(data_folder() / "google", client)


def folder_name(system: str) -> str:
    """The folder of a system: lower case, `-` for what is not a letter or digit ("3PL Portal" is 3pl-portal)."""
    return "".join(letter if letter.isalnum() else "-" for letter in system.lower())


def open_brand(folder: Path) -> Brand:
    """The brand that lives in a folder. Raises CannotRun when none does."""
    if not (folder / FILE).is_file():
        raise CannotRun(
            "not a brand's folder" if folder.is_dir() else "no such folder",
            where=str(folder),
            expected=f"a folder with a {FILE}",
            todo=f"`mastersheet new {folder}` makes one",
        )
    return Brand(folder, read_config(folder / FILE))


def setup_from(shown: Mapping[str, pd.DataFrame], place: str) -> Setup:
    """The buyer's tables out of the workbook's, by their names there. place: the workbook's, for messages.

    Raises WorkbookUnreadable when one that we cannot do without is gone, SetupWrong for a cell.
    """
    for needed in ("locations", "source_map", "skus"):
        table, tab = TABLES[needed]
        if table not in shown:
            raise WorkbookUnreadable(
                f"has no table '{table}'",
                where=place,
                expected=f"it on the tab {tab}",
                todo="undo the change, or take the last copy that has it",
            )
    return read_setup({name: shown[table] for name, (table, _) in TABLES.items() if table in shown})


def setup_of(brand: Brand) -> Setup:
    """The buyer's tables as they stand in the workbook. Raises CannotRun."""
    return setup_from(tables_of(brand), brand.place)


def tables_of(brand: Brand, surface: Surface | None = None) -> Mapping[str, pd.DataFrame]:
    """Every table of the workbook by its name; by default as it was saved last, even while it is open.

    Raises WorkbookUnreadable when there is no workbook.
    """
    return shown_of(brand, surface).tables


def shown_of(brand: Brand, surface: Surface | None = None) -> Shown:
    """The same with what else the surface says. Raises WorkbookUnreadable when there is no workbook."""
    from sheets.surfaces.xlsx_file import XlsxFile

    at = surface_of(brand) if surface is None else surface
    shown = at.read(even_if_open=True) if surface is None and isinstance(at, XlsxFile) else at.read()
    if shown is None and brand.google is not None:
        raise WorkbookUnreadable(
            "holds no tables of ours",
            where=brand.place,
            expected=f"the spreadsheet that {FILE} names, with the tabs of `mastersheet new --google`",
            todo="correct the id, or lay them into it with `mastersheet connect`",
        )
    if shown is None:
        raise WorkbookUnreadable(
            "is not there",
            where=brand.place,
            expected=f"the workbook that {FILE} names",
            todo="put it back, or make a new brand's folder with `mastersheet new`",
        )
    refuse_unknown(shown.unknown)
    return shown


def surface_of(brand: Brand) -> Surface:
    """Where the brand's workbook is: its file, or its Google Sheet. Raises CannotRun for who cannot sign in."""
    if brand.google is None:
        from sheets.surfaces.xlsx_file import XlsxFile

        return XlsxFile(brand.workbook)
    from connectors.google.signed_in import signed_in
    from sheets.surfaces.google.shared import GoogleSheet

    return GoogleSheet(signed_in(brand.sign_in), brand.google)


def lay(brand: Brand, layout: Layout, macros: Macros | None = None) -> None:
    """The brand's first workbook: a new file, or its empty spreadsheet filled. Raises CannotRun."""
    from sheets.surfaces.google.shared import GoogleSheet
    from sheets.surfaces.xlsx_file import XlsxFile

    at = surface_of(brand)
    if isinstance(at, GoogleSheet):
        at.lay(layout)
    else:
        XlsxFile(brand.workbook, macros=macros).write(layout)
