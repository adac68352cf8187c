"""The requests of a refresh, sent: as one batch, which Google does as a whole or not at all.

Google asks for at most 2 MB in one: https://developers.google.com/workspace/sheets/api/limits. Where a refresh is
larger it goes in several, and until the last of them the first tab says that it is under way.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL

from connectors.errors import CannotRun, ChangedMeanwhile
from connectors.google.refused import MayBeWritten, NotTaken
from sheets.surfaces.google import requests_of as make
from sheets.surfaces.google.between import ENTERED, Between
from sheets.surfaces.google.looks import is_ours
from sheets.surfaces.google.meanwhile import SHEETS, Watched, by_number, compare, look_again
from sheets.surfaces.google.put_aside import forgets
from sheets.surfaces.google.read import there_in
from sheets.surfaces.google.there import STAMP, UNDER_WAY, GoogleThere

if TYPE_CHECKING:
    from connectors.google.asked import Asked

# Bytes of requests in one batch; the rest of it is small.
MOST: Final = 1_900_000
_GONE: Final = re.compile(
    r"No (?:grid|named range|protected range|conditional format)\b|grid limits|Unable to parse range", re.IGNORECASE
)
# How often a batch is sent that Google did not do.
_TRIES: Final = 2


@dataclass(frozen=True)
class Batch:
    """What is sent. before, after: what must stand there then, if nobody works in it meanwhile.

    says: writes that it is under way; said: writes what is to stand there instead; both in one cell of the first tab,
    and nothing where none of it is ours. remembers: keeps in mind what is put aside, where there are several batches.
    """

    requests: Sequence[make.Request]
    before: Sequence[Watched]
    after: Sequence[Watched]
    says: Sequence[make.Request]
    said: Sequence[make.Request]
    remembers: Sequence[make.Request] = ()


def send(asked: Asked, spreadsheet: str, batch: Batch, there: GoogleThere) -> None:
    """Sends it. Raises ChangedMeanwhile where somebody worked in it just then, and CannotRun."""
    parts = list(in_parts(batch.requests))
    # Looked at before what was read is compared: nothing that comes between the two goes unseen.
    between = Between(asked, spreadsheet, batch.before if len(parts) > 1 else ())
    look_again(asked, spreadsheet, batch.before)
    before = there.metadata.get((STAMP, None), (0, ""))[0]
    for at in range(len(parts)):
        try:
            if at:
                between.look()
            before = _part(asked, spreadsheet, batch, parts, at, there, before, between)
        except CannotRun as problem:
            problem.partly = problem.partly or at > 0
            raise


def _part(
    asked: Asked, spreadsheet: str, batch: Batch, parts: Sequence[Sequence[make.Request]], at: int,
    there: GoogleThere, before: int, between: Between,
) -> int:  # fmt: skip
    """Sends one of the parts, looks at its answer, gives its stamp's number. before: that of the part before."""
    last, number = at == len(parts) - 1, 1 + secrets.randbelow((1 << 31) - 1)
    requests = [*make.stamped(number, "" if last else UNDER_WAY, before), *parts[at]]
    if len(parts) > 1:
        requests += batch.said if last else batch.says
    if not at and not last:
        requests += batch.remembers
    if last:
        requests += forgets(there, made=at > 0 and bool(batch.remembers))
    body: dict[str, Any] = {"requests": requests}
    if not last:
        body |= between.asks()
    elif batch.after:
        body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True,
                 "responseRanges": [one.a1 for one in batch.after]}  # fmt: skip
    which = f"{at + 1} of {len(parts)}" if len(parts) > 1 else ""
    answer = _sent(asked, spreadsheet, body, number, which, SHEETS if last else ENTERED)
    try:
        if answer is not None:
            _give_back(asked, spreadsheet, requests, answer.get("replies", []))
        if not last:
            between.done(requests, answer)
        elif answer is not None:
            compare(batch.after, by_number(answer.get("updatedSpreadsheet", {})))
    except CannotRun as problem:
        problem.partly = True
        raise
    return number


def _sent(
    asked: Asked, spreadsheet: str, body: dict[str, Any], number: int, which: str, shown: str
) -> dict[str, Any] | None:
    """Google's answer; None where none came, and the stamp's number tells that it was done. shown: what it tells."""
    for left in reversed(range(_TRIES)):
        try:
            answer: dict[str, Any] = asked.told(
                "post", SPREADSHEET_BATCH_UPDATE_URL % spreadsheet, json=body,
                params={"fields": f"replies(deleteConditionalFormatRule),updatedSpreadsheet({shown})"},
            )  # fmt: skip
        except MayBeWritten as unknown:
            if _done(asked, spreadsheet, number, unknown):
                return None
            if not left:
                what = f"part {which} was not written" if which else "nothing was written"
                raise CannotRun(
                    f"{unknown.what}; {what}", where="Google Sheets", todo="try again in some minutes"
                ) from unknown
        except NotTaken as refused:
            if f"{number}" in refused.what and "already exists" in refused.what:
                # The first try was slow, and was done after all.
                return None
            raise _understood(refused) from refused
        except CannotRun as problem:
            if not which or which.startswith("1 "):
                raise
            raise CannotRun(
                f"{problem.what}; part {which} was not written, those before it were", where=problem.where,
                todo="refresh again: the first tab says until then that it is under way",
            ) from problem  # fmt: skip
        else:
            return answer
    raise AssertionError("a batch is sent or refused")


def _done(asked: Asked, spreadsheet: str, number: int, unknown: MayBeWritten) -> bool:
    """Whether the batch of that number was done, by a look at the stamp. Raises CannotRun where that fails too."""
    try:
        return there_in(asked, spreadsheet).metadata.get((STAMP, None), (0, ""))[0] == number
    except CannotRun as problem:
        unsure = CannotRun(
            f"{unknown.what}; whether it was written is not known ({problem.what})", where="Google Sheets",
            todo="look which refresh its tabs show, and refresh again",
        )  # fmt: skip
        unsure.partly = True
        raise unsure from problem


def _understood(refused: NotTaken) -> CannotRun:
    """A batch that Google takes for wrong: something was deleted meanwhile, or before."""
    if "named range with" in refused.what and "already exists" in refused.what:
        return CannotRun(
            f"keeps a name of a tab that was deleted ({refused.what})", where="Google Sheets",
            todo="bring the tab back (File, Version history), or delete the names with #REF! under Data, Named ranges",
        )  # fmt: skip
    if _GONE.search(refused.what):
        return ChangedMeanwhile(refused.what, where="Google Sheets", todo="try again in some minutes")
    return refused


def _give_back(asked: Asked, spreadsheet: str, requests: Sequence[make.Request], replies: Sequence[Any]) -> None:
    """A colour rule is taken away by its place: where a user's own stood there just then, it is put there again."""
    again = []
    for request, reply in zip(requests, replies, strict=False):
        gone = (reply or {}).get("deleteConditionalFormatRule", {}).get("rule")
        if gone is not None and not is_ours(gone):
            at = request["deleteConditionalFormatRule"].get("index", 0)
            again.append({"addConditionalFormatRule": {"rule": gone, "index": at}})
    if again:
        asked.request("post", SPREADSHEET_BATCH_UPDATE_URL % spreadsheet, json={"requests": again[::-1]})
        raise ChangedMeanwhile("somebody changed its colour rules while it was refreshed", where="Google Sheets",
                               todo="try again in some minutes")  # fmt: skip


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
