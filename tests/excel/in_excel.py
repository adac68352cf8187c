"""A workbook that is opened in the stand-in for Excel for each reading and writing, and saved there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlwings

from sheets.surfaces.excel.opened import OpenWorkbook
from sheets.surfaces.surface import Shown
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Layout


class InExcel(XlsxFile):
    """The first workbook is a file, as `mastersheet new` makes it; from then on it is the open one that is written."""

    def read(self, *, even_if_open: bool = False) -> Shown | None:
        if not self.path.exists():
            return None
        with opened(self.path) as book:
            return OpenWorkbook(book).read()

    def write(self, layout: Layout) -> None:
        if not self.path.exists():
            super().write(layout)
            return
        with opened(self.path) as book:
            OpenWorkbook(book).write(layout)
            book.save()


@contextmanager
def opened(path: Path) -> Iterator[xlwings.Book]:
    """The workbook in Excel, closed afterwards."""
    app = xlwings.App(visible=False, add_book=False)
    try:
        yield app.books.open(path)
    finally:
        app.kill()
