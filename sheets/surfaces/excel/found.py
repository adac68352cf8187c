"""The brand's workbook, where it is open in Excel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import CannotRun
from sheets.surfaces.backups import BACKUPS
from sheets.surfaces.excel.busy import bounded
from sheets.surfaces.excel.opened import OpenWorkbook
from sheets.surfaces.excel.steps import LAST

if TYPE_CHECKING:
    import xlwings


def open_in_excel(path: Path) -> OpenWorkbook | None:
    """The workbook of that file as a surface, when a running Excel holds it; None when none does.

    Raises CannotRun when two open workbooks may be it.
    """
    held = path.with_name(f"~${path.name}").exists()
    if not held and sys.platform not in ("win32", "darwin"):
        return None
    import xlwings

    # Elsewhere there is no Excel to ask, and asking is an error.
    if not len(xlwings.engines):
        return None
    bounded()
    try:
        books = [book for app in xlwings.apps for book in app.books if _is_it(book, path)]
    except Exception as refused:
        raise CannotRun(
            f"does not answer ({refused})",
            where="Excel",
            todo="leave the cell that you are editing and close Excel's own windows, then try again",
        ) from refused
    if len(books) > 1:
        raise CannotRun(
            "is open twice in Excel", where=path.name, todo="close the one that you do not work in, then try again"
        )
    return surface_of(books[0], path) if books else None


def surface_of(book: xlwings.Book, path: Path) -> OpenWorkbook:
    """An open workbook as a surface. path: its file as it was saved, if there is one, with the backups beside it."""
    return OpenWorkbook(book, saved=path, kept=path.parent / BACKUPS / LAST)


def _is_it(book: xlwings.Book, path: Path) -> bool:
    """Whether an open workbook is that file. Of one from OneDrive or SharePoint Excel says an address of the web."""
    if book.name.casefold() != path.name.casefold():
        return False
    said = book.fullname
    if said.casefold().startswith(("http://", "https://")):
        return True
    there = Path(said)
    return there.exists() and path.exists() and there.samefile(path)
