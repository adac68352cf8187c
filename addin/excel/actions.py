"""What each button does. Each gives the one message that is shown at its end, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

import pandas as pd

from addin.excel.selected import selected_row
from addin.saying import clock, who
from sheets.brand import Brand, setup_from, tables_of
from sheets.engine.reconcile import Reconciliation
from sheets.money import money
from sheets.progress import Progress
from sheets.refresh import Refreshed, check, refresh
from sheets.surfaces.excel.opened import OpenWorkbook
from sheets.tracing import the_row, traced

if TYPE_CHECKING:
    import xlwings

# Seconds that a button waits for slow systems, and half as many for another refresh: of two minutes so much is left
# for the work itself.
WITHIN: Final = 60.0
# Excel shows no longer message.
_LONGEST: Final = 1000
_MOST_LINES: Final = 4


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed: in which workbook, of which brand, with what typed into its question."""

    book: xlwings.Book
    brand: Brand
    surface: OpenWorkbook
    argument: str
    say: Progress


def refresh_counts(at: Pressed) -> str:
    """Everything refreshed."""
    return _closing(_refreshed(at))


def refresh_sku(at: Pressed) -> str:
    """The same, and what became of the SKU that is selected."""
    asked = selected_row(at.book, with_location=False)
    shown = tables_of(at.brand, at.surface)
    before = _units(shown)
    done = _refreshed(at)
    sku = next((str(one) for one in done.reconciliation.setup.skus["sku"] if str(one) == asked.sku), asked.sku)
    return _message([*_about(done.reconciliation, sku, before), "", *_closing(done).splitlines()])


def check_today(at: Pressed) -> str | None:
    """The daily check in front; a message only where it is not of today."""
    for sheet in at.book.sheets:
        if any(table.name == "DailyCheck" for table in sheet.tables):
            sheet.activate()
            sheet.range("A1").select()
            break
    shown = tables_of(at.brand, at.surface)
    log = shown.get("Log")
    rows = [] if log is None or not {"Refresh", "When"} <= set(log) else zip(log["Refresh"], log["When"], strict=True)
    # A user may have sorted the Log.
    number, made = max(((one, when) for one, when in rows if isinstance(one, (int, float))), default=(0, None),
                       key=lambda row: row[0])  # fmt: skip
    if not number:
        return "Nothing was refreshed yet: press Refresh counts."
    if not isinstance(made, datetime):
        return f"The last refresh is {number:.0f}; the tab Log does not say when it was. Press Refresh counts."
    zone = setup_from(shown, at.brand.place).settings.time_zone
    if made.date() == pd.Timestamp.now(zone).date():
        return None
    return f"The last refresh, {number:.0f}, is of {made:%a %d %b %Y %H:%M}: press Refresh counts for today's."


def trace_row(at: Pressed) -> None:
    """The row that is selected told line by line, in a workbook of its own."""
    asked = selected_row(at.book, with_location=True)
    row = the_row(setup_from(tables_of(at.brand, at.surface), at.brand.place), asked.sku, asked.location)
    found = check(at.brand, now=clock(at.brand.folder), traced=row, progress=at.say, surface=at.surface, within=WITHIN)
    _told(at.book.app, traced(found, *row, asked.system or None))


def row_as_of(at: Pressed) -> None:
    """The same row as an earlier refresh found it."""
    from sheets.replay import replay, the_history

    asked = selected_row(at.book, with_location=True)
    setup = setup_from(tables_of(at.brand, at.surface), at.brand.place)
    row = the_row(setup, asked.sku, asked.location)
    at.say("reading history")
    shown = replay(the_history(at.brand), at.argument, setup.settings.time_zone)
    made = shown.kept.at.tz_convert(setup.settings.time_zone)
    lines = traced(shown.reconciled(traced=row), *row, asked.system or None)
    _told(at.book.app, [f"As refresh {shown.kept.number} of {made:%Y-%m-%d %H:%M} found it", "", *lines])


