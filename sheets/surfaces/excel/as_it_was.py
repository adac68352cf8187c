"""Excel's own settings while we write, and as the user had them afterwards, whatever happens."""

from __future__ import annotations

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
    """Everything that WHILE_WRITING names, the active tab and the selection are again what they were before.

    Each is put back on its own: one that Excel refuses does not keep the others.
    """
    app = book.app
    tab = book.sheets.active
    selected = app.selection
    before: list[tuple[str, Any]] = []
    try:
        for name, value in WHILE_WRITING:
            before.append((name, getattr(app, name)))
            setattr(app, name, value)
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
