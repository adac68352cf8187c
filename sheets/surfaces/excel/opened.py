"""The workbook that is open in Excel as a surface: read by table, written by blocks, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import CannotRun, InTheWay
from sheets.surfaces.backups import back_up
from sheets.surfaces.excel.applied import applied, put_back, stands_after
from sheets.surfaces.excel.as_it_was import as_it_was
from sheets.surfaces.excel.busy import answering
from sheets.surfaces.excel.refusals import refuse_what_excel_would
from sheets.surfaces.excel.steps import Kept, keep, kept_in
from sheets.surfaces.excel.there import BookThere, book_there
from sheets.surfaces.live.marked import marks_after
from sheets.surfaces.live.shown import shown_of, texts_in
from sheets.surfaces.live.steps import Writes
from sheets.surfaces.live.table import plan_of, rows_of
from sheets.surfaces.live.texts import writes_of_texts
from sheets.surfaces.patch.standing import Found, Standing, found_among
from sheets.surfaces.remembered import remembering
from sheets.surfaces.surface import Shown
from sheets.tabs.layout import Layout

if TYPE_CHECKING:
    import xlwings


class OpenWorkbook:
    """A workbook in Excel. What is not ours in it stays as it is.

    saved: its file, which is backed up before. kept: where it is written how a refresh is taken back.
    """

    def __init__(self, book: xlwings.Book, *, saved: Path | None = None, kept: Path | None = None) -> None:
        self.book, self.saved, self.kept = book, saved, kept

    def read(self) -> Shown | None:
        """The tables of the workbook as Excel shows them now; None when it has none of ours."""
        answering(self.book)
        there = book_there(self.book)
        return shown_of(there)

    def write(self, layout: Layout) -> None:
        """Lays the layout into the workbook. Raises InTheWay before anything is written.

        Raises CannotRun when Excel refuses in the middle; what was written until then is taken back.
        """
        layout = remembering(layout)
        answering(self.book)
        there = book_there(self.book)
        found = found_among(there.tabs, there.marks, layout, self.book.name)
        _refuse_missing(found, self.book.name)
        cells = {name: there.data(one.tab.name, one.there) for name, one in found.tables.items()}
        rows = {name: rows_of(one, cells[name], _noted(there, one)) for name, one in found.tables.items()}
        tables = {name: one.placed(rows[name]) for name, one in found.tables.items()}
        texts = texts_in(layout, found, there, tables)
        ours = {at.name: texts[name].cleared for name, at in found.tabs.items() if at is not None}
        plans = [
            plan_of(one, rows[name], tables, cells[name], there, ours.get(one.tab.name, set()))
            for name, one in found.tables.items()
        ]
        said: list[tuple[Writes, Writes]] = []
        for tab in layout.tabs:
            said += writes_of_texts(texts[tab.name], found.tabs[tab.name], there, tables)
        marks = marks_after(layout, found, there.marks, tables, texts)
        refuse_what_excel_would(there, plans, [new for new, _ in said])
        if self.saved is not None and self.saved.exists():
            back_up(self.saved)
        with as_it_was(self.book):
            steps = applied(there, plans, said, marks, tables)
        if self.kept is not None:
            # What is written stays written, whether or not it can be taken back later.
            with suppress(Exception):
                self.kept.unlink(missing_ok=True)
                keep(self.kept, Kept(steps, stands_after(there, steps, plans)))

    def take_back(self) -> None:
        """Everything as it was before the last refresh. Raises CannotRun when it cannot be; nothing is changed then."""
        kept = None if self.kept is None else kept_in(self.kept)
        if kept is None or self.kept is None:
            raise CannotRun(
                "there is no refresh of the open workbook to take back",
                where="Restore last refresh",
                todo="close the workbook, then `mastersheet restore` brings back the file as it was saved before",
            )
        answering(self.book)
        with as_it_was(self.book):
            put_back(book_there(self.book), kept)
        self.kept.unlink()


def _noted(there: BookThere, standing: Standing) -> Callable[[int], bool]:
    """Whether somebody wrote a note into the table's cells of a row; asked for rows that leave only."""
    left, right = standing.there.area[1], standing.there.area[3]
    return lambda row: any(row == at and left <= place <= right for at, place in there.noted(standing.tab.name))


def _refuse_missing(found: Found, name: str) -> None:
    """Tabs and tables are laid into the file, where nothing of the user's can be in their way unseen."""
    missing = [tab for tab, at in found.tabs.items() if at is None] + [table.name for _, table in found.missing]
    if missing:
        raise InTheWay(
            f"has no {missing[0]}" + (f" and {len(missing) - 1} more of ours" if len(missing) > 1 else ""),
            where=name,
            todo="save and close it, then run `mastersheet refresh`, which adds what is missing",
        )
