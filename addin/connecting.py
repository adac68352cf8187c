"""The commands around a Google Sheet: connect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from addin.saying import Brand, one_line

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
    app.command("connect")(connect)


def shared(said: str, sign_in: Path | None) -> Shared:
    """The spreadsheet that a user names, by its id or its address. Raises CannotRun."""
    from connectors.errors import CannotRun
    from connectors.google.signed_in import kind_of
    from sheets.config import spreadsheet_of
    from sheets.config_text import Shared

    try:
        spreadsheet = spreadsheet_of(said.removeprefix("google:"))
    except ValueError as wrong:
        raise CannotRun(str(wrong), where="--google", expected="its address in the browser") from None
    return Shared(spreadsheet, None if sign_in is None else (kind_of(sign_in), str(sign_in.resolve())))


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
