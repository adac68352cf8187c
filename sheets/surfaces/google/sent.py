"""The requests of a refresh, sent: as one batch, which Google does as a whole or not at all.

Google asks for at most 2 MB in one: https://developers.google.com/workspace/sheets/api/limits. Where a refresh is
larger it goes in several, and until the last of them the first tab says that it is under way.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL

from connectors.errors import CannotRun
from connectors.google.refused import MayBeWritten
from sheets.surfaces.google import requests_of as make
from sheets.surfaces.google.meanwhile import SHEETS, Watched, compare
from sheets.surfaces.google.there import STAMP, GoogleThere, there_in

if TYPE_CHECKING:
    from connectors.google.asked import Asked

# Bytes of requests in one batch; the rest of it is small.
MOST: Final = 1_900_000
UNDER_WAY: Final = "Refresh under way: the numbers are whole only when this line is gone"
# How often a batch is sent that Google did not do.
_TRIES: Final = 2


@dataclass(frozen=True)
class Batch:
    """What is sent. before, after: what must stand there then, if nobody works in it meanwhile.

    says: writes that it is under way; said: writes what is to stand there instead; both in one cell of the first tab.
    """

    requests: Sequence[make.Request]
    before: Sequence[Watched]
    after: Sequence[Watched]
    says: make.Request
    said: make.Request


def send(asked: Asked, spreadsheet: str, batch: Batch, there: GoogleThere) -> None:
    """Sends it. Raises ChangedMeanwhile where keys do not stand where they should afterwards, and CannotRun."""
    parts = list(in_parts(batch.requests))
    number = there.metadata.get((STAMP, None), (0, ""))[0]
    for at, requests in enumerate(parts, 1):
        last = at == len(parts)
        stamp = secrets.token_hex(8) if last else f"{UNDER_WAY} {secrets.token_hex(8)}"
        body: dict[str, Any] = {"requests": [*requests, *make.stamped(number, stamp)]}
        if len(parts) > 1:
            body["requests"].append(batch.said if last else batch.says)
        if last and batch.after:
            body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True,
                     "responseRanges": [one.a1 for one in batch.after]}  # fmt: skip
        said = _sent(asked, spreadsheet, body, stamp, f"{at} of {len(parts)}" if len(parts) > 1 else "")
        if not last and not number:
            number = there_in(asked, spreadsheet).metadata[STAMP, None][0]
        if last and said is not None:
            compare(batch.after, {one["properties"].get("sheetId", 0): one for one in said})


def _sent(asked: Asked, spreadsheet: str, body: dict[str, Any], stamp: str, which: str) -> list[Any] | None:
    """The sheets that were asked back; None where no answer came, and a look at the stamp tells that it was done."""
    for left in reversed(range(_TRIES)):
        try:
            answer = asked.request(
                "post", SPREADSHEET_BATCH_UPDATE_URL % spreadsheet, json=body,
                params={"fields": f"updatedSpreadsheet({SHEETS})"},
            )  # fmt: skip
        except MayBeWritten as unknown:
            if there_in(asked, spreadsheet).metadata.get((STAMP, None), (0, ""))[1] == stamp:
                return None
            if not left:
                what = f"part {which} was not written" if which else "nothing was written"
                raise CannotRun(
                    f"{unknown.what}; {what}", where="Google Sheets", todo="try again in some minutes"
                ) from unknown
        else:
            found: list[Any] = answer.json().get("updatedSpreadsheet", {}).get("sheets", [])
            return found
    raise AssertionError("a batch is sent or refused")


def in_parts(requests: Sequence[make.Request], most: int = MOST) -> Iterator[list[make.Request]]:
    """The requests in their order, in parts of at most so many bytes."""
    part: list[make.Request] = []
    size = 0
    for one in requests:
        for piece, long in _pieces(one, most):
            if part and size + long > most:
                yield part
                part, size = [], 0
            part.append(piece)
            size += long
    yield part


def _pieces(request: make.Request, most: int) -> Iterator[tuple[make.Request, int]]:
    """A request with its size; cells that are too many for one batch in several, by rows."""
    size = len(json.dumps(request))
    cells = request.get("updateCells")
    if size <= most or cells is None or len(cells["rows"]) < 2:
        yield request, size
        return
    rows, area = cells["rows"], cells["range"]
    step = max(1, len(rows) * most // (2 * size))
    for first in range(0, len(rows), step):
        some = rows[first : first + step]
        top = area["startRowIndex"] + first
        area_ = {**area, "startRowIndex": top, "endRowIndex": top + len(some)}
        piece = {"updateCells": {**cells, "rows": some, "range": area_}}
        yield piece, len(json.dumps(piece))
