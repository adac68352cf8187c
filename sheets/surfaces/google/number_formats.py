"""Formats of numbers, from Excel's language into Google's and back: they differ in what the format is of.

https://developers.google.com/workspace/sheets/api/guides/formats
"""

from __future__ import annotations

import re
from typing import Any, Final

# What Excel alone understands: a place's language, and what texts look like among dates.
_EXCELS: Final = re.compile(r"\[\$-[0-9A-Fa-f]+\]|;@$")
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# What Google shows where a format has no pattern.
_USUAL: Final = {
    "DATE": "yyyy-mm-dd", "TIME": "hh:mm:ss", "DATE_TIME": "yyyy-mm-dd hh:mm:ss", "PERCENT": "0.00%",
    "CURRENCY": "#,##0.00", "SCIENTIFIC": "0.00E+00", "TEXT": "@",
}  # fmt: skip
DAYS: Final = {"DATE": "day", "DATE_TIME": "time"}


def to_google(number: str) -> dict[str, Any] | None:
    """Google's format; None for none of one's own."""
    pattern = _EXCELS.sub("", number)
    bare = _QUOTED.sub("", pattern).lower()
    if not pattern or bare == "general":
        return None
    if bare == "@":
        return {"type": "TEXT"}
    if "[h" in pattern.lower() or re.search(r"[ymdhs]", bare):
        day, hour = re.search(r"[yd]|mmm", bare), "h" in bare or "[h" in pattern.lower() or "s" in bare
        kind = "DATE" if not hour else "DATE_TIME" if day else "TIME"
        return {"type": kind, "pattern": pattern}
    kind = "PERCENT" if "%" in bare else "SCIENTIFIC" if "e+" in bare or "e-" in bare else "NUMBER"
    return {"type": kind, "pattern": pattern}


def from_google(said: dict[str, Any]) -> str:
    """Excel's format; an empty text for none."""
    kind = said.get("type", "")
    return str(said.get("pattern") or _USUAL.get(kind, ""))
