"""A stand-in for Excel below xlwings' own front end: sheets kept by openpyxl, formulas worked out by LibreOffice.

It answers as Excel's object model is documented to: a lone cell is a scalar and several are rows of tuples, numbers
come as floats, what is typed into `Formula` is read as if somebody typed it there, cells formatted as text excepted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlwings
from xlwings import base_classes

from tests.excel.names import Names
from tests.excel.native import Native, NativeSheet
from tests.excel.ranges import Range
from tests.excel.tables import Tables
from tests.excel.told import Told


class Engine:
    """One program with its workbooks."""

    name, type = "excel", "desktop"

    def __init__(self, recalculated: Callable[[Path], Path]) -> None:
        self.apps = Apps(self)
        self._recalculated = recalculated

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool) -> Any:
        rows = data if isinstance(data, (list, tuple)) else ((data,),)

        def clean(value: Any) -> Any:
            if value is None:
                return empty_as
            if isinstance(value, datetime):
                return datetime_builder(
                    year=value.year, month=value.month, day=value.day, hour=value.hour, minute=value.minute,
                    second=value.second, microsecond=value.microsecond, tzinfo=None,
                )  # fmt: skip
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                return value
            return float(value) if number_builder is None else number_builder(value)

        return [[clean(value) for value in row] for row in rows]

    @staticmethod
    def prepare_xl_data_element(x: Any, options: Any) -> Any:
        return x


class Apps(Told, base_classes.Apps):
    def __init__(self, engine: Engine) -> None:
        self._engine, self._apps = engine, {}

    def keys(self) -> list[int]:
        return list(self._apps)

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        app = App(self)
        self._apps[app._pid] = app
        return app

    def __iter__(self) -> Iterator[App]:
        return iter(self._apps.values())

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> App:
        return self._apps[pid]


class App(Told, base_classes.App):
    _made = 1000
    screen_updating = display_alerts = enable_events = interactive = visible = True  # type: ignore[assignment]
    calculation, status_bar, version = "automatic", False, "16.0"  # type: ignore[assignment]

    def __init__(self, apps: Apps) -> None:
        App._made += 1
        self._pid, self._apps, self._books = App._made, apps, Books(self)
        self._native = Native(self)
        self._said: list[tuple[Any, ...]] = []

    pid = property(lambda self: self._pid)
    engine = property(lambda self: self._apps._engine)
    books = property(lambda self: self._books)
    api = property(lambda self: self._native)
    selection = property(lambda self: self._selected)

    @property
    def _selected(self) -> Range | None:
        """What is selected on the tab in front: each tab has its own."""
        if not self._books._all:
            return None
        book = self._books._all[-1]
        return book._cursor.setdefault(book._active, Range(Sheet(book, book._active), (1, 1)))

    def activate(self, steal_focus: bool = False) -> None:
        pass

    def alert(self, prompt: str, title: Any, buttons: Any, mode: Any, callback: Any) -> str:
        self._said.append(("alert", prompt))
        return "ok"

    def kill(self) -> None:
        self._apps._apps.pop(self._pid, None)

    quit = kill


class Books(Told, base_classes.Books):
    def __init__(self, app: App) -> None:
        self._app, self._all = app, []

    app = property(lambda self: self._app)
    api = property(lambda self: self._all)
    active = property(lambda self: self._all[-1])

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Book]:
        return iter(self._all)

    def __call__(self, which: int | str) -> Book:
        if isinstance(which, int):
            return self._all[which - 1]
        found = [book for book in self._all if book._path.name.lower() == which.lower()]
        if not found:
            raise KeyError(which)
        return found[0]

    def add(self) -> Book:
        """A new workbook, which is no file yet, in front of the others."""
        folder = Path(tempfile.mkdtemp())
        openpyxl.Workbook().save(folder / f"Book{len(self._all)}")
        return self.open(str(folder / f"Book{len(self._all)}"))

    def open(self, fullname: str, *more: Any, **options: Any) -> Book:
        book = Book(self, Path(fullname))
        self._all.append(book)
        return book


class Book(Told, base_classes.Book):
    """A workbook: what is typed in its cells, and what they showed when they were last worked out."""

    def __init__(self, books: Books, path: Path) -> None:
        self._books, self._path = books, path
        with path.open("rb") as file:
            self._typed = openpyxl.load_workbook(file)
            self._shown = openpyxl.load_workbook(file, data_only=True)
        self._stale = self._never_worked_out()
        self._active = self._typed.worksheets[0].title
        self._cursor: dict[str, Range] = {}
        self._sights: dict[str, list[int]] = {}

    api = property(lambda self: self._typed)
    app = property(lambda self: self._books._app)
    fullname = property(lambda self: str(self._path))
    name = property(lambda self: self._path.name)
    sheets = property(lambda self: Sheets(self))
    names = property(lambda self: Names(self, None))

    def save(self, path: str | None = None, password: str | None = None) -> None:
        self._path = Path(path) if path else self._path
        self._typed.save(self._path)

    def close(self) -> None:
        self._books._all.remove(self)

    def activate(self) -> None:
        pass

    def _never_worked_out(self) -> bool:
        """Whether no formula of the file has a value, as after our own saving."""
        formulas = [
            self._shown[sheet.title][cell.coordinate].value
            for sheet in self._typed.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]
        return bool(formulas) and all(value is None for value in formulas)

    def _worked_out(self) -> openpyxl.Workbook:
        if self._stale:
            held = self._path.with_name(f"held-{self._path.name}")
            self._typed.save(held)
            made = self._books._app._apps._engine._recalculated(held)
            self._shown = openpyxl.load_workbook(made, data_only=True)
            held.unlink()
            self._stale = False
        return self._shown


class Sheets(Told, base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self._book = book

    api = property(lambda self: self._book._typed)
    active = property(lambda self: Sheet(self._book, self._book._active))

    def __len__(self) -> int:
        return len(self._book._typed.worksheets)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self._book, sheet.title) for sheet in self._book._typed.worksheets)

    def __call__(self, which: int | str) -> Sheet:
        names = [sheet.title for sheet in self._book._typed.worksheets]
        if isinstance(which, int):
            return Sheet(self._book, names[which - 1])
        if which not in names:
            raise xlwings.NoSuchObjectError(which)
        return Sheet(self._book, which)


class Sheet(Told, base_classes.Sheet):
    def __init__(self, book: Book, title: str) -> None:
        self._book, self._title = book, title

    api = property(lambda self: NativeSheet(self._cells()))
    book = property(lambda self: self._book)
    name = property(lambda self: self._title)
    index = property(lambda self: self._book._typed.sheetnames.index(self._title) + 1)
    tables = property(lambda self: Tables(self))
    names = property(lambda self: Names(self._book, self._title))

    notes = property(lambda self: [
        Note(Range(self, (cell.row, cell.column)), cell.comment)
        for row in self._cells().iter_rows() for cell in row if cell.comment is not None
    ])  # fmt: skip

    def activate(self) -> None:
        self._book._active = self._title

    def range(self, first: Any, last: Any = None) -> Range:
        return Range(self, first, last)

    def _range(self, first: Any, last: Any = None) -> Range:
        return Range(self, first, last)

    def _cells(self) -> Any:
        return self._book._typed[self._title]


class Note(Told, base_classes.Note):
    def __init__(self, cell: Range, comment: Any) -> None:
        self._cell, self._comment = cell, comment

    api = property(lambda self: self._comment)
    text = property(lambda self: self._comment.text)
    location = property(lambda self: self._cell)


def installed(recalculated: Callable[[Path], Path]) -> Any:
    """Makes it the engine that xlwings drives."""
    engine = xlwings.Engine(impl=Engine(recalculated))
    xlwings.engines.add(engine)
    engine.activate()
    return engine
