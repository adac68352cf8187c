"""`mastersheet nightly`: each brand refreshed in a program of its own, and its digest sent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from addin.saying import CANNOT_RUN, DONE, SET_ASIDE, line_of, one_line, progress

if TYPE_CHECKING:
    from sheets.nights.outcome import Outcome

# Mail servers and chats that do not answer: apprise itself gives each address less.
TELLING: Final = 300.0


def add_to(app: typer.Typer) -> None:
    """Puts the command among the others."""
    app.command(name="nightly")(nightly)


def nightly(
    context: typer.Context,
    folders: Annotated[list[Path], typer.Argument(metavar="DIR [DIR ...]", help="The brands' folders.")],
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.01, metavar="N", help="The most that a brand takes.")
    ] = 30,
    all_brands: Annotated[
        str | None,
        typer.Option("--all-brands", metavar="PLACE", help="One table of all brands: an .xlsx or google:SHEET."),
    ] = None,
) -> None:
    """Refresh brands, each apart from the others, and send each brand's digest.

    One line per brand. Exit codes: 0 done; 3 done, but an input was set aside, or a digest or the table of all brands
    could not be sent or written; 2 a brand could not be refreshed.
    """
    with one_line(context), _stopping_all():
        from sheets.nights.outcome import Outcome
        from sheets.nights.side_by_side import refuse_no_place, show, surface_of
        from sheets.nights.written import plain

        if all_brands is not None:
            refuse_no_place(all_brands)
        ended = []
        for folder in {folder.resolve(): folder for folder in folders}.values():
            progress()(f"{folder}: refreshing")
            try:
                outcome = night_of_brand(folder, minutes, debug=bool(context.obj))
            except Exception as problem:
                outcome = Outcome(brand=folder.resolve().name, failed=line_of(problem))
            typer.echo(plain(outcome.line))
            for line in (*outcome.notes, *outcome.unsent):
                typer.echo(plain(f"{outcome.brand}: {line}"), err=True)
            ended.append((folder, outcome))
        code = _code([outcome for _, outcome in ended])
        if all_brands is not None:
            # What stops this table stops no brand.
            try:
                show(surface_of(all_brands, folders), ended)
            except Exception as problem:
                typer.echo(f"All Brands: {line_of(problem)}", err=True)
                code = code or SET_ASIDE
    raise typer.Exit(code)


@contextmanager
def _stopping_all() -> Iterator[None]:
    """A scheduler that stops this program stops the brand's program with it."""
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _code(outcomes: Sequence[Outcome]) -> int:
    if any(one.night is None for one in outcomes):
        return CANNOT_RUN
    beside = any(one.night is not None and (one.night.set_aside or one.unsent) for one in outcomes)
    return SET_ASIDE if beside else DONE


def night_of_brand(folder: Path, minutes: float, *, debug: bool = False) -> Outcome:
    """One brand refreshed, and its digest sent. Whatever happens is in what is given back."""
    from sheets.nights.outcome import Outcome, read_outcome, write_outcome

    with tempfile.TemporaryDirectory(prefix="mastersheet-") as place:
        file = Path(place) / "outcome.json"
        why = _run("refresh", folder, file, minutes * 60, debug=debug)
        outcome = read_outcome(file) or Outcome(brand=folder.resolve().name)
        if why is not None and outcome.night is not None:
            # The workbook is written; what comes after it was cut off.
            outcome = outcome.model_copy(update={"notes": (*outcome.notes, f"{why}, after the refresh was done")})
        elif why is not None and outcome.failed is None:
            todo = f"Run `mastersheet refresh {folder}` and see, or give it more with --minutes"
            whole = "its first tab says so if only half is written" if outcome.in_google else "the workbook is whole"
            outcome = outcome.model_copy(update={"failed": f"{why}; {whole}. {todo}"})
        if outcome.busy or outcome.quiet:
            return outcome
        write_outcome(file, outcome)
        late = _run("tell", folder, file, TELLING, debug=debug)
        told = read_outcome(file) or outcome
        if late is not None and not told.told:
            told = told.model_copy(update={"unsent": (f"the digest was not sent: {late}",)})
        return told


def _run(step: str, folder: Path, file: Path, seconds: float, *, debug: bool) -> str | None:
    """One step in a program of its own; why it did not end by itself or well, None where it did."""
    words = [sys.executable, "-P", "-m", "addin.night", step, str(folder), str(file), *(["--debug"] if debug else [])]
    program = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None if debug else subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    try:
        code = program.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"not done within {_said(seconds)}, and was stopped"
    finally:
        _end(program)
    return None if code == 0 else f"its program ended with {_ending(code)}"


def _end(program: subprocess.Popen[bytes]) -> None:
    """Ends a program that still runs, with all that it started."""
    if program.poll() is not None:
        return
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
    else:
        program.kill()
    program.wait()


def _ending(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _said(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 60 and seconds != 60 else f"{seconds:g} seconds"
