"""Trace: one SKU at one location, told from the last agreement to today, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.errors import CannotRun
from sheets.engine.diagnosis.parts import OPEN, Diagnosis, Part
from sheets.engine.evidence import COUNTED, EXPECTED, OPENING
from sheets.engine.reconcile import Reconciliation
from sheets.engine.setup import Setup
from sheets.tabs.next_action import SHOWN, Row, what_to_do

_DAYS = 14


def the_row(setup: Setup, sku: str, location: str) -> tuple[str, str]:
    """The SKU and the location as the workbook names them. Raises CannotRun for a name that is not there."""
    return (
        _named(sku, setup.skus["sku"], "SKUs"),
        _named(location, setup.locations["location"], "Locations"),
    )


def _named(asked: str, names: pd.Series, tab: str) -> str:
    known = [str(name) for name in names]
    for name in known:
        if name.casefold() == asked.casefold():
            return name
    folded = {name.casefold(): name for name in known}
    near = [folded[one] for one in difflib.get_close_matches(asked.casefold(), folded, n=3, cutoff=0.5)] or known[:3]
    raise CannotRun(f"no '{asked}' on the tab {tab}", where="trace", expected=f"a name such as {', '.join(near)}")


def traced(found: Reconciliation, sku: str, location: str, system: str | None = None) -> Iterator[str]:
    """The lines of a SKU at a location, of one other system or of all.

    found: reconciled with `traced` of that SKU and location. Raises CannotRun for a system that is not mapped there.
    """
    gaps = found.gaps[(found.gaps["sku"] == sku) & (found.gaps["location"] == location)]
    if system is not None:
        gaps = gaps[gaps["system"].astype("str").str.casefold() == system.casefold()]
    counted = found.counts[(found.counts["sku"] == sku) & (found.counts["location"] == location)]
    if gaps.empty and (counted.empty or system is not None):
        which = f" in {system}" if system else ""
        raise CannotRun(f"no count of {sku} at {location}{which}, today or before", where="trace")
    yield f"{sku} at {location}, as of {_local(found.as_of, found)}"
    for line in counted.itertuples(index=False):
        stale = ", STALE" if line.stale else ""
        yield f"{line.authority} (authority): {_units(line.units)}, counted {_local(line.as_of, found)}{stale}"
    for at, line in zip(gaps.index.tolist(), gaps.itertuples(index=False), strict=True):
        yield ""
        yield from _gap(found, found.diagnoses.get(at), line, sku)
    moved = found.evidence[(found.evidence["sku"] == sku) & (found.evidence["location"] == location)]
    if len(moved):
        yield ""
        yield "Since the last agreement, or of the last days:"
        yield from (f"  {line}" for line in _moved(moved, found))


def _gap(found: Reconciliation, why: Diagnosis | None, line: tuple[object, ...], sku: str) -> Iterator[str]:
    row = line._asdict()  # type: ignore[attr-defined]
    gap, allowed = row["gap"], row["threshold"]
    said = f"{row['system']}: {_units(row['system_units'])}"
    if gap == gap:
        said += f", gap {_signed(int(gap))}, {_units(allowed, 1)} allowed"
    yield f"{said}: {row['flag']}{', STALE' if row['stale'] else ''}"
    if why is None or gap != gap:
        return
    if why.agreed is not None:
        yield f"  Last agreed on {_day(why.agreed)}"
    elif why.history:
        yield f"  Never agreed in the days that are known; told from a gap of {why.opening:+,}"
    for part in why.parts:
        yield f"  {_part(part)}"
    if why.gap:
        yield f"  Not explained: {_signed(why.remainder)}"
    if row["flagged"] or why.verdict(allowed) != OPEN:
        settings = found.setup.settings
        today = found.as_of.tz_convert(ZoneInfo(settings.time_zone)).date().toordinal() - date(1970, 1, 1).toordinal()
        place = list(found.setup.skus["sku"]).index(sku)
        asked = Row(
            row["authority"], row["system"], row["location"], gap, today, found.legs.get(place, {}),
            settings.claim_days,
        )  # fmt: skip
        if why.parts or row["flagged"]:
            yield f"  {what_to_do(why, asked, allowed)}"
    days = [f"{_day(day)} {_signed(gap)}" for day, gap in why.history[-_DAYS:]]
    if days:
        yield f"  Gap by day: {', '.join(days)}"


def _part(part: Part) -> str:
    named = f" ({', '.join(part.references)})" if part.references else ""
    since = f" since {_day(part.since)}" if part.since is not None else ""
    other = f"; {part.alternatives} other explanations fit" if part.alternatives else ""
    return f"{part.units:+,} {part.cause}, {SHOWN[part.verdict]}{since}{named}{other}"


def _moved(rows: pd.DataFrame, found: Reconciliation) -> Iterator[str]:
    """Each system's rows; of those that are alike but for where they were read, one with their sum."""
    frame = rows.assign(like=rows[["reference", "order_type"]].fillna("").agg(" ".join, axis=1).str.strip())
    alike = ["system", "event", "at", "like"]
    for (system, event, at, like), some in frame.groupby(alike, sort=False, dropna=False):
        units, first = some["units"].sum(), some.iloc[0]
        said = _units(units) if event in (OPENING, EXPECTED, COUNTED) else f"{units:+,.0f}"
        line = f"{_local(at, found)}  {system}: {event} {said} {like}".rstrip()
        if first["source"]:
            more = f" and {len(some) - 1} more row{'s' if len(some) > 2 else ''}" if len(some) > 1 else ""
            line += f"  [{first['source']}{_row(first['row'])}{more}]"
        yield line


def _signed(units: int) -> str:
    return f"{units:+,}" if units else "0"


def _row(number: float) -> str:
    return "" if pd.isna(number) else f":{number:.0f}"


def _units(units: float, digits: int = 0) -> str:
    return "no number" if units != units else f"{units:,.{digits}f}".removesuffix(".0")


def _day(day: int) -> str:
    return f"{date(1970, 1, 1) + timedelta(days=day):%Y-%m-%d}"


def _local(moment: pd.Timestamp, found: Reconciliation) -> str:
    if pd.isna(moment):
        return "never"
    return f"{moment.tz_convert(ZoneInfo(found.setup.settings.time_zone)):%Y-%m-%d %H:%M}"
