"""Excel takes nothing while a cell is edited or one of its windows is open: waited for a while, then said."""

from __future__ import annotations

import sys
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from connectors.errors import CannotRun

if TYPE_CHECKING:
    import xlwings

WAIT: Final = 20.0
_BETWEEN: Final = 0.25
# xlwings tries a call that Excel refuses again for ever; so often is some seconds.
_TRIES: Final = 20_000


def bounded() -> None:
    """From here on xlwings gives up some time on a call that Excel refuses. For after its first import."""
    in_windows = sys.modules.get("xlwings._xlwindows")
    if in_windows is not None:
        in_windows.N_COM_ATTEMPTS = _TRIES  # type: ignore[attr-defined]


def answering(book: xlwings.Book, wait: float | None = None) -> None:
    """Returns once Excel takes what it is told. Raises CannotRun after WAIT seconds."""
    bounded()
    until = monotonic() + (WAIT if wait is None else wait)
    while True:
        try:
            # Reading is allowed while a cell is edited, telling is not.
            book.app.screen_updating = book.app.screen_updating
            return
        except Exception as refused:
            if monotonic() >= until:
                raise CannotRun(
                    "takes nothing: a cell is being edited, or one of Excel's windows is open",
                    where="Excel",
                    todo="press Enter or Esc and close the window, then try again; nothing was written",
                ) from refused
        sleep(_BETWEEN)
