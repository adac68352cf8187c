"""The names that a workbook of the stand-in defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.workbook.defined_name import DefinedName
from xlwings import base_classes

from tests.excel.told import Told

if TYPE_CHECKING:
    from tests.excel.engine import Book


class Names(Told, base_classes.Names):
    def __init__(self, book: Book, sheet: str | None) -> None:
        self._book, self._scope = book, sheet

    api = property(lambda self: self._holder())

    def _holder(self) -> Any:
        return self._book._typed.defined_names if self._scope is None else self._book._typed[self._scope].defined_names

    def _every(self) -> list[Name]:
        found = [Name(self._book, self._scope, name) for name in self._holder()]
        if self._scope is None:
            found += [
                Name(self._book, sheet.title, name)
                for sheet in self._book._typed.worksheets
                for name in sheet.defined_names
            ]
        return found

    def __len__(self) -> int:
        return len(self._every())

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(one._said(), one) for one in self._every()]

    def __call__(self, which: int | str) -> Name:
        if isinstance(which, int):
            return self._every()[which - 1]
        return Name(self._book, self._scope, which)

    def contains(self, which: str) -> bool:
        return which in self._holder()

    def add(self, name: str, refers_to: str) -> Name:
        self._holder()[name] = DefinedName(name, attr_text=refers_to.removeprefix("="), hidden=True)
        return Name(self._book, self._scope, name)


class Name(Told, base_classes.Name):
    def __init__(self, book: Book, sheet: str | None, name: str) -> None:
        self._book, self._scope, self._name = book, sheet, name

    def _said(self) -> str:
        if self._scope is None:
            return self._name
        quoted = self._scope.replace("'", "''")
        return f"'{quoted}'!{self._name}"

    def _holder(self) -> Any:
        return Names(self._book, self._scope)._holder()

    api = property(lambda self: self._holder()[self._name])
    name = property(lambda self: self._said())

    @property
    def refers_to(self) -> str:
        return "=" + self._holder()[self._name].attr_text

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self._holder()[self._name].attr_text = value.removeprefix("=")

    def delete(self) -> None:
        del self._holder()[self._name]
