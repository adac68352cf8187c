"""Month-end: units by location and state at a cut-off, frozen with cost and value; corrections on their own lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.errors import CannotRun
from connectors.frames import Batch, stacked
from sheets.engine.reconcile import reconcile
from sheets.engine.setup import Setup
from sheets.history.paged import local_day, micro, micro_of
from sheets.history.store import History

REACH: Final = pd.Timedelta(days=31)  # a count further away says nothing of the month's end
_LEDGER_BEATS: Final = 12 * 3_600_000_000  # microseconds off from which a ledger's balance of the day is nearer
FROZEN: Final = "frozen"
CORRECTION: Final = "correction"
ELSEWHERE: Final = "counted at another location of its pool"


@dataclass(frozen=True)
class Line:
    """Units of a SKU in one state at one location. kind: frozen, or a correction made later (then a difference).

    hours_off: from the cut-off to the count, below 0 before it. unit_cost, value: None where no cost is known.
    """

    kind: str
    written: str
    who: str
    sku: str
    location: str
    state: str
    units: int
    authority: str
    counted: str
    hours_off: float
    source: str
    unit_cost: float | None
    value: float | None


def cut_off(month: str, zone: ZoneInfo) -> pd.Timestamp:
    """The end of a month's last day. Raises CannotRun for what is no month."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) or month < "1970":
        raise CannotRun(f"'{month}' is not a month", where="month-end", expected="YYYY-MM")
    year, number = int(month[:4]), int(month[5:])
    after = date(year + number // 12, number % 12 + 1, 1)
    return pd.Timestamp(datetime(after.year, after.month, 1), tz=zone).tz_convert("UTC") - timedelta(microseconds=1)


def month_end(
    history: History, read: Batch, setup: Setup, month: str, *, now: pd.Timestamp, who: str
) -> tuple[list[Line], int]:
    """The lines of a month, frozen now if they never were; and how many corrections are new.

    read: what the dropped files say. What was frozen never changes; where sources say otherwise by now, the
    difference is added. Raises CannotRun for a month that has not ended, or of which nothing is known.
    """
    zone = ZoneInfo(setup.settings.time_zone)
    at = cut_off(month, zone)
    if now <= at:
        raise CannotRun(f"{month} has not ended", where="month-end", expected="a month that has")
    written = f"{now.tz_convert(zone):%Y-%m-%d %H:%M}"
    lines = _lines(_counted_at(history, read, setup, at, zone), setup, at, zone, written, who)
    kept = [Line(**one) for text in history.month_end(month) for one in json.loads(text)]
    if not kept and not lines:
        raise CannotRun(
            f"no count within {REACH.days} days of the end of {month}",
            where="month-end",
            expected="exports of that time, or refreshes made then",
            todo="drop exports of those days",
        )
    new = _corrections(kept, lines) if kept else lines
    if new:
        text = json.dumps([asdict(line) for line in new], ensure_ascii=False).encode()
        history.add_month_end(month, text, at=micro_of(now), who=who)
    return [*kept, *new], len(new) if kept else 0


def as_csv(lines: list[Line]) -> str:
    """The lines as CSV; a cost or value that is not known is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(Line.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(line) for line in lines)
    return out.getvalue()


def _counted_at(history: History, read: Batch, setup: Setup, at: pd.Timestamp, zone: ZoneInfo) -> Batch:
    """The counts of every system's place nearest to the cut-off, or a ledger's balances of that day, as a batch."""
    known = [history.counts(at - REACH, at + REACH), read.past, read.counts]
    counts = stacked("counts", [_near(frame, at) for frame in known])
    counts = counts.astype(dict.fromkeys(("system", "system_location", "system_sku", "state", "source"), "str"))
    if counts.empty and read.balances.empty:
        return Batch()
    # Of one time the file that lies there now is heard, not what history says of it.
    counts = counts.drop_duplicates(["system", "system_location", "system_sku", "state", "as_of"], keep="last")
    off = np.abs(micro(counts["as_of"]) - micro_of(at))
    place = [counts["system"], counts["system_location"]]
    nearest = pd.Series(off, index=counts.index).groupby(place).transform("min")
    counts, nearest = counts[(off == nearest).to_numpy()], nearest[(off == nearest).to_numpy()]
    ledger = _ledger(read.balances, at, zone)
    balanced = set(zip(ledger["system"], ledger["system_location"], strict=True))
    far = (nearest > _LEDGER_BEATS).to_numpy()
    better = [pair in balanced for pair in zip(counts["system"], counts["system_location"], strict=True)]
    counts = counts[~(far & np.array(better, dtype=bool))]
    there = set(zip(counts["system"], counts["system_location"], strict=True))
    used = [pair not in there for pair in zip(ledger["system"], ledger["system_location"], strict=True)]
    counts = stacked("counts", [frame for frame in (counts, ledger[np.array(used, dtype=bool)]) if len(frame)])
    columns = ["system", "system_location", "state", "as_of", "source"]
    coverage = counts[columns].drop_duplicates(columns[:4]).assign(time_from="column").reset_index(drop=True)
    order = ["system", "system_location", "state", "as_of", "time_from", "source"]
    return Batch(counts=counts, coverage=coverage[order])


def _near(frame: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    return frame[(frame["as_of"] >= at - REACH) & (frame["as_of"] <= at + REACH)]


def _ledger(balances: pd.DataFrame, at: pd.Timestamp, zone: ZoneInfo) -> pd.DataFrame:
    day = local_day(np.array([micro_of(at)]), zone)[0]
    mine = balances[local_day(micro(balances["as_of"]), zone) == day] if len(balances) else balances
    return mine.astype(dict.fromkeys(("system", "system_location", "system_sku", "state", "source"), "str"))


def _lines(batch: Batch, setup: Setup, at: pd.Timestamp, zone: ZoneInfo, written: str, who: str) -> list[Line]:
    found = reconcile(batch, setup, as_of=at)
    costs = dict(zip(setup.skus["sku"], setup.unit_costs().tolist(), strict=True))
    lines = []
    for row in found.counts.to_dict("records"):
        if pd.isna(row["units"]):
            continue
        cost = costs[row["sku"]]
        states = {state: row.get(state, np.nan) for state in found.states_added.get(row["location"], ())}
        for state, units in {**states, ELSEWHERE: -row["elsewhere"]}.items():
            if pd.isna(units) or not units:
                continue
            lines.append(
                Line(
                    FROZEN, written, who, row["sku"], row["location"], state, int(units), row["authority"],
                    f"{row['as_of'].tz_convert(zone):%Y-%m-%d %H:%M}",
                    round((row["as_of"] - at).total_seconds() / 3600, 2) + 0.0,  # no -0.0
                     str(row["source"]),
                    None if pd.isna(cost) else round(cost, 4), None if pd.isna(cost) else round(cost * units, 2),
                )
            )  # fmt: skip
    return lines


def _corrections(kept: list[Line], lines: list[Line]) -> list[Line]:
    """What the sources say by now beyond all that was written, a line for each SKU, location and state."""
    stands: dict[tuple[str, str, str], int] = {}
    for line in kept:
        stands[_key(line)] = stands.get(_key(line), 0) + line.units
    now = {_key(line): line for line in lines}
    cost = {line.sku: line.unit_cost for line in reversed(kept)}
    usual: Mapping[tuple[str, str, str], Line] = {_key(line): line for line in reversed(kept)}
    written, who = (lines[0].written, lines[0].who) if lines else ("", "")
    made = []
    for key in dict.fromkeys((*stands, *now)):
        more = (now[key].units if key in now else 0) - stands.get(key, 0)
        if more and lines:
            like = now.get(key) or usual[key]
            each = cost.get(like.sku, like.unit_cost)
            said = {"kind": CORRECTION, "written": written, "who": who, "units": more, "unit_cost": each}
            made.append(Line(**{**asdict(like), **said, "value": None if each is None else round(each * more, 2)}))
    return made


def _key(line: Line) -> tuple[str, str, str]:
    return line.sku, line.location, line.state
