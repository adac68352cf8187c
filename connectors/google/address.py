"""The address of a Google spreadsheet, and its id: https://developers.google.com/workspace/sheets/api/guides/concepts"""

from __future__ import annotations

import re
from typing import Final

_ID: Final = re.compile(
    r"(?:https://docs\.google\.com/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/)?([A-Za-z0-9_-]+)(?:[/?#].*)?"
)
# What was published on the web has an address of its own, without the spreadsheet's id.
_PUBLISHED: Final = "/d/e/"


def spreadsheet_of(said: str) -> str:
    """The id of a Google spreadsheet, out of it or its whole address. Raises ValueError."""
    if _PUBLISHED in said:
        raise ValueError(f"'{said}' is the address of a published copy, take that of the spreadsheet being edited")
    found = _ID.fullmatch(said.strip())
    if found is None:
        raise ValueError(f"'{said}' is neither the id nor the address of a Google spreadsheet")
    return found[1]


def address_of(spreadsheet: str) -> str:
    """Where a browser finds it."""
    return f"https://docs.google.com/spreadsheets/d/{spreadsheet}/edit"
