"""The commands around the work: doctor, watch."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from addin.saying import CANNOT_RUN, Brand, line_of, one_line, the_time


def add_to(app: typer.Typer) -> None:
    """Puts the commands among the others."""
    for name, command in (("doctor", doctor), ("watch", watch)):
        app.command(name)(command)


def doctor(
    context: typer.Context,
    folder: Brand,
    allow: Annotated[
        bool, typer.Option("--allow", help="Let the buttons in Excel start this Python, for you on this computer.")
    ] = False,
) -> None:
    """Look over what a refresh and the buttons need; each line is OK or what to do."""
    with one_line(context):
        from addin.doctor import TO_DO, let_excel_start, looked_over
        from addin.excel.own_list import list_file
        from sheets.brand import open_brand

        brand = open_brand(folder)
        if allow:
            for name, value in let_excel_start(brand):
                typer.echo(f"Written into {list_file()}: {name}={value}")
        found = list(looked_over(brand, the_time()))
        wide = max(len(one.about) for one in found)
        for one in found:
            typer.echo(f"{one.level:<5}  {one.about:<{wide}}  {one.said}")
        todo = sum(one.level == TO_DO for one in found)
    if todo:
        typer.echo(f"{todo} to do", err=True)
        raise typer.Exit(CANNOT_RUN)


def watch(context: typer.Context, folder: Brand) -> None:
    """Refresh whenever a file lands in exports/, until Ctrl+C; in Excel where it holds the workbook open."""
    with one_line(context):
        from addin.refreshing import refreshed
        from addin.watching import watched
        from sheets.brand import open_brand

        brand = open_brand(folder)
        typer.echo(f"Watching {brand.exports}; Ctrl+C ends it", err=True)

        def refresh(files: list[Path]) -> None:
            names = ", ".join(one.relative_to(brand.exports.resolve()).as_posix() for one in files[:3])
            typer.echo(f"Landed: {names}" + (f" and {len(files) - 3} more" if len(files) > 3 else ""), err=True)
            refreshed(brand)

        with suppress(KeyboardInterrupt):
            watched(brand.exports.resolve(), refresh, lambda problem: typer.echo(line_of(problem), err=True))
