"""A stand-in for Excel below xlwings' own front end: sheets kept by openpyxl, formulas worked out by LibreOffice.

It answers as Excel's object model is documented to: a lone cell is a scalar and several are rows of tuples, numbers
come as floats, what is typed into `Formula` is read as if somebody typed it there, cells formatted as text excepted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlwings
from openpyxl.formatting.rule import FormulaRule
from openpyxl.formula.translate import Translator
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from xlwings import base_classes

from tests.excel.names import Names
from tests.excel.tables import Tables
from tests.excel.told import Refused, Told
from tests.excel.typing_cells import read_cell, said_in, type_into


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


class Native:
    """Excel's own application, for what xlwings has no word for: the first row and column in sight, of each tab."""

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def ActiveWindow(self) -> Native:  # noqa: N802 - Excel's name
        return self

    @property
    def _sight(self) -> list[int]:
        book = self._app._books._all[-1]
        return book._sights.setdefault(book._active, [1, 1])

    ScrollRow = property(lambda self: self._sight[0], lambda self, row: self._sight.__setitem__(0, row))
    ScrollColumn = property(lambda self: self._sight[1], lambda self, column: self._sight.__setitem__(1, column))


class NativeSheet:
    """A sheet in Excel's own words."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    ProtectContents = property(lambda self: bool(self._sheet.protection.sheet))


class NativeRange:
    """Cells in Excel's own words: of some that differ it says nothing."""

    def __init__(self, cells: list[Any]) -> None:
        self._cells = cells

    @property
    def Locked(self) -> bool | None:  # noqa: N802 - Excel's name
        said = {bool(cell.protection.locked) for cell in self._cells}
        return said.pop() if len(said) == 1 else None


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


