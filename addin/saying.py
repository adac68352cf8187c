"""What every command has: its options, its exit codes, one line for whatever goes wrong, and who runs it when."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    import pandas as pd

    from sheets.engine.reconcile import Reconciliation
    from sheets.progress import Progress

DONE: Final = 0
FLAGS: Final = 1
CANNOT_RUN: Final = 2
SET_ASIDE: Final = 3

Brand = Annotated[Path, typer.Argument(metavar="DIR", help="The brand's folder.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Reconcile as of the end of that day, YYYY-MM-DD.")
]


@contextmanager
def one_line(context: typer.Context) -> Iterator[None]:
    """Whatever goes wrong is one line on standard error and exit code 2; with --debug the traceback as well."""
    from connectors.errors import MastersheetError

    try:
        yield
    except Exception as problem:
        known = isinstance(problem, (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError))
        if context.obj or known:
            raise
        ours = not isinstance(problem, (MastersheetError, OSError))
        typer.echo(f"{line_of(problem)}{': run again with --debug' if ours else ''}", err=True)
        raise typer.Exit(CANNOT_RUN) from None


def line_of(problem: Exception) -> str:
    """Whatever went wrong, as one line for the user."""
    from connectors.errors import MastersheetError

    if isinstance(problem, MastersheetError):
        return problem.line
    if isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename else ""
        return f"{where}{problem.strerror or problem}. Allow it, or name another folder"
    said = " ".join(str(problem).split()).rstrip(".")
    return f"{type(problem).__name__}: {said}. A defect of ours"


def exit_code(found: Reconciliation, fail_on_flags: bool = False) -> int:
    if found.set_aside:
        return SET_ASIDE
    return FLAGS if fail_on_flags and len(found.daily) else DONE


def say_besides(found: Reconciliation) -> None:
    from addin.screen import besides

    for line in besides(found):
        typer.echo(line, err=True)


def the_day(text: str | None) -> date | None:
    from connectors.errors import CannotRun

    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise CannotRun(f"'{text}' is not a day", where="--as-of", expected="YYYY-MM-DD") from None


def the_time() -> pd.Timestamp:
    """Now, in UTC."""
    import pandas as pd

    return pd.Timestamp.now("UTC")


def clock(folder: Path) -> pd.Timestamp:
    """Now, and in the demo brand's folder not before its data."""
    from sheets.demo import clock

    return clock(folder, the_time())


def who() -> str:
    """Who runs it, as the machine knows; empty where it does not."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def progress() -> Progress:
    """Says on standard error what is being done, where somebody watches."""

    def say(said: str) -> None:
        if sys.stderr.isatty():
            typer.echo(said if "..." in said else f"{said} ...", err=True)

    return say
