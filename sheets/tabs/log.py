"""Log: one row per refresh."""

from __future__ import annotations

from typing import Any, Final

from sheets.tabs.layout import Block, Column, Form, Tab, Table, Text
from sheets.tabs.page import Page

NAME: Final = "Log"
_COLUMNS: Final[tuple[tuple[str, Form, float], ...]] = (
    ("Refresh", "whole", 9),
    ("When", "time", 17),
    ("Who", "text", 16),
    ("As Of", "time", 17),
    ("Systems", "text", 44),
    ("Rows Read", "whole", 11),
    ("Set Aside", "text", 60),
    ("Flags", "whole", 8),
    ("Edits Replaced", "text", 60),
)
_LONGEST: Final = 2000


def log(page: Page) -> Tab:
    """The tab of refreshes: those the workbook shows, and this one."""
    before = page.before(NAME)
    rows: list[dict[str, Any]] = [] if before.empty else before.to_dict("records")
    if page.refresh:
        rows.append(_this_refresh(page))
    columns = tuple(
        Column(header, [row.get(header) for row in rows], form, width=width) for header, form, width in _COLUMNS
    )
    return Tab(
        NAME,
        (
            Block(0, 0, Text("Log", "title")),
            Block(1, 0, Text("One row per refresh.", "subtitle")),
            Block(3, 0, Table(NAME, columns, ("Refresh",), "appended")),
        ),
        freeze=(4, 1),
        colour="record",
    )


def _this_refresh(page: Page) -> dict[str, Any]:
    found = page.found
    aside = "; ".join(f"{one.system}: {one.reason}" for one in found.set_aside)
    return {
        "Refresh": page.refresh,
        "When": page.when,
        "Who": page.who,
        "As Of": page.moment(found.as_of),
        "Systems": ", ".join(found.systems_read),
        "Rows Read": found.rows_read,
        "Set Aside": aside[:_LONGEST] or None,
        "Edits Replaced": _edits(page),
        "Flags": int(found.gaps["flagged"].sum()),
    }


def _edits(page: Page) -> str | None:
    """How many cells of ours somebody had written over, and what stood there."""
    if not page.edits:
        return None
    said = f"{len(page.edits):,}: " + "; ".join(edit.line for edit in page.edits)
    return said if len(said) <= _LONGEST else said[: _LONGEST - 4] + " ..."
