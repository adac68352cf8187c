"""The daily check on the screen: a line, a table, and what the buyer should know besides."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final, TextIO
from zoneinfo import ZoneInfo

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.frames import Note, SetAside
from sheets.engine.reconcile import Reconciliation
from sheets.money import hidden_overstock, money

_PIPED_WIDTH: Final = 120
_LEAST_TITLE: Final = 10
_MOST_TITLE: Final = 40
_MOST_LINES: Final = 8
_HEADERS: Final = (
    "Rank", "SKU", "Title", "Location", "Authority", "System", "Its\nUnits", "Gap", "Allowed", "At Cost", "Flag",
)  # fmt: skip
_LEFT: Final = {"SKU", "Title", "Location", "System", "Flag"}
_TITLE: Final = _HEADERS.index("Title")
_COLOURS: Final = {"NO COUNT": "magenta", "MAPPING": "magenta", "CHECK": "bold red", "TRANSACTION": "bold red"}


def console(stream: TextIO) -> Console:
    """A console on a stream; where it is no terminal there are no colours, and lines are as long as they are."""
    width = None if stream.isatty() else 10_000
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def show(found: Reconciliation, out: Console | None = None) -> None:
    """The daily check, then overstock that totals hide, what was set aside, what is unmapped, and notes."""
    out = out or console(sys.stdout)
    out.print(_summary(found), soft_wrap=True)
    if len(found.daily):
        out.print()
        out.print(_table(found, out.width if out.is_terminal else None))
        out.print()
    for line in besides(found):
        out.print(line, soft_wrap=True)


def _summary(found: Reconciliation) -> str:
    zone = ZoneInfo(found.setup.settings.time_zone)
    flags = len(found.daily)
    checked = int(found.checked.sum())
    day = f"{found.as_of.tz_convert(zone):%Y-%m-%d}"
    said = f"As of {day}: {checked:,} SKU{'' if checked == 1 else 's'} checked, "
    known = f"; {len(found.known)} known, quiet" if len(found.known) else ""
    if not flags:
        return f"{said}no flags{known}"
    worth = money(float(found.daily["at_cost"].sum()), found.setup.settings.brand_currency)
    return f"{said}{flags:,} flag{'s' if flags > 1 else ''}, {worth} at cost{known}"


def _table(found: Reconciliation, width: int | None) -> Table:
    """The table, every column whole but the title, which gets the room that is left; width None: any."""
    rows = _rows(found)
    widths = [
        max(cell_len(line) for row in (_HEADERS, *rows) for line in row[at].split("\n")) for at in range(len(_HEADERS))
    ]
    gap, title = _room(widths, width or max(_PIPED_WIDTH, _needed(widths)))
    table = Table(
        box=SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold"
    )  # fmt: skip
    shown = [at for at in range(len(_HEADERS)) if at != _TITLE or title]
    for at in shown:
        table.add_column(
            _HEADERS[at],
            justify="left" if _HEADERS[at] in _LEFT else "right",
            no_wrap=True,
            overflow="ellipsis",
            width=title if at == _TITLE else widths[at],
        )
    for row in rows:
        table.add_row(*(Text(row[at], style=_COLOURS.get(row[at], "")) for at in shown))
    return table


def _needed(widths: Sequence[int]) -> int:
    """The width of all columns but the title, two blanks between them."""
    return sum(widths) - widths[_TITLE] + 2 * (len(widths) - 2)


def _room(widths: Sequence[int], width: int) -> tuple[int, int]:
    """Blanks between columns, and the title's width; 0 where there is no room for it."""
    rest = _needed(widths)
    for gap in (2, 1):
        room = width - rest + (2 - gap) * (len(widths) - 2) - gap
        if room >= min(_LEAST_TITLE, widths[_TITLE]):
            return gap, min(room, widths[_TITLE], _MOST_TITLE)
    return (2 if rest <= width else 1), 0


def _rows(found: Reconciliation) -> list[tuple[str, ...]]:
    titles = dict(zip(found.setup.skus["sku"], found.setup.skus["title"], strict=True))
    currency = found.setup.settings.brand_currency
    return [
        (
            str(row.rank),
            clean(row.sku),
            clean(titles[row.sku]) if isinstance(titles[row.sku], str) else "",
            clean(row.location),
            units(row.authority_units),
            clean(row.system),
            units(row.system_units),
            "" if pd.isna(row.gap) else f"{row.gap:+,.0f}",
            "" if pd.isna(row.threshold) else f"{row.threshold:,.1f}".removesuffix(".0"),
            "no cost" if pd.isna(row.at_cost) else money(row.at_cost, currency),
            row.flag,
        )
        for row in found.daily.itertuples(index=False)
    ]


def units(number: float) -> str:
    """Units, or `none` where a system says nothing."""
    return "none" if pd.isna(number) else f"{number:,.0f}"


def besides(found: Reconciliation) -> list[str]:
    """What belongs beside the table, a line each."""
    aside, notes = _aside(found, found.set_aside), _notes(found.notes)
    return [*map(clean, (*hidden_overstock(found), *aside, *_unmapped(found), *notes))]


def _aside(found: Reconciliation, aside: Sequence[SetAside]) -> list[str]:
    zone = ZoneInfo(found.setup.settings.time_zone)
    kept = [
        "" if one.kept_as_of is None else f". Kept: the count of {one.kept_as_of.tz_convert(zone):%Y-%m-%d}"
        for one in aside
    ]
    lines = [f"Set aside: {one.system}: {one.reason}{said}" for one, said in zip(aside, kept, strict=True)]
    return _first(lines, "inputs set aside")


def _unmapped(found: Reconciliation) -> list[str]:
    rows = found.setup.source_map
    mapped = set(zip(rows["system"], rows["system_location"], strict=True))
    lines = []
    for (system, place), units_of in found.unmapped.groupby(["system", "system_location"], sort=False):
        names = list(dict.fromkeys(units_of["system_sku"]))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        todo = "name the SKU in Identifiers" if (system, place) in mapped else "no row of the Source Map has it"
        lines.append(
            f"Not mapped: {int(units_of['units'].sum()):,} units in {system} at '{place}', "
            f"{', '.join(names[:3])}{more}: {todo}"
        )
    return _first(lines, "places with units that are not mapped")


def _notes(notes: Sequence[Note]) -> list[str]:
    return _first([f"Note: {': '.join(part for part in (n.system, n.source, n.said) if part)}" for n in notes], "notes")


def _first(lines: list[str], what: str) -> list[str]:
    more = len(lines) - _MOST_LINES
    return lines if more <= 1 else [*lines[:_MOST_LINES], f"... and {more} more {what}"]


def clean(text: str) -> str:
    """Text from systems without signs that would steer a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
