"""The date that a file's name carries, by a pattern such as `stock_%Y-%m-%d`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.cells import in_utc
from connectors.errors import SetupWrong

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS: Final = {
    "Y": r"20\d{2}",
    "y": r"\d{2}",
    "m": r"\d{2}",
    "d": r"\d{2}",
    "b": "|".join(_MONTHS),
    "H": r"\d{2}",
    "M": r"\d{2}",
    "S": r"\d{2}",
}


def file_date(name: str, pattern: str, zone: ZoneInfo) -> pd.Timestamp | None:
    """The first date in the name that fits the pattern, in UTC; without %H the end of that day in the zone.

    The pattern may stand anywhere in the name. Raises SetupWrong for a pattern that is none.
    """
    found = re.compile(f"(?={_regex(pattern)})", re.IGNORECASE)
    for candidate in found.finditer(name):
        part = candidate.groupdict()
        month = _MONTHS.index(part["b"].lower()) + 1 if "b" in part else int(part["m"])
        year = int(part["Y"]) if "Y" in part else 2000 + int(part["y"])
        hour, minute, second = (int(part.get(letter, 0)) for letter in "HMS")
        try:
            moment = datetime(year, month, int(part["d"]), hour, minute, second)
        except ValueError:
            continue
        return in_utc(moment, zone, end_of_day="H" not in part)
    return None


def _regex(pattern: str) -> str:
    pieces = re.split(r"%(.)", pattern)
    letters = pieces[1::2]
    once = len(set(letters)) == len(letters)
    whole = "d" in letters and len({"Y", "y"} & set(letters)) == 1 and len({"m", "b"} & set(letters)) == 1
    if not (once and whole and set(letters) <= set(_PARTS)):
        raise SetupWrong(
            f"file_date '{pattern}' is no pattern of a date",
            expected="%Y or %y, %m or %b, and %d, each once; %H, %M and %S if the name has them",
            todo="write it as the date stands in the file's name, such as stock_%Y-%m-%d",
        )
    return "".join(
        f"(?P<{piece}>{_PARTS[piece]})" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)
    )
