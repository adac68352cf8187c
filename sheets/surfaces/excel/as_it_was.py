"""Excel's own settings while we write, and as the user had them afterwards, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from sheets.surfaces.excel.native import in_sight, look_at

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
    sight = in_sight(app)
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
        if sight is not None and in_sight(app) != sight:
            look_at(app, sight)


@contextmanager
def selected_here(sheet: xlwings.Sheet, cell: xlwings.Range) -> Iterator[None]:
    """The cell is the active one, for rules that are read as seen from it; then what was selected on its tab is."""
    sheet.activate()
    before = sheet.book.app.selection
    sight = in_sight(sheet.book.app)
    cell.select()
    try:
        yield
    finally:
        with suppress(Exception):
            if before is not None:
                before.select()
        if sight is not None:
            look_at(sheet.book.app, sight)
