"""The command line: it parses, calls, and says. What is heavy is imported by the command that needs it."""

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
    from sheets.pull import Progress

DONE: Final = 0
FLAGS: Final = 1
CANNOT_RUN: Final = 2
SET_ASIDE: Final = 3

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Keeps a brand's master tracking workbook true.",
)

Brand = Annotated[Path, typer.Argument(metavar="DIR", help="The brand's folder.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Reconcile as of the end of that day, YYYY-MM-DD.")
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"mastersheet {version('mastersheet')}")
        except PackageNotFoundError:
            typer.echo("mastersheet (not installed)")
        raise typer.Exit(DONE)


@app.callback()
def mastersheet(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
) -> None:
    """Keeps a brand's master tracking workbook true.

    Exit codes: 0 done; 1 done, flags found (only with --fail-on-flags); 2 cannot run; 3 done, but an input was set
    aside.
    """
    context.obj = debug


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path("mastersheet-demo"),
) -> None:
    """Make the demo brand, refreshed, and say where to look. Re-makes only its own folder."""
    with _one_line(context):
        from sheets.demo import demo as make

        made = make(folder, now=_now(), who=_who(), progress=_progress())
        for line in made.look:
            typer.echo(line)
        typer.echo(f"The same on the screen: mastersheet check {made.folder}", err=True)
    raise typer.Exit(_code(made.reconciliation))


@app.command()
def new(
    context: typer.Context,
    folder: Brand,
    setup: Annotated[
        Path | None,
        typer.Option("--from", metavar="SETUP", help="A folder with setup tables (CSV) and exports/, or some of them."),
    ] = None,
) -> None:
    """Make a new brand's folder. What SETUP lacks is proposed from its exports."""
    with _one_line(context):
        from sheets.new_brand import new_brand

        made = new_brand(folder, setup, now=_now(), progress=_progress())
        for line in made.proposals:
            typer.echo(line)
        for finding in made.warnings:
            typer.echo(f"Note: {finding.line}", err=True)
        typer.echo(f"Made {made.folder}. Next: mastersheet refresh {made.folder}")


@app.command()
def refresh(
    context: typer.Context,
    folder: Brand,
    as_of: AsOf = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say which cells would change, old -> new, and write nothing.")
    ] = False,
) -> None:
    """Read the exports, reconcile, and write the workbook."""
    with _one_line(context):
        from sheets.brand import open_brand
        from sheets.refresh import refresh as make

        day, brand = _day(as_of), open_brand(folder)
        done = make(brand, now=_clock(folder), as_of=day, dry_run=dry_run, who=_who(), progress=_progress())
        for change in done.changes:
            typer.echo(change.line)
        flags = len(done.reconciliation.daily)
        if done.written:
            said = f"{flags} flag{'' if flags == 1 else 's'} on the daily check"
            typer.echo(f"Refresh {done.number}: {brand.workbook} written, {said}")
        else:
            typer.echo(f"{len(done.changes):,} changes; nothing was written", err=True)
        for edit in done.edits[:5]:
            typer.echo(f"Typed over, {'replaced' if done.written else 'would be replaced'}: {edit.line}", err=True)
        if len(done.edits) > 5:
            typer.echo(f"and {len(done.edits) - 5:,} more, all in the Log", err=True)
        _say_besides(done.reconciliation)
    raise typer.Exit(_code(done.reconciliation))


