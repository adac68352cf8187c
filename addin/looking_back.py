"""The commands that look back: trace, replay, compare, month-end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from addin.saying import Brand, clock, exit_code, one_line, progress, say_besides, who

if TYPE_CHECKING:
    from sheets.compare import Comparison

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def add_to(app: typer.Typer) -> None:
    """Puts the commands among the others."""
    for name, command in (("trace", trace), ("replay", replay), ("compare", compare), ("month-end", month_end)):
        app.command(name)(command)


def trace(
    context: typer.Context,
    folder: Brand,
    sku: Annotated[str, typer.Argument(metavar="SKU")],
    location: Annotated[str, typer.Argument(metavar="LOCATION", help="As the tab Source Map names it.")],
    system: Annotated[str | None, typer.Option("--system", metavar="S", help="Only this system.")] = None,
) -> None:
    """Tell one SKU at one location line by line: counts, why they differ, and what moved. Writes nothing."""
    with one_line(context):
        from addin.screen import clean
        from sheets.brand import open_brand, setup_of
        from sheets.refresh import check
        from sheets.tracing import the_row, traced

        brand = open_brand(folder)
        row = the_row(setup_of(brand), sku, location)
        found = check(brand, now=clock(folder), traced=row, progress=progress())
        for line in traced(found, *row, system):
            typer.echo(clean(line))
    raise typer.Exit(exit_code(found))


def replay(
    context: typer.Context,
    folder: Brand,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="X", help="A refresh's number, a day, or a time (YYYY-MM-DDTHH:MM).")
    ],
    every: Annotated[bool, typer.Option("--all", help="All SKUs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the daily check as a refresh found it. Writes nothing."""
    with one_line(context):
        from sheets.brand import open_brand, setup_of
        from sheets.replay import replay as again
        from sheets.replay import the_history

        brand = open_brand(folder)
        zone = setup_of(brand).settings.time_zone
        shown = again(the_history(brand), as_of, zone)
        kept = shown.kept
        by = f" by {kept.who}" if kept.who else ""
        typer.echo(f"Refresh {kept.number}, made {kept.at.tz_convert(zone):%Y-%m-%d %H:%M}{by}", err=True)
        found = shown.reconciled(sys.maxsize if every else None)
        if as_json:
            import json

            from sheets.report import as_json as json_of

            typer.echo(json.dumps(json_of(found, all_rows=every), ensure_ascii=False, indent=1))
            say_besides(found)
        else:
            from addin.screen import show

            show(found)
    raise typer.Exit(exit_code(found))


def compare(
    context: typer.Context,
    folder: Brand,
    then: Annotated[str, typer.Argument(metavar="X", help="A refresh's number, a day, or a time.")],
    now: Annotated[str, typer.Argument(metavar="Y", help="The same, later.")],
    as_json: AsJson = False,
) -> None:
    """Say what changed from one refresh to another, and why: stock, a correction, the mapping, or a rule."""
    with one_line(context):
        from sheets.brand import open_brand, setup_of
        from sheets.compare import as_json as json_of
        from sheets.compare import compare as beside
        from sheets.replay import replay as again
        from sheets.replay import the_history

        brand = open_brand(folder)
        zone, history = setup_of(brand).settings.time_zone, the_history(brand)
        found = beside(history, again(history, then, zone), again(history, now, zone))
        if as_json:
            import json

            typer.echo(json.dumps(json_of(found), ensure_ascii=False, indent=1))
        else:
            _show(found)


def _show(found: Comparison) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from addin.screen import clean, console, units
    from sheets.compare import REASONS

    out = console(sys.stdout)
    changes = found.changes
    number = f"{len(changes):,} number{'' if len(changes) == 1 else 's'} or flags changed"
    out.print(f"Refresh {found.then.kept.number} to refresh {found.now.kept.number}: {number}")
    for line in (*(f"Setting {line}" for line in found.rules), *found.lines):
        out.print(clean(line), soft_wrap=True)
    if changes.empty:
        return
    headers = ("SKU", "Location", "System", "Then", "Now", "Stock", "Corrected", "Mapping", "Rule", "Flag")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        text = header in ("SKU", "Location", "System", "Flag")
        table.add_column(header, justify="left" if text else "right", no_wrap=True)
    for row in changes.to_dict("records"):
        moved = [_signed(row[reason], reason in row["why"]) for reason in reversed(REASONS)]
        then, now = row["flag_then"] or "", row["flag_now"] or ""
        flag = then if then == now else f"{then or 'none'} -> {now or 'none'}"
        cells = (row["sku"], row["location"], row["system"], units(row["then"]), units(row["now"]), *moved, flag)
        table.add_row(*(clean(cell) for cell in cells))
    out.print(table)


def _signed(number: float, changed: bool) -> str:
    if number != number:
        return "yes"
    return f"{number:+,.0f}" if number else ("flag" if changed else "")


def month_end(
    context: typer.Context,
    folder: Brand,
    month: Annotated[str, typer.Argument(metavar="MONTH", help="YYYY-MM, one that has ended.")],
) -> None:
    """Freeze units by location and state at a month's end, with cost and value. Later corrections are lines of
    their own."""
    with one_line(context):
        from sheets.alone import alone
        from sheets.brand import open_brand, setup_of
        from sheets.history.place import history_of
        from sheets.money import money
        from sheets.month_end import as_csv
        from sheets.month_end import month_end as freeze
        from sheets.pull import pull

        brand, time = open_brand(folder), clock(folder)
        with alone(brand.folder, who=who(), progress=progress()):
            setup, history = setup_of(brand), history_of(brand, make=True)
            assert history is not None
            read = pull(brand, setup, now=time, progress=progress())
            lines, corrected = freeze(history, read, setup, month, now=time, who=who())
            path = brand.folder / "month-end" / f"{month}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text(as_csv(lines), encoding="utf-8", newline="")
        worth = money(sum(line.value or 0 for line in lines), setup.settings.brand_currency)
        units = sum(line.units for line in lines)
        typer.echo(f"{path}: {units:,} units, {worth}, {len(lines):,} lines, {corrected} of them new corrections")
        unknown = sorted({line.sku for line in lines if line.unit_cost is None})
        if unknown:
            typer.echo(f"No cost, so no value: {', '.join(unknown[:5])}{' ...' if unknown[5:] else ''}", err=True)
        off = max((abs(line.hours_off) for line in lines), default=0)
        if off >= 1:
            typer.echo(f"The furthest count is {off:,.0f} hours from the cut-off (column hours_off)", err=True)
