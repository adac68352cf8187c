"""Days: how the ledger writes them, and the moment at which each one ends."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.cells import Cells, in_utc

TIME: Final = "datetime64[us, UTC]"
MONTH: Final = "%m/%Y"
_BY_SLASHES: Final = {2: "%m/%d/%Y", 1: MONTH}


def date_form(cells: Cells, name: str) -> str | None:
    """The form of a column's dates, by its first one: 12/31/2026, 12/2026, or None for 2026-12-31.

    Amazon's ledger writes the month first in every country; a file with a day above 12 in its place is
    refused at that cell, never read the other way round.
    """
    column = cells.rows.column(name)
    written = column[column != ""]
    return _BY_SLASHES.get(written.iat[0].count("/")) if len(written) else None


def day_end(moment: datetime, zone: ZoneInfo) -> pd.Timestamp:
    """The end, in UTC, of the day in the zone on which the moment falls."""
    return in_utc(moment.astimezone(zone).replace(tzinfo=None), zone, end_of_day=True)


def day_ends(times: pd.Series, zone: ZoneInfo) -> pd.Series:
    """The end, in UTC, of the day in the zone on which each time falls."""
    return _ends(_local_days(times, zone), zone)


def month_ends(times: pd.Series, zone: ZoneInfo) -> pd.Series:
    """The end, in UTC, of the month in the zone in which each time falls."""
    return _ends(_local_days(times, zone) + pd.offsets.MonthEnd(0), zone)


def _local_days(times: pd.Series, zone: ZoneInfo) -> pd.Series:
    return times.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()


def _ends(days: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Each different day once: only the calendar of the zone knows when it ends."""
    codes, each_day = pd.factorize(days)
    ends = [in_utc(pd.Timestamp(day).to_pydatetime(), zone, end_of_day=True) for day in each_day]
    return pd.Series(ends, dtype=TIME).take(codes).reset_index(drop=True)
