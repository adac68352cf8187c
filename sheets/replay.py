"""Replay: what a refresh found, worked out again from what was read then, by the setup as it stood then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.errors import CannotRun
from connectors.frames import Batch
from sheets.brand import Brand
from sheets.engine.reconcile import Reconciliation, reconcile
from sheets.engine.setup import Setup
from sheets.filled import filled
from sheets.history.past import with_past
from sheets.history.place import history_of
from sheets.history.store import History, Kept
from sheets.setup_tables import read_setup


@dataclass(frozen=True)
class Replay:
    """One refresh as it was: what was read, with the past that was known then, and the setup."""

    kept: Kept
    batch: Batch
    setup: Setup

    def reconciled(self, top_n: int | None = None, traced: tuple[str, str] | None = None) -> Reconciliation:
        """What the refresh found. top_n, traced: see `reconcile`."""
        as_of = self.kept.as_of
        return reconcile(self.batch, filled(self.setup, self.batch, as_of), as_of=as_of, top_n=top_n, traced=traced)


def the_history(brand: Brand) -> History:
    """The brand's history. Raises CannotRun when it has none yet."""
    history = history_of(brand)
    if history is None or not history.refreshes():
        raise CannotRun(
            "has no refresh in its history yet",
            where=str(brand.folder),
            todo=f"`mastersheet refresh {brand.folder}` makes the first",
        )
    return history


def replay(history: History, asked: str, zone: str) -> Replay:
    """The refresh of a number, or the last one made up to a time or the end of a day in the brand's time zone.

    Raises CannotRun when there is none, saying which there are.
    """
    kept = _found(history.refreshes(), asked, ZoneInfo(zone))
    batch, tables = history.read(kept)
    setup = read_setup(tables)
    systems = set(setup.source_map["system"])
    used = ZoneInfo(setup.settings.time_zone)
    whole = with_past(batch, history, used, as_of=kept.as_of, first=kept.first, systems=systems, upto=kept.id - 1)
    return Replay(kept, whole, setup)


def _found(refreshes: list[Kept], asked: str, zone: ZoneInfo) -> Kept:
    first, last = refreshes[0], refreshes[-1]
    known = f"{first.number} to {last.number}, made {_said(first.at, zone)} to {_said(last.at, zone)}"
    if re.fullmatch(r"\d{1,7}", asked):
        named = [one for one in refreshes if one.number == int(asked)]
        if not named:
            raise CannotRun(f"no refresh {asked}", where="history", expected=f"one of {known}")
        return named[-1]
    until = _moment(asked, zone)
    made = [one for one in refreshes if one.at < until]
    if not made:
        raise CannotRun(f"no refresh was made by {asked}", where="history", expected=f"one of {known}")
    return made[-1]


def _moment(asked: str, zone: ZoneInfo) -> pd.Timestamp:
    """The first moment after what is asked for."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", asked):
            day = date.fromisoformat(asked) + timedelta(days=1)
            return pd.Timestamp(datetime(day.year, day.month, day.day), tz=zone).tz_convert("UTC")
        time = datetime.fromisoformat(asked)
    except ValueError:
        raise CannotRun(
            f"'{asked}' is neither a refresh nor a time",
            where="replay",
            expected="a refresh's number, YYYY-MM-DD, or YYYY-MM-DDTHH:MM",
        ) from None
    aware = time.replace(tzinfo=zone) if time.tzinfo is None else time
    return pd.Timestamp(aware).tz_convert("UTC") + pd.Timedelta(microseconds=1)


def _said(moment: pd.Timestamp, zone: ZoneInfo) -> str:
    return f"{moment.tz_convert(zone):%Y-%m-%d %H:%M}"
