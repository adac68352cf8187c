"""A refresh from the command line, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from addin.saying import clock, progress, say_besides, the_day, who

if TYPE_CHECKING:
    from sheets.brand import Brand
    from sheets.refresh import Refreshed
    from sheets.surfaces.surface import Surface

_MOST_EDITS: Final = 5


def surface_at_work(brand: Brand) -> Surface | None:
    """Where a refresh writes: the Google Sheet, the open workbook in Excel, or None: the file. Raises CannotRun."""
    from sheets.brand import surface_of
    from sheets.surfaces.excel.found import open_in_excel

    return surface_of(brand) if brand.google is not None else open_in_excel(brand.workbook)


def refreshed(brand: Brand, *, as_of: str | None = None, dry_run: bool = False) -> Refreshed:
    """The brand refreshed, in Excel where it holds the workbook, else in its file; and said. Raises CannotRun."""
    from sheets.refresh import refresh

    day = the_day(as_of)
    surface = None if dry_run or brand.google is not None else surface_at_work(brand)
    done = refresh(
        brand, now=clock(brand.folder), as_of=day, dry_run=dry_run, who=who(), progress=progress(), surface=surface
    )
    for change in done.changes:
        typer.echo(change.line)
    flags = len(done.reconciliation.daily)
    if done.written:
        said = f"{flags} flag{'' if flags == 1 else 's'} on the daily check"
        where = f"{brand.place} written" if surface is None else f"{brand.workbook.name}, open in Excel, written"
        typer.echo(f"Refresh {done.number}: {where}, {said}" + ("" if surface is None else "; save it to keep it"))
    else:
        typer.echo(f"{len(done.changes):,} changes; nothing was written", err=True)
    for edit in done.edits[:_MOST_EDITS]:
        typer.echo(f"Typed over, {'replaced' if done.written else 'would be replaced'}: {edit.line}", err=True)
    if len(done.edits) > _MOST_EDITS:
        typer.echo(f"and {len(done.edits) - _MOST_EDITS:,} more, all in the Log", err=True)
    say_besides(done.reconciliation)
    return done
