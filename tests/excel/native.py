"""What the stand-in answers in Excel's own words, for what xlwings has none for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.excel.engine import App


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
