"""Whether somebody works in the spreadsheet between two batches of one refresh.

A large refresh takes minutes. Each batch but the last tells what stands afterwards where people's words or our headers
and keys are: what it did not write itself must be as it was, and all must stand so when the next batch comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sheets.surfaces.google.meanwhile import (
    Watched,
    about,
    alike,
    by_number,
    changed,
    compare,
    same_sheets,
    seen,
    shown_in,
)
from sheets.surfaces.google.requests_of import Request
from sheets.surfaces.marks import Area

if TYPE_CHECKING:
    from connectors.google.asked import Asked

# What was entered alone: what a formula shows is another number after each batch, and nobody's change.
ENTERED: Final = (
    "sheets(properties(sheetId,title,gridProperties),data(startRow,startColumn,rowData(values(userEnteredValue))))"
)
# Google's own word for the end of a sheet.
_OPEN: Final = 1 << 30


class Between:
    """What is watched from one batch to the next. watched: where; what stands there is looked at now."""

    def __init__(self, asked: Asked, spreadsheet: str, watched: Sequence[Watched]) -> None:
        self._asked, self._spreadsheet, self._watched = asked, spreadsheet, list(watched)
        if watched:
            said = seen(asked, spreadsheet, watched, ENTERED)
            same_sheets(watched, said)
            self._watched = [replace(one, entered=shown_in(one, said)) for one in watched]

    def asks(self) -> dict[str, Any]:
        """What a batch asks for besides, so that its answer tells what stands there."""
        if not self._watched:
            return {}
        return {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True,
                "responseRanges": [one.a1 for one in self._watched]}  # fmt: skip

    def look(self) -> None:
        """Raises ChangedMeanwhile where something is not as the batch before left it."""
        if self._watched:
            said = seen(self._asked, self._spreadsheet, self._watched, ENTERED)
            same_sheets(self._watched, said)
            compare(self._watched, said)

    def done(self, requests: Sequence[Request], answer: Mapping[str, Any] | None) -> None:
        """Takes what a batch left. answer: None where none came. Raises ChangedMeanwhile where others wrote as well."""
        if not self._watched:
            return
        if answer is None:
            said = seen(self._asked, self._spreadsheet, self._watched, ENTERED)
        else:
            said = by_number(answer.get("updatedSpreadsheet", {}))
        written = _written(requests)
        left = []
        for one in self._watched:
            title, size = about(said.get(one.sheet.number, {}))
            now = shown_in(one, said)
            if title != one.sheet.title or not self._same(one, now, written.get(one.sheet.number, [])):
                raise changed(one.sheet.title)
            left.append(Watched(replace(one.sheet, size=size), one.area, now))
        self._watched = left

    def _same(self, one: Watched, now: Sequence[Sequence[Any]], written: Sequence[Area]) -> bool:
        top, left, bottom, right = one.area
        ours = {
            (row, column)
            for first, start, last, end in written
            for row in range(max(first, top), min(last, bottom) + 1)
            for column in range(max(start, left), min(end, right) + 1)
        }
        return all(
            alike(cell, stood) or (row, column) in ours
            for row, (cells, line) in enumerate(zip(now, one.entered, strict=True), start=top)
            for column, (cell, stood) in enumerate(zip(cells, line, strict=True), start=left)
        )


def _written(requests: Sequence[Request]) -> dict[int, list[Area]]:
    """The areas in which a batch writes cells or moves them, by the sheet's number."""
    found: dict[int, list[Area]] = {}
    for request in requests:
        for kind in ("updateCells", "sortRange", "mergeCells"):
            area = request.get(kind, {}).get("range")
            if area is not None:
                found.setdefault(area.get("sheetId", 0), []).append((
                    area.get("startRowIndex", 0), area.get("startColumnIndex", 0),
                    area.get("endRowIndex", _OPEN) - 1, area.get("endColumnIndex", _OPEN) - 1,
                ))  # fmt: skip
    return found
