"""A button was pressed: its workbook is found, its action done, and what is to be said shown in Excel.

Whatever goes wrong is one message in Excel, in the user's words, with the log's place; never a traceback.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Final

from addin.saying import CANNOT_RUN, DONE

if TYPE_CHECKING:
    import xlwings

    from sheets.brand import Brand

TITLE: Final = "Mastersheet"
_LOG: Final = logging.getLogger("mastersheet.excel")
_NOT_STARTED: Final = 1


def pressed(action: str, argument: str = "") -> int:
    """Does what a button stands for, in the workbook that it was pressed in. 0: done; 2: it was said why not."""
    try:
        book = _caller()
    except Exception:
        with logged():
            _LOG.exception("no workbook for %s", action)
        return _NOT_STARTED
    return pressed_in(book, action, argument)


def pressed_in(book: xlwings.Book, action: str, argument: str = "") -> int:
    """The same in that workbook."""
    with logged() as log:
        _LOG.info("%s in %s", action, book.name)
        try:
            said = _done(book, action, argument)
        except Exception as problem:
            from addin.saying import line_of

            _LOG.exception("%s in %s", action, book.name)
            _alert(book, f"{line_of(problem)}\n\nThe log: {log}", "critical")
            return CANNOT_RUN
        finally:
            _status(book, False)
        if said:
            _alert(book, said, "info")
    return DONE


def main() -> None:
    """The command that the macro runs in Windows."""
    arguments = [one for one in sys.argv[1:] if not one.startswith("--")]
    asked = next((one.partition("=")[2] for one in sys.argv if one.startswith("--argument=")), "")
    sys.exit(pressed(arguments[0] if arguments else "refresh", asked))


def _done(book: xlwings.Book, action: str, argument: str) -> str | None:
    _status(book, "starting ...")
    from addin.excel.actions import ACTIONS, Pressed
    from addin.excel.the_brand import brand_of
    from sheets.surfaces.excel.busy import answering
    from sheets.surfaces.excel.found import surface_of

    answering(book)
    brand: Brand = brand_of(book)
    say: Callable[[str], None] = lambda said: _status(book, said if "..." in said else f"{said} ...")  # noqa: E731
    return ACTIONS[action](Pressed(book, brand, surface_of(book, brand.folder / book.name), argument, say))


def _caller() -> xlwings.Book:
    """The workbook whose button was pressed. Its name may hold a `=`, which xlwings takes for the end of it."""
    import xlwings

    from sheets.surfaces.excel.busy import bounded

    bounded()
    named = next((one.partition("=")[2] for one in sys.argv if one.startswith("--wb=")), "")
    if "=" in named:
        return next(book for app in xlwings.apps for book in app.books if book.name == named)
    return xlwings.Book.caller()


def _status(book: xlwings.Book, said: str | bool) -> None:
    """What stands in Excel's status bar; a moment in which Excel takes nothing is no reason to stop."""
    with suppress(Exception):
        book.app.status_bar = f"{TITLE}: {said}" if isinstance(said, str) else said


def _alert(book: xlwings.Book, said: str, mode: str) -> None:
    try:
        book.app.alert(said, TITLE, mode=mode)
    except Exception:
        _LOG.exception("could not be shown: %s", said)


@contextmanager
def logged() -> Iterator[Path]:
    """The log's place, while it is written."""
    from sheets.history.place import data_folder

    place = data_folder() / "excel.log"
    place.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(place, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    try:
        yield place
    finally:
        _LOG.removeHandler(handler)
        handler.close()
