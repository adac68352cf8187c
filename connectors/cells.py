"""Text to numbers and times, column by column; a cell that cannot be converted is named by its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from connectors.delimited import Rows, plain
from connectors.errors import BadCell, HeaderChanged

MISSING: Final = frozenset({"", "-", "--", "n/a", "na", "null", "none", "nan"})
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.0*)?$")
_WHOLE: Final = re.compile(r"[+-]?\d+(\.0*)?$")
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?)?")
_MOST: Final = 10**12
END_OF_DAY: Final = time(23, 59, 59)


@dataclass(frozen=True)
class Cells:
    """The columns of one file, read as what they must be; `file` is the name said in errors."""

    rows: Rows
    file: str

    def need(self, *names: str) -> None:
        """Raises HeaderChanged for the first of these columns that is not there."""
        for name in names:
            if not self.rows.has(name):
                raise HeaderChanged(
                    f"has no column '{name}'",
                    where=self.file,
                    expected=f"it among {', '.join(repr(n) for n in self.rows.header[:40])}",
                    todo="export it again with that column, or map its new name in mastersheet.toml",
                )

    def text(self, name: str) -> pd.Series:
        """The cells as text; an empty cell is missing."""
        column = self.rows.column(name)
        return column.where(column != "", None).astype("str")

    def keys(self, name: str) -> pd.Series:
        """SKUs or other names that no row may be without. Raises BadCell."""
        column = self.rows.column(name)
        gone = np.flatnonzero((column == "").to_numpy())
        if len(gone):
            self.bad(name, int(gone[0]), "is empty", "a value in every row")
        return column

    def units(self, name: str) -> pd.Series:
        """Whole units, Int64; blanks and `--` are missing. Raises BadCell for a part of a unit or a word."""
        return self._each(name, _units, "Int64", "a whole number of units")

    def money(self, name: str) -> pd.Series:
        """Amounts of money, float64; blanks are missing. Raises BadCell."""
        return self._each(name, _money, "float64", "an amount such as 12.50")

    def times(self, name: str, zone: ZoneInfo, form: str | None = None) -> pd.Series:
        """Times in UTC; a bare date is the end of that day in the zone. Raises BadCell."""
        wanted = f"a time in the form {form}" if form else "a date such as 2026-10-05"
        # A date in a tab is a date whatever form it is shown in, and comes as 2026-10-05.
        dates = self.rows.in_a_tab

        def read(text: str) -> pd.Timestamp:
            return _time(text, zone, None if dates and _ISO.fullmatch(text) else form)

        return self._each(name, read, "datetime64[us, UTC]", wanted)

    def _each(self, name: str, convert: Callable[[str], Any], dtype: str, wanted: str) -> pd.Series:
        """Convert each different text once: exports repeat themselves."""
        column = self.rows.column(name)
        codes, texts = pd.factorize(column)
        values: list[Any] = []
        for number, text in enumerate(texts):
            try:
                values.append(None if text.lower() in MISSING else convert(text))
            except ValueError as problem:
                row = int(np.argmax(codes == number))
                self.bad(name, row, f"'{text[:60]}' {problem}", wanted)
        converted = pd.Series(values, dtype=dtype)
        return converted.take(codes).reset_index(drop=True)

    def bad(self, name: str, row: int, what: str, wanted: str) -> NoReturn:
        """Raises BadCell for that row (counted from 0) of that column."""
        written = self.rows.header[self.rows.places[plain(name)]]
        raise BadCell(
            f"column '{written}' {what}",
            where=self.rows.where(self.file, row, name),
            expected=wanted,
            todo="correct it where it comes from and export again",
        )


def _units(text: str) -> int:
    bare = text.replace(",", "") if _THOUSANDS.match(text) else text
    if not _WHOLE.match(bare):
        try:
            float(bare)
        except ValueError:
            raise ValueError("is not a number") from None
        raise ValueError("is not a whole number of units")
    units = int(bare.split(".")[0])
    if abs(units) > _MOST:
        raise ValueError("is more than any warehouse holds")
    return units


def _money(text: str) -> float:
    bare = text.replace(",", "") if re.match(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?$", text) else text
    if not re.match(r"[+-]?(\d+(\.\d*)?|\.\d+)$", bare):
        raise ValueError("is not an amount")
    return float(bare)


def _time(text: str, zone: ZoneInfo, form: str | None) -> pd.Timestamp:
    if form:
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            raise ValueError("is not in that form") from None
        bare = not re.search(r"%[HIMSfcXT]", form)
    else:
        bare = bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text))
        # Amazon writes offsets without a colon: 2026-07-06T00:00:00-0700
        if not re.match(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError("is not a date")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("is not a date") from None
    return in_utc(moment, zone, end_of_day=bare)


def in_utc(moment: datetime, zone: ZoneInfo, *, end_of_day: bool = False) -> pd.Timestamp:
    """The moment in UTC; one without a zone is local to `zone`, a bare date is the end of its day there."""
    if end_of_day:
        moment = datetime.combine(moment.date(), END_OF_DAY)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return pd.Timestamp(moment).tz_convert("UTC").as_unit("us")


def last_believed(now: pd.Timestamp, zone: ZoneInfo) -> pd.Timestamp:
    """The latest time that is believed: the end of tomorrow. More than a day ahead no system can know."""
    return in_utc(
        (now + timedelta(days=1)).tz_convert(zone).to_pydatetime().replace(tzinfo=None), zone, end_of_day=True
    )


def days_ahead(latest: pd.Timestamp, now: pd.Timestamp, zone: ZoneInfo) -> bool:
    """Whether a time is dated more than a day ahead."""
    return bool(latest > last_believed(now, zone))


def said_latest(now: pd.Timestamp, zone: ZoneInfo) -> str:
    """The latest day that is believed, as the user is told."""
    return f"nothing later than {last_believed(now, zone).tz_convert(zone):%Y-%m-%d}, tomorrow"
