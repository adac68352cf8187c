"""Filters and hidden rows that a refresh of several batches puts aside: remembered until they are back.

It may break off before that. The first batch writes them into the spreadsheet's metadata, the last one takes them out;
a refresh that finds some puts them back. A hidden row is known by its key, as rows may have moved by then.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final

from sheets.surfaces.google.in_sight import filtered, hidden_in, touched
from sheets.surfaces.google.requests_of import Request
from sheets.surfaces.google.there import ASIDE, Aside, GoogleThere, SheetThere
from sheets.surfaces.live.columns import runs
from sheets.surfaces.live.table import Plan

# Characters of metadata that one place takes: https://developers.google.com/workspace/sheets/api/guides/metadata
_MOST: Final = 30_000
# What else the refresh may come to remember there.
_SPARE: Final = 5_000


def bring_back(there: GoogleThere, plans: Iterable[Plan]) -> None:
    """Tells each sheet what an earlier refresh put aside and did not put back."""
    all_of = _said(there.metadata.get((ASIDE, None), (0, ""))[1])
    plans = list(plans)
    for sheet in there.sheets.values():
        said = all_of.get(str(sheet.number))
        if said is not None:
            mine = [one for one in plans if one.steps.tab == sheet.title]
            sheet.aside = Aside(_filter(said, mine, sheet), {
                one.standing.table.name: _rows(said.get("hidden", {}).get(one.standing.table.name), one, sheet)
                for one in mine
            })  # fmt: skip


def remembers(there: GoogleThere, plans: Iterable[Plan], sheets: Mapping[str, SheetThere]) -> Iterator[Request]:
    """What keeps in mind what is put aside. Of more rows than metadata takes the filters alone."""
    found: dict[str, Any] = {}
    for sheet in sheets.values():
        several = touched([one for one in plans if one.steps.tab == sheet.title], sheet)
        hidden = {one.standing.table.name: kept for one in several if (kept := _kept(one, sheet))}
        stood = filtered(sheet) if several else None
        if hidden or stood is not None:
            found[str(sheet.number)] = {"hidden": hidden, "filter": stood, "with": _with(stood, several)}
    others = sum(len(key) + len(value) for (key, at), (_, value) in there.metadata.items() if at is None)
    for value in (found, {number: {**one, "hidden": {}} for number, one in found.items()}):
        text = json.dumps(value, separators=(",", ":"))
        if value and others + len(text) <= _MOST - _SPARE:
            yield from forgets(there)
            made = {"metadataKey": ASIDE, "metadataValue": text, "visibility": "DOCUMENT",
                    "location": {"spreadsheet": True}}  # fmt: skip
            yield {"createDeveloperMetadata": {"developerMetadata": made}}
            return


def forgets(there: GoogleThere, *, made: bool = False) -> Iterator[Request]:
    """What takes it out again, where it is. made: an earlier batch wrote it."""
    if made or (ASIDE, None) in there.metadata:
        yield {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataKey": ASIDE}}}}


def _said(value: str) -> dict[str, Any]:
    try:
        found = json.loads(value)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _kept(plan: Plan, sheet: SheetThere) -> dict[str, Any]:
    """The hidden rows of a table by their keys, those right below by their distance from its header."""
    top, bottom = plan.steps.before[0], plan.steps.before[2]
    rows = hidden_in(plan, sheet)
    keys = _keys(plan)
    inside = [keys[row - top - 1] for row in rows if row <= bottom and row - top - 1 < len(keys)]
    below = [[first - top, last - top] for first, last in runs([row for row in rows if row > bottom])]
    kept = {"keys": " ".join(key for key in inside if key), "below": below}
    return {name: one for name, one in kept.items() if one}


def _rows(kept: Mapping[str, Any] | None, plan: Plan, sheet: SheetThere) -> list[int]:
    """Where these rows are now."""
    if kept is None:
        return []
    top, bottom = plan.steps.before[0], plan.steps.before[2]
    keys = set(kept.get("keys", "").split())
    inside = [row for row, key in enumerate(_keys(plan), start=top + 1) if key in keys and row <= bottom]
    below = [top + at for first, last in kept.get("below", []) for at in range(first, last + 1)]
    return inside + [row for row in below if bottom < row < sheet.size[0]]


def _keys(plan: Plan) -> list[str]:
    """The key of each row as it stands, in six signs; an empty text where it has none."""
    left = plan.standing.there.area[1]
    places = [plan.standing.places[name] - left for name in plan.standing.table.key]
    found = []
    for line in plan.was:
        said = [str(line[place]).removeprefix("'") for place in places]
        mark = blake2b("\x1f".join(said).encode(), digest_size=4).digest()
        found.append(b64encode(mark).decode().rstrip("=") if any(said) else "")
    return found


def _with(stood: Mapping[str, Any] | None, plans: Iterable[Plan]) -> str:
    """The table that a filter begins and ends with; an empty text where it does not."""
    area = {} if stood is None else stood.get("range", {})
    for one in plans:
        if area.get("startRowIndex", 0) == one.steps.before[0] and area.get("endRowIndex") == one.steps.before[2] + 1:
            return one.standing.table.name
    return ""


def _filter(said: Mapping[str, Any], plans: Iterable[Plan], sheet: SheetThere) -> Mapping[str, Any] | None:
    """The filter with its table where that is now; none where the sheet has become smaller than it."""
    stood: Mapping[str, Any] | None = said.get("filter")
    if stood is None or "range" not in stood:
        return stood
    area = dict(stood["range"])
    for one in plans:
        if one.standing.table.name == said.get("with"):
            area |= {"startRowIndex": one.steps.before[0], "endRowIndex": one.steps.before[2] + 1}
    fits = area.get("endRowIndex", 0) <= sheet.size[0] and area.get("endColumnIndex", 0) <= sheet.size[1]
    return {**stood, "range": area} if fits else None
