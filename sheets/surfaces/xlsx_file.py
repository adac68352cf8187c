"""The workbook as a file of a brand's folder: read by table, replaced as a whole, backed up before."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path
from typing import Final

from lxml import etree
from python_calamine import CalamineError
from xlsxwriter.exceptions import XlsxWriterException

from connectors.errors import CannotRun, WorkbookChanged, WorkbookUnreadable
from sheets.surfaces.backups import back_up
from sheets.surfaces.macros import Macros
from sheets.surfaces.opening import refuse_away, refuse_unwritable, refuse_while_open, unreadable
from sheets.surfaces.patch.patched import patched
from sheets.surfaces.patch.sheet_text import Irregular
from sheets.surfaces.remembered import remembering
from sheets.surfaces.replaced import fresh_beside, put_back, replaced, sweep, to_disk
from sheets.surfaces.surface import Shown
from sheets.surfaces.theirs import Theirs
from sheets.surfaces.xlsx_new import write_new
from sheets.surfaces.xlsx_read import read_tables
from sheets.tabs.layout import Layout


class XlsxFile:
    """A workbook file. What is not ours in it stays as it is. macros: what a new one gets besides, then .xlsm."""

    def __init__(self, path: Path, *, macros: Macros | None = None) -> None:
        self.path, self._macros = path, macros
        self._read: tuple[int, int] | None = None

    def read(self, *, even_if_open: bool = False) -> Shown | None:
        """The tables of the file, as it was saved last; None when there is no file.

        Raises WorkbookOpen, unless `even_if_open`, and WorkbookUnreadable.
        """
        put_back(self.path)
        refuse_away(self.path)
        if not self.path.exists():
            return None
        self._read = _version(self.path)
        return read_tables(self.path, even_if_open=even_if_open)

    def theirs(self, layout: Layout) -> Theirs:
        """What users have in the file besides our tables, as it was saved last. Raises WorkbookUnreadable."""
        from sheets.surfaces.xlsx_theirs import theirs_in

        try:
            return theirs_in(self.path, layout)
        except (*_BROKEN, *_STRANGE) as broken:
            raise unreadable(self.path, str(broken) or _UNUSUAL) from broken

    def write(self, layout: Layout) -> None:
        """Lays the layout into the file that is there, which is kept among the backups, or into a new one.

        Nothing is written where nothing would change. Raises WorkbookOpen, WorkbookChanged, WorkbookUnreadable,
        InTheWay when something of the user's stands where we must write, and CannotRun when the disk is full or
        closed to us. The old file is then as it was, and nothing half made
        lies beside it.
        """
        ending = ".xlsx" if self._macros is None else ".xlsm"
        if self.path.suffix.lower() != ending and not self.path.exists():
            raise WorkbookUnreadable(
                "cannot be written", where=self.path.name, expected=f"a name that ends in {ending}", todo="rename it"
            )
        layout = remembering(layout)
        refuse_while_open(self.path)
        put_back(self.path)
        sweep(self.path)
        # In the same folder: only there can it take the old file's place in one step.
        fresh = fresh_beside(self.path)
        try:
            refuse_unwritable(self.path)
            if self.path.exists():
                if not _patched(self.path, layout, fresh):
                    return
                shutil.copymode(self.path, fresh)
                self._refuse_if_saved_since()
                back_up(self.path)
            else:
                write_new(layout, fresh, macros=self._macros)
            to_disk(fresh)
            # It may have been opened while we were writing.
            refuse_while_open(self.path)
            self._refuse_if_saved_since()
            replaced(fresh, self.path)
            self._read = None
        except (OSError, XlsxWriterException) as failed:
            raise CannotRun(
                f"cannot be written ({failed})",
                where=self.path.name,
                todo="see that there is room on the disk and that you may write in its folder; nothing was changed",
            ) from failed
        finally:
            fresh.unlink(missing_ok=True)

    def _refuse_if_saved_since(self) -> None:
        """Raises WorkbookChanged when somebody saved the file after we read it: their cells would be lost."""
        if self._read is not None and self.path.exists() and _version(self.path) != self._read:
            raise WorkbookChanged(
                "was saved while it was being refreshed",
                where=self.path.name,
                todo="nothing was written: refresh again",
            )


def _version(path: Path) -> tuple[int, int]:
    """What tells one saved file from the next."""
    about = path.stat()
    return about.st_mtime_ns, about.st_size


def _patched(path: Path, layout: Layout, fresh: Path) -> bool:
    try:
        return patched(path, layout, fresh)
    except _BROKEN as broken:
        raise unreadable(path, str(broken) or _UNUSUAL) from broken


# What a part that is missing, cut short or nonsense raises; a mistake of our own is none of these.
_BROKEN: Final = (CalamineError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, Irregular)
# What the reader of looks and formulas raises for what it does not understand.
_STRANGE: Final = (KeyError, ValueError, TypeError, AttributeError, IndexError)
_UNUSUAL: Final = "its XML is of a form that spreadsheet programs do not write"
