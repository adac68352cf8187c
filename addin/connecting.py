"""The commands around a Google Sheet: connect, move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from addin.saying import Brand, clock, exit_code, one_line, progress, say_besides, who

if TYPE_CHECKING:
    from sheets.config_text import Shared

Google = Annotated[
    str | None,
    typer.Option("--google", metavar="SHEET", help="The id or address of an empty Google Sheet: it is the workbook."),
]
SignIn = Annotated[
    Path | None,
    typer.Option("--sign-in", metavar="FILE", help="The key of a service account, or the file of an OAuth client."),
]


def add_to(app: typer.Typer) -> None:
    """Puts the commands among the others."""
    for name, command in (("connect", connect), ("move", move)):
        app.command(name)(command)


def shared(said: str, sign_in: Path | None) -> Shared:
    """The spreadsheet that a user names, by its id or its address; a person signs in now, if not before.

    Raises CannotRun.
    """
    from connectors.errors import CannotRun
    from connectors.google.address import spreadsheet_of
    from connectors.google.signed_in import SignIn, kind_of, sign_in_person
    from sheets.brand import kept_sign_in
    from sheets.config_text import Shared

    try:
        spreadsheet = spreadsheet_of(said.removeprefix("google:"))
    except ValueError as wrong:
        raise CannotRun(str(wrong), where="--google", expected="its address in the browser") from None
    if sign_in is None:
        return Shared(spreadsheet)
    kind, file = kind_of(sign_in), sign_in.resolve()
    if kind == "person" and not kept_sign_in(file).is_file():
        sign_in_person(SignIn(person=file, kept=kept_sign_in(file)))
    return Shared(spreadsheet, (kind, str(file)))


def connect(
    context: typer.Context,
    folder: Brand,
    system: Annotated[
        str | None, typer.Argument(metavar="[SYSTEM]", help="A system that is read from a Google Sheet.")
    ] = None,
) -> None:
    """Sign in to Google, and say whether the sheet can be read and written, or with whom to share it."""
    with one_line(context):
        from sheets.brand import open_brand
        from sheets.connected import connected

        for line in connected(open_brand(folder), system):
            typer.echo(line)


def move(
    context: typer.Context,
    folder: Brand,
    place: Annotated[str, typer.Argument(metavar="PLACE", help="google:SHEET, an empty one, or a new NAME.xlsx.")],
    sign_in: SignIn = None,
) -> None:
    """Move the workbook into a Google Sheet or into a file, refreshed, with what people wrote in it."""
    with one_line(context):
        from connectors.errors import WorkbookOpen
        from sheets.brand import open_brand
        from sheets.carried.moved import move as moved
        from sheets.config import GOOGLE
        from sheets.surfaces.excel.found import open_in_excel

        brand = open_brand(folder)
        if brand.google is None and open_in_excel(brand.workbook) is not None:
            raise WorkbookOpen("is open in Excel", where=str(brand.workbook), todo="save and close it, then try again")
        to = shared(place, sign_in) if place.startswith(GOOGLE) else place
        done = moved(brand, to, now=clock(folder), who=who(), progress=progress())
        typer.echo(f"Refresh {done.refreshed.number}: the workbook is {done.brand.address} now")
        for line in done.left:
            typer.echo(f"Not moved: {line}", err=True)
        typer.echo("The old one stays as it is, and is refreshed no more.", err=True)
        say_besides(done.refreshed.reconciliation)
    raise typer.Exit(exit_code(done.refreshed.reconciliation))
