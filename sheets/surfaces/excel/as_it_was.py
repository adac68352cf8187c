"""Excel's own settings while we write, and as the user had them afterwards, whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import xlwings

# What a refresh sets, in this order, so that Excel neither paints nor computes nor asks in between.
WHILE_WRITING: Final[tuple[tuple[str, Any], ...]] = (
    ("screen_updating", False),
    ("enable_events", False),
    ("display_alerts", False),
    ("calculation", "manual"),
)


@contextmanager
def as_it_was(book: xlwings.Book) -> Iterator[None]:
    """Everything that WHILE_WRITING names, the tab in front, the selection and what is in sight are as before.

    Each is put back on its own: one that Excel refuses does not keep the others. Nobody can type in between, where
    Excel can be told so: not on a Mac.
    """
    app = book.app
    tab = book.sheets.active
    selected = app.selection
    sight = _in_sight(app)
    before: list[tuple[str, Any]] = []
    try:
        for name, value in WHILE_WRITING:
            before.append((name, getattr(app, name)))
            setattr(app, name, value)
        with suppress(Exception):
            before.append(("interactive", app.interactive))
            app.interactive = False
        yield
    finally:
        for name, value in reversed(before):
            with suppress(Exception):
                setattr(app, name, value)
        with suppress(Exception):
            if book.sheets.active != tab:
                tab.activate()
            if selected is not None and app.selection != selected:
                selected.select()
        if sight is not None and _in_sight(app) != sight:
            _look_at(app, sight)


@contextmanager
def selected_here(sheet: xlwings.Sheet, cell: xlwings.Range) -> Iterator[None]:
    """The cell is the active one, for rules that are read as seen from it; then what was selected on its tab is."""
    sheet.activate()
    before = sheet.book.app.selection
    sight = _in_sight(sheet.book.app)
    cell.select()
    try:
        yield
    finally:
        with suppress(Exception):
            if before is not None:
                before.select()
        if sight is not None:
            _look_at(sheet.book.app, sight)


def _in_sight(app: xlwings.App) -> tuple[Any, Any] | None:
    """The first row and column in sight; None where Excel does not say. xlwings has no word of its own for it."""
    try:
        if sys.platform == "darwin":
            window = app.api.active_window
            return window.scroll_row.get(), window.scroll_column.get()
        return app.api.ActiveWindow.ScrollRow, app.api.ActiveWindow.ScrollColumn
    except Exception:
        return None


def _look_at(app: xlwings.App, sight: tuple[Any, Any]) -> None:
    with suppress(Exception):
        if sys.platform == "darwin":
            app.api.active_window.scroll_row.set(sight[0])
            app.api.active_window.scroll_column.set(sight[1])
        else:
            app.api.ActiveWindow.ScrollRow, app.api.ActiveWindow.ScrollColumn = sight
