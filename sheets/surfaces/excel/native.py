"""What xlwings has no word for, asked of Excel itself: by its object model in Windows, by its dictionary on a Mac."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xlwings


def in_sight(app: xlwings.App) -> tuple[Any, Any] | None:
    """The first row and column in sight; None where Excel does not say."""
    try:
        if sys.platform == "darwin":
            window = app.api.active_window
            return window.scroll_row.get(), window.scroll_column.get()
        return app.api.ActiveWindow.ScrollRow, app.api.ActiveWindow.ScrollColumn
    except Exception:
        return None


def look_at(app: xlwings.App, sight: tuple[Any, Any]) -> None:
    """Brings that row and column to the upper left corner."""
    with suppress(Exception):
        if sys.platform == "darwin":
            app.api.active_window.scroll_row.set(sight[0])
            app.api.active_window.scroll_column.set(sight[1])
        else:
            app.api.ActiveWindow.ScrollRow, app.api.ActiveWindow.ScrollColumn = sight


def is_protected(sheet: xlwings.Sheet) -> bool:
    """Whether the sheet's cells are protected; False where Excel does not say, which then refuses by itself."""
    try:
        said = sheet.api.protect_contents.get() if sys.platform == "darwin" else sheet.api.ProtectContents
    except Exception:
        return False
    return said is True


def are_locked(cells: xlwings.Range) -> bool:
    """Whether any of the cells is locked, as all are where nobody unlocked them."""
    try:
        said = cells.api.locked.get() if sys.platform == "darwin" else cells.api.Locked
    except Exception:
        return True
    return said is not False
