"""The command line: it parses, calls, and says. What is heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from addin import at_work, connecting, looking_back, nightly
from addin.connecting import Google, SignIn, shared
from addin.refreshing import refreshed
from addin.saying import (
    CANNOT_RUN,
    DONE,
    AsOf,
    Brand,
    clock,
    exit_code,
    one_line,
    progress,
    say_besides,
    the_day,
    the_time,
    who,
)

if TYPE_CHECKING:
    import sheets.brand
    import sheets.surfaces.macros

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Keeps a brand's master tracking workbook true.",
)


Button = Annotated[
    bool, typer.Option("--button", help="The workbook as an .xlsm with buttons, for Excel on Windows or a Mac.")
]


def _macros(button: bool) -> Callable[[sheets.brand.Brand], sheets.surfaces.macros.Macros] | None:
    """What makes the workbook one with buttons, if it is to be."""
    if not button:
        return None
    from addin.excel.template import macros_of

    return macros_of


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
    button: Button = False,
) -> None:
    """Make the demo brand, refreshed, and say where to look. Re-makes only its own folder."""
    with one_line(context):
        from sheets.demo import demo as make

        made = make(folder, now=the_time(), who=who(), macros=_macros(button), progress=progress())
        for line in made.look:
            typer.echo(line)
        typer.echo(f"The same on the screen: mastersheet check {made.folder}", err=True)
    raise typer.Exit(exit_code(made.reconciliation))


@app.command()
def new(
    context: typer.Context,
    folder: Brand,
    setup: Annotated[
        Path | None,
        typer.Option("--from", metavar="SETUP", help="A folder with setup tables (CSV) and exports/, or some of them."),
    ] = None,
    button: Button = False,
    google: Google = None,
    sign_in: SignIn = None,
) -> None:
    """Make a new brand's folder. What SETUP lacks is proposed from its exports."""
    if google is not None and button:
        raise typer.BadParameter("say either --google or --button: a Google Sheet has no buttons")
    if sign_in is not None and google is None:
        raise typer.BadParameter("--sign-in goes with --google")
    with one_line(context):
        from sheets.new_brand import new_brand

        at = None if google is None else shared(google, sign_in)
        made = new_brand(folder, setup, now=the_time(), macros=_macros(button), google=at, progress=progress())
        for line in made.proposals:
            typer.echo(line)
        for finding in made.warnings:
            typer.echo(f"Note: {finding.line}", err=True)
        typer.echo(f"Made {made.folder}. Next: mastersheet refresh {made.folder}")
        if button:
            typer.echo(f"For its buttons, once on each computer: mastersheet doctor {made.folder} --allow")


@app.command()
def refresh(
    context: typer.Context,
    folder: Brand,
    as_of: AsOf = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say which cells would change, old -> new, and write nothing.")
    ] = False,
) -> None:
    """Read the exports, reconcile, and write the workbook; where Excel holds it open, into the open one."""
    with one_line(context):
        from sheets.brand import open_brand

        done = refreshed(open_brand(folder), as_of=as_of, dry_run=dry_run)
    raise typer.Exit(exit_code(done.reconciliation))


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
    with one_line(context):
        from sheets.brand import open_brand
        from sheets.refresh import check as make

        day, brand = the_day(as_of), open_brand(folder)
        found = make(brand, now=clock(folder), as_of=day, top_n=sys.maxsize if every else top, progress=progress())
        if as_json or as_csv:
            from sheets.report import as_csv as csv_of
            from sheets.report import as_json as json_of

            if as_csv:
                typer.echo(csv_of(found, all_rows=every), nl=False)
            else:
                import json

                typer.echo(json.dumps(json_of(found, all_rows=every), ensure_ascii=False, indent=1))
            say_besides(found)
        else:
            from addin.screen import show

            show(found)
    raise typer.Exit(exit_code(found, fail_on_flags))


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
    with one_line(context):
        from connectors.errors import CannotRun
        from sheets.alone import alone
        from sheets.brand import open_brand
        from sheets.surfaces.backups import backups_of
        from sheets.surfaces.backups import restore as bring_back

        brand = open_brand(folder)
        if brand.google is not None:
            raise CannotRun(
                "Google keeps every version itself", where=brand.place,
                todo="press File, Version history, See version history there, and restore the one you want",
            )  # fmt: skip
        if listed:
            found = backups_of(brand.workbook)
            for one in found:
                typer.echo(f"{one.name}  {one.stat().st_size:,} bytes")
            if not found:
                typer.echo("no backups yet: each refresh makes one of the workbook that it replaces", err=True)
            return
        with alone(brand.folder, who=who(), progress=progress()):
            done = bring_back(brand.workbook, backup)
        typer.echo(f"{brand.workbook} is {done.backup.name} again")
        if done.kept is not None:
            typer.echo(f"What stood there is kept: mastersheet restore {folder} --backup {done.kept.name}", err=True)


@app.command()
def lint(context: typer.Context, folder: Brand) -> None:
    """Find what is wrong in the setup tables, and what they ask for that no export gives."""
    with one_line(context):
        from sheets.brand import open_brand
        from sheets.refresh import linted

        findings = linted(open_brand(folder), now=clock(folder), progress=progress())
        for finding in findings:
            typer.echo(f"{finding.level}: {finding.line}")
        errors = sum(one.level == "error" for one in findings)
        if errors:
            said = "1 error stops" if errors == 1 else f"{errors} errors stop"
            typer.echo(f"{said} a refresh: correct the rows named", err=True)
            raise typer.Exit(CANNOT_RUN)
        if not findings:
            typer.echo("nothing found")


looking_back.add_to(app)
at_work.add_to(app)
connecting.add_to(app)
nightly.add_to(app)


def main() -> None:
    """The command `mastersheet`."""
    for stream in (sys.stdout, sys.stderr):
        # A console of another code page must not turn a SKU into question marks.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()


if __name__ == "__main__":
    main()