class Range(Told, base_classes.Range):
    has_array = False
    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, first: Any, last: Any = None) -> None:
        self._sheet = sheet
        if isinstance(first, str):
            left, top, right, bottom = range_boundaries(first.replace("$", ""))
            first, last = (top, left), (bottom, right)
        if isinstance(first, Range):
            last = (last or first)._last
            first = first._first
        self._first, self._last = first, last or first

    sheet = property(lambda self: self._sheet)
    api = property(lambda self: NativeRange([one for row in self._rows(self._sheet._book._typed) for one in row]))
    row = property(lambda self: self._first[0])
    column = property(lambda self: self._first[1])
    shape = property(lambda self: self._size())
    coords = property(lambda self: (self._sheet._title, *self._first, *self._size()))
    address = property(lambda self: self._address())

    def _size(self) -> tuple[int, int]:
        return self._last[0] - self._first[0] + 1, self._last[1] - self._first[1] + 1

    def _address(self) -> str:
        first, last = (f"${get_column_letter(column)}${row}" for row, column in (self._first, self._last))
        return first if first == last else f"{first}:{last}"

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        return self._address()

    def __len__(self) -> int:
        return self._size()[0] * self._size()[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = divmod(row - 1, self._size()[1])
            row, column = row + 1, column + 1
        return Range(self._sheet, (self._first[0] + row - 1, self._first[1] + column - 1))

    def select(self) -> None:
        """On the tab in front only; what is selected comes into sight."""
        book = self._sheet._book
        if book._active != self._sheet._title:
            raise Refused("Select method of Range class failed")
        book._cursor[book._active] = self
        book._sights[book._active] = [max(1, self._first[0] - 5), 1]

    def _rows(self, workbook: openpyxl.Workbook) -> list[tuple[Any, ...]]:
        (top, left), (bottom, right) = self._first, self._last
        return list(workbook[self._sheet._title].iter_rows(top, bottom, left, right))

    def _shaped(self, rows: list[tuple[Any, ...]]) -> Any:
        return rows[0][0] if self._size() == (1, 1) else tuple(rows)

    @property
    def raw_value(self) -> Any:
        typed = self._rows(self._sheet._book._typed)
        formulas = any(cell.data_type == "f" for row in typed for cell in row)
        shown = self._rows(self._sheet._book._worked_out()) if formulas else typed
        rows = [
            tuple("" if one.value is None and under.data_type == "f" else read_cell(one, under) for one, under in pairs)
            for pairs in (zip(row, below, strict=True) for row, below in zip(shown, typed, strict=True))
        ]
        return self._shaped(rows)

    @property
    def formula(self) -> Any:
        return self._shaped([tuple(said_in(cell) for cell in row) for row in self._rows(self._sheet._book._typed)])

    @formula.setter
    def formula(self, value: Any) -> None:
        rows = self._rows(self._sheet._book._typed)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                type_into(cell, value[at][place] if isinstance(value, (list, tuple)) else value)
        self._sheet._book._stale = True

    @property
    def number_format(self) -> str | None:
        formats = {cell.number_format for row in self._rows(self._sheet._book._typed) for cell in row}
        return formats.pop() if len(formats) == 1 else None

    @number_format.setter
    def number_format(self, value: str) -> None:
        for row in self._rows(self._sheet._book._typed):
            for cell in row:
                cell.number_format = value

    @property
    def merge_cells(self) -> bool | None:
        (top, left), (bottom, right) = self._first, self._last
        merged = sum(
            any(one.min_row <= row <= one.max_row and one.min_col <= column <= one.max_col
                for one in self._sheet._cells().merged_cells.ranges)
            for row in range(top, bottom + 1) for column in range(left, right + 1)
        )  # fmt: skip
        return False if not merged else True if merged == len(self) else None

    @property
    def column_width(self) -> float | None:
        return self._sheet._cells().column_dimensions[get_column_letter(self._first[1])].width

    @column_width.setter
    def column_width(self, value: float) -> None:
        self._sheet._cells().column_dimensions[get_column_letter(self._first[1])].width = value

    @property
    def row_hidden(self) -> bool | None:
        rows = self._sheet._cells().row_dimensions
        said = {bool(rows[row].hidden) for row in range(self._first[0], self._last[0] + 1)}
        return said.pop() if len(said) == 1 else None

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        for row in range(self._first[0], self._last[0] + 1):
            self._sheet._cells().row_dimensions[row].hidden = value

    @property
    def conditional_formats(self) -> Rules:
        return Rules(self)

    def autofill(self, destination: Any, type_: str) -> None:
        """Formats only: those of the first rows again and again."""
        assert type_ == "fill_formats"
        rows = self._rows(self._sheet._book._typed)
        target = Range(self._sheet, destination.impl._first, destination.impl._last)
        for at, row in enumerate(target._rows(self._sheet._book._typed)):
            for cell, source in zip(row, rows[at % len(rows)], strict=True):
                cell._style = copy(source._style)


class Rules(Told, base_classes.ConditionalFormats):
    """The rules of a range's sheet that touch the range."""

    def __init__(self, area: Range) -> None:
        self._area = area

    api = property(lambda self: self._area._sheet._cells().conditional_formatting)
    parent = property(lambda self: self._area)

    def _every(self) -> list[Rule]:
        (top, left), (bottom, right) = self._area._first, self._area._last
        found = []
        for each in self._area._sheet._cells().conditional_formatting:
            areas = [one.bounds for one in each.sqref.ranges]
            if any(a <= right and c >= left and b <= bottom and d >= top for a, b, c, d in areas):
                found += [Rule(self._area._sheet, each, rule) for rule in each.rules]
        return found

    def __len__(self) -> int:
        return len(self._every())

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._every())

    def __call__(self, which: int) -> Rule:
        return self._every()[which - 1]

    def add_custom(self, spec: dict[str, Any]) -> Rule:
        """Its formula is read as seen from the active cell."""
        app = self._area._sheet._book._books._app
        seen_from = app._selected._first
        formula = Translator(spec["formula"], f"{get_column_letter(seen_from[1])}{seen_from[0]}").translate_formula(
            f"{get_column_letter(self._area._first[1])}{self._area._first[0]}"
        )
        look = {} if "fill_color" not in spec else {"fill": PatternFill(bgColor=_hex(spec["fill_color"]))}
        rule = FormulaRule(formula=[formula.removeprefix("=")], stopIfTrue=spec["stop_if_true"], **look)
        self._area._sheet._cells().conditional_formatting.add(self._area._address().replace("$", ""), rule)
        return self._every()[-1]


class Rule(Told, base_classes.ConditionalFormat):
    def __init__(self, sheet: Sheet, area: Any, rule: Any) -> None:
        self._sheet, self._area, self._rule = sheet, area, rule

    api = property(lambda self: self._rule)
    type = property(lambda self: "custom" if self._rule.type == "expression" else "unknown")
    formula = property(lambda self: f"={self._rule.formula[0]}")

    def delete(self) -> None:
        rules = self._sheet._cells().conditional_formatting
        rules._cf_rules[self._area].remove(self._rule)
        if not rules._cf_rules[self._area]:
            del rules._cf_rules[self._area]


def _hex(colour: Any) -> str:
    return "".join(f"{one:02X}" for one in colour) if isinstance(colour, tuple) else str(colour).removeprefix("#")


def installed(recalculated: Callable[[Path], Path]) -> Any:
    """Makes it the engine that xlwings drives."""
    engine = xlwings.Engine(impl=Engine(recalculated))
    xlwings.engines.add(engine)
    engine.activate()
    return engine
