"""The cell formats of one workbook file: each is made once, or Excel's limit on formats would be reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from sheets.surfaces.look import FONT, FORMS, GROUPS, HEADERS, INK, LINE, SIZE, STYLES, form_of, wraps
from sheets.tabs.layout import Column, Owner, Text

_BASE: Final = {"font_name": FONT, "font_size": SIZE, "font_color": INK}


def _aligned(number: bool) -> dict[str, object]:
    """Numbers to the right; text to the left, a little off the numbers before it."""
    return {"align": "right"} if number else {"align": "left", "indent": 1}


class Formats:
    """Formats by what they are for."""

    def __init__(self, workbook: Workbook) -> None:
        self._add: Callable[[dict[str, Any]], Format] = workbook.add_format
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def cell(self, column: Column) -> Format:
        """A data cell: numbers right, text left, everything at the top since long notes make rows tall."""
        return self._one(
            num_format=form_of(column),
            **_aligned(column.form != "text"),
            valign="top",
            text_wrap=wraps(column),
            bottom=1,
            bottom_color=LINE,
        )

    def header(self, owner: Owner, number: bool) -> Format:
        """A table's header, tinted by whose column it is, aligned as the cells below it."""
        paint = HEADERS[owner]
        return self._one(
            bold=paint.bold,
            bg_color=paint.fill,
            font_color=paint.text,
            **_aligned(number),
            valign="vcenter",
            text_wrap=True,
            bottom=1,
            bottom_color="#7A8C9A",
        )

    def text(self, text: Text) -> Format:
        """A cell outside tables."""
        number = text.form != "text"
        look: dict[str, object] = dict(STYLES[text.style])
        if number:
            look["num_format"] = FORMS[text.form]
        if text.span > 1:
            look["text_wrap"] = True
        return self._one(align="left", valign="vcenter", **look)

    def group(self, name: str) -> Format:
        """What a coloured word's cell looks like."""
        key = (("group", name),)
        if key not in self._made:
            paint = GROUPS[name]
            look = {"bg_color": paint.fill, "font_color": paint.text}
            self._made[key] = self._add(look | ({"bold": True} if paint.bold else {}))
        return self._made[key]

    def _one(self, **look: object) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._add({**_BASE, **look})
        return self._made[key]
