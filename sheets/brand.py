"""One brand's folder: its mastersheet.toml, its workbook, its exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import CannotRun, WorkbookUnreadable
from sheets.config import FILE, Config, SystemSection, read_config
from sheets.setup_tables import TABLES, read_setup, refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

    from sheets.engine.setup import Setup
    from sheets.surfaces.surface import Shown, Surface


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
    def exports(self) -> Path:
        """Where the dropped files lie, one folder per system."""
        return self.folder / "exports"

    def system(self, name: str) -> SystemSection:
        """How the files of a system are found and read."""
        return self.config.systems.get(name, SystemSection())

    def exports_of(self, system: str) -> Path:
        """The folder with a system's files."""
        return self.exports / (self.system(system).exports or folder_name(system))


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


def setup_from(shown: Mapping[str, pd.DataFrame], workbook: Path) -> Setup:
    """The buyer's tables out of the workbook's, by their names there.

    Raises WorkbookUnreadable when one that we cannot do without is gone, SetupWrong for a cell.
    """
    for needed in ("locations", "source_map", "skus"):
        table, tab = TABLES[needed]
        if table not in shown:
            raise WorkbookUnreadable(
                f"has no table '{table}'",
                where=str(workbook),
                expected=f"it on the tab {tab}",
                todo="undo the change, or take the last copy that has it",
            )
    return read_setup({name: shown[table] for name, (table, _) in TABLES.items() if table in shown})


def setup_of(brand: Brand) -> Setup:
    """The buyer's tables as they stand in the workbook. Raises CannotRun."""
    return setup_from(tables_of(brand), brand.workbook)


def tables_of(brand: Brand, surface: Surface | None = None) -> Mapping[str, pd.DataFrame]:
    """Every table of the workbook by its name; by default as it was saved last, even while it is open.

    Raises WorkbookUnreadable when there is no workbook.
    """
    return shown_of(brand, surface).tables


def shown_of(brand: Brand, surface: Surface | None = None) -> Shown:
    """The same with what else the surface says. Raises WorkbookUnreadable when there is no workbook."""
    from sheets.surfaces.xlsx_file import XlsxFile

    shown = XlsxFile(brand.workbook).read(even_if_open=True) if surface is None else surface.read()
    if shown is None:
        raise WorkbookUnreadable(
            "is not there",
            where=str(brand.workbook),
            expected=f"the workbook that {FILE} names",
            todo="put it back, or make a new brand's folder with `mastersheet new`",
        )
    refuse_unknown(shown.unknown)
    return shown