@app.command()
def check(
    context: typer.Context,
    folder: Brand,
    top: Annotated[int | None, typer.Option("--top", min=1, metavar="N", help="The N SKUs with most revenue.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All SKUs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON (docs/check.schema.json).")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Every gap as CSV.")] = False,
    fail_on_flags: Annotated[bool, typer.Option("--fail-on-flags", help="Exit 1 when there is a flag.")] = False,
    as_of: AsOf = None,
) -> None:
    """Show the daily check. Reads the exports itself and writes nothing."""
    if top is not None and every:
        raise typer.BadParameter("say either --top or --all")
    if as_json and as_csv:
        raise typer.BadParameter("say either --json or --csv")
    with _one_line(context):
        from sheets.brand import open_brand
        from sheets.refresh import check as make

        day, brand = _day(as_of), open_brand(folder)
        found = make(brand, now=_clock(folder), as_of=day, top_n=sys.maxsize if every else top, progress=_progress())
        if as_json or as_csv:
            from sheets.report import as_csv as csv_of
            from sheets.report import as_json as json_of

            if as_csv:
                typer.echo(csv_of(found, all_rows=every), nl=False)
            else:
                import json

                typer.echo(json.dumps(json_of(found, all_rows=every), ensure_ascii=False, indent=1))
            _say_besides(found)
        else:
            from addin.screen import show

            show(found)
    raise typer.Exit(_code(found, fail_on_flags))


@app.command()
def restore(
    context: typer.Context,
    folder: Brand,
    backup: Annotated[
        str | None, typer.Option("--backup", metavar="NAME", help="Which one; by default the newest.")
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the backups, the newest first, and change nothing.")
    ] = False,
) -> None:
    """Bring back the workbook as it was before the last refresh. What stands there now becomes a backup."""
    with _one_line(context):
        from sheets.alone import alone
        from sheets.brand import open_brand
        from sheets.surfaces.backups import backups_of
        from sheets.surfaces.backups import restore as bring_back

        brand = open_brand(folder)
        if listed:
            found = backups_of(brand.workbook)
            for one in found:
                typer.echo(f"{one.name}  {one.stat().st_size:,} bytes")
            if not found:
                typer.echo("no backups yet: each refresh makes one of the workbook that it replaces", err=True)
            return
        with alone(brand.folder, who=_who(), progress=_progress()):
            done = bring_back(brand.workbook, backup)
        typer.echo(f"{brand.workbook} is {done.backup.name} again")
        if done.kept is not None:
            typer.echo(f"What stood there is kept: mastersheet restore {folder} --backup {done.kept.name}", err=True)


@app.command()
def lint(context: typer.Context, folder: Brand) -> None:
    """Find what is wrong in the setup tables, and what they ask for that no export gives."""
    with _one_line(context):
        from sheets.brand import open_brand
        from sheets.refresh import linted

        findings = linted(open_brand(folder), now=_clock(folder), progress=_progress())
        for finding in findings:
            typer.echo(f"{finding.level}: {finding.line}")
        errors = sum(one.level == "error" for one in findings)
        if errors:
            said = "1 error stops" if errors == 1 else f"{errors} errors stop"
            typer.echo(f"{said} a refresh: correct the rows named", err=True)
            raise typer.Exit(CANNOT_RUN)
        if not findings:
            typer.echo("nothing found")


@contextmanager
def _one_line(context: typer.Context) -> Iterator[None]:
    """Whatever goes wrong is one line on standard error and exit code 2; with --debug the traceback as well."""
    from connectors.errors import MastersheetError

    try:
        yield
    except MastersheetError as problem:
        if context.obj:
            raise
        typer.echo(problem.line, err=True)
        raise typer.Exit(CANNOT_RUN) from None
    except OSError as problem:
        if context.obj or isinstance(problem, BrokenPipeError):
            raise
        where = f"{problem.filename}: " if problem.filename else ""
        typer.echo(f"{where}{problem.strerror or problem}. Allow it, or name another folder", err=True)
        raise typer.Exit(CANNOT_RUN) from None
    except Exception as problem:
        if context.obj or isinstance(problem, (typer.Exit, typer.Abort, typer.BadParameter)):
            raise
        said = " ".join(str(problem).split()).rstrip(".")
        typer.echo(f"{type(problem).__name__}: {said}. A defect of ours: run again with --debug", err=True)
        raise typer.Exit(CANNOT_RUN) from None


def _code(found: Reconciliation, fail_on_flags: bool = False) -> int:
    if found.set_aside:
        return SET_ASIDE
    return FLAGS if fail_on_flags and len(found.daily) else DONE


def _say_besides(found: Reconciliation) -> None:
    from addin.screen import besides

    for line in besides(found):
        typer.echo(line, err=True)


def _day(text: str | None) -> date | None:
    from connectors.errors import CannotRun

    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise CannotRun(f"'{text}' is not a day", where="--as-of", expected="YYYY-MM-DD") from None


def _now() -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp.now("UTC")


def _clock(folder: Path) -> pd.Timestamp:
    from sheets.demo import clock

    return clock(folder, _now())


def _who() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _progress() -> Progress:
    """Says on standard error what is being done, where somebody watches."""

    def say(said: str) -> None:
        if sys.stderr.isatty():
            typer.echo(f"{said} ...", err=True)

    return say


def main() -> None:
    """The command `mastersheet`."""
    for stream in (sys.stdout, sys.stderr):
        # A console of another code page must not turn a SKU into question marks.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()


if __name__ == "__main__":
    main()