def restore_last(at: Pressed) -> str:
    """What stood there before the last refresh of the open workbook."""
    at.say("bringing back what was")
    at.surface.take_back()
    return "What stood here before the last refresh is here again. History keeps the refresh."


ACTIONS: Final[Mapping[str, Callable[[Pressed], str | None]]] = {
    "refresh": refresh_counts,
    "sku": refresh_sku,
    "today": check_today,
    "trace": trace_row,
    "as-of": row_as_of,
    "restore": restore_last,
}


def _refreshed(at: Pressed) -> Refreshed:
    return refresh(
        at.brand, now=clock(at.brand.folder), who=who(), progress=at.say, surface=at.surface, within=WITHIN
    )  # fmt: skip


def _closing(done: Refreshed) -> str:
    """Counts read, flags, what was set aside."""
    found = done.reconciliation
    systems, flags = len(found.systems_read), len(found.daily)
    worth = money(float(found.daily["at_cost"].sum()), found.setup.settings.brand_currency)
    lines = [
        f"Refresh {done.number}: {found.rows_read:,} rows read, counts of {systems} system{'s' * (systems != 1)}.",
        f"{flags:,} flag{'' if flags == 1 else 's'} on the daily check{f', {worth} at cost' if flags else ''}.",
    ]
    aside = [f"Set aside: {one.system}: {one.reason}"[:200] for one in found.set_aside]
    lines += [*aside[:_MOST_LINES], *_more(aside, "set aside")]
    edits = [f"Typed over, replaced: {one.line}"[:200] for one in done.edits]
    lines += [*edits[:_MOST_LINES], *_more(edits, "replaced, all in the tab Log")]
    return _message([*lines, "Save the workbook to keep it."])


def _more(lines: list[str], what: str) -> list[str]:
    more = len(lines) - _MOST_LINES
    return [f"and {more:,} more {what}"] if more > 0 else []


def _units(shown: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], float]:
    """What the tab Counts said of each SKU and location."""
    counts = shown.get("Counts")
    if counts is None or not {"SKU", "Location", "Units"} <= set(counts):
        return {}
    rows = zip(counts["SKU"], counts["Location"], counts["Units"], strict=True)
    return {(str(sku), str(place)): units for sku, place, units in rows if isinstance(units, (int, float))}


def _about(found: Reconciliation, sku: str, before: Mapping[tuple[str, str], float]) -> list[str]:
    order = found.orders[found.orders["sku"] == sku]
    lines = [f"{sku}: not on the tab SKUs" if order.empty else _order(sku, order.iloc[0])]
    for line in found.counts[found.counts["sku"] == sku].itertuples(index=False):
        was = before.get((sku, str(line.location)))
        units = "no number" if pd.isna(line.units) else f"{line.units:,.0f}"
        changed = f" (was {was:,.0f})" if was is not None and not pd.isna(line.units) and was != line.units else ""
        gaps = found.gaps[
            (found.gaps["sku"] == sku) & (found.gaps["location"] == line.location) & found.gaps["flagged"]
        ]
        flags = ", ".join(f"{one.system} {one.flag}" for one in gaps.itertuples(index=False))
        lines.append(f"{line.location}: {units}{changed}, {line.authority}" + (f"; {flags}" if flags else ""))
    return lines


def _order(sku: str, row: pd.Series) -> str:
    number = "no number" if pd.isna(row["order_against"]) else f"{row['order_against']:,.0f}"
    return f"{sku}: order against {number}, {row['order']}"


def _message(lines: Iterable[str]) -> str:
    """One message that Excel can show whole."""
    said = "\n".join(lines)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 4]} ..."


def _told(app: xlwings.App, lines: Iterable[str]) -> None:
    """Lines in a new workbook, which nobody has to save."""
    rows = [[line] for line in islice(lines, 100_000)]
    sheet = app.books.add().sheets[0]
    area = sheet.range((1, 1), (len(rows), 1))
    area.number_format = "@"
    area.formula = rows
    sheet.range("A1").column_width = 120
