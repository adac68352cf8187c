"""How the workbook looks: colours, fonts, number formats. Words carry the meaning, colour only helps the eye.

The fills tell apart under red-green colour blindness too, and text on each keeps a contrast of 4.5:1 or more;
tests compute both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sheets.tabs.layout import Column, Form, Owner, Style

FONT: Final = "Arial"
SIZE: Final = 10
INK: Final = "#1B2733"
PAPER: Final = "#FFFFFF"
MUTED: Final = "#5B6770"
LINE: Final = "#DDE3E8"
LINK: Final = "#0B5394"


@dataclass(frozen=True)
class Paint:
    """A fill and the text on it."""

    fill: str
    text: str
    bold: bool = False


# Colour group of layout.COLOURED -> its paint. Orange against blue, never red against green.
GROUPS: Final[Mapping[str, Paint]] = {
    "alarm": Paint("#F4A582", "#4A1300", bold=True),
    "mapping": Paint("#C9B3E6", "#2F1452", bold=True),
    "waiting": Paint("#B9DDF3", "#0A3350"),
    "stale": Paint("#D2D5D8", "#33393E"),
    "over": Paint("#FBE28A", "#4B3A00"),
    "quiet": Paint(PAPER, MUTED),
    "good": Paint("#F3F7F8", "#285A5E"),
}

# The tint of a header says whose column it is.
HEADERS: Final[Mapping[Owner, Paint]] = {
    "ours": Paint("#D9E4EC", INK, bold=True),
    "buyer": Paint("#FFF1C9", "#4B3A00", bold=True),
}

TAB_COLOURS: Final[Mapping[str, str]] = {
    "today": "#D55E00",
    "ours": "#0072B2",
    "buyer": "#E6B800",
    "record": "#7A848C",
}

FORMS: Final[Mapping[Form, str]] = {
    "text": "@",
    "whole": "#,##0",
    "number": "#,##0.0#",
    "money": "#,##0.00",
    "percent": "0.0%",
    "days": "#,##0",
    "signed": "+#,##0;-#,##0;0",
    "time": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
}

STYLES: Final[Mapping[Style, Mapping[str, object]]] = {
    "title": {"bold": True, "font_size": 18},
    "subtitle": {"font_size": 11, "font_color": MUTED},
    "heading": {"bold": True, "font_size": 12, "bottom": 1, "bottom_color": "#7A8C9A"},
    "label": {"bold": True},
    "body": {},
    "figure": {"bold": True, "font_size": 16},
    "muted": {"font_color": MUTED},
    "link": {"font_color": LINK, "underline": 1},
}

# Heights in points of rows that hold larger text.
HEIGHTS: Final[Mapping[Style, float]] = {"title": 28, "subtitle": 18, "heading": 21, "figure": 25}
LINE_HEIGHT: Final = 13.5

# From this width on a text column holds sentences: they wrap.
WRAPS_FROM: Final = 40


def form_of(column: Column) -> str:
    """The number format of a column's cells; General where cells of one may be of any kind.

    A formula in a cell that is formatted as text turns into that text when somebody edits it.
    """
    of_any = column.formula is not None or (
        column.users and not all(isinstance(one, str) for one in column.values if one)
    )
    return "General" if column.form == "text" and of_any else FORMS[column.form]


def wraps(column: Column) -> bool:
    """Whether a column holds sentences, which wrap."""
    return column.form == "text" and column.width >= WRAPS_FROM


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as the web's accessibility guidelines define it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of `#RRGGBB` as amounts of light, 0 to 1."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return _light(red), _light(green), _light(blue)


def _light(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
