"""Colours of cells in a file: told outright, by a place in the usual palette, or by the theme and a tint."""

from __future__ import annotations

import colorsys
import re
from typing import Any, Final

from lxml import etree

# The theme's colours, in the order in which cells number them (ECMA-376, part 1, 18.8.3 and 20.1.6.2).
_THEME: Final = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink",
                 "folHlink")  # fmt: skip
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
# In the usual palette the ink and the paper of the program's own.
_NONE: Final = (64, 65)


class Palette:
    """The colours of a workbook. theme: its part, None where it has none."""

    def __init__(self, theme: bytes | str | None) -> None:
        self._theme: dict[int, str] = {}
        if not theme:
            return
        raw = theme.encode() if isinstance(theme, str) else theme
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
        for number, name in enumerate(_THEME):
            for one in root.iterfind(f".//{{*}}clrScheme/{{*}}{name}/*"):
                self._theme[number] = str(one.get("lastClr") or one.get("val"))

    def of(self, colour: Any) -> str:  # noqa: ANN401 - openpyxl's own
        """`#RRGGBB`; an empty text for none and for the program's own."""
        from openpyxl.styles.colors import COLOR_INDEX

        if colour is None:
            return ""
        plain = ""
        if colour.type == "rgb":
            plain = str(colour.rgb)
        elif colour.type == "theme":
            plain = self._theme.get(colour.theme, "")
        elif colour.type == "indexed" and colour.indexed not in _NONE and colour.indexed < len(COLOR_INDEX):
            plain = str(COLOR_INDEX[colour.indexed])
        found = _HEX.fullmatch(plain)
        if found is None:
            return ""
        return f"#{_tinted(found[1].upper(), float(colour.tint or 0))}"


def _tinted(colour: str, tint: float) -> str:
    """Lighter for a tint above 0, darker for one below (ECMA-376, part 1, 18.8.19)."""
    if not tint:
        return colour
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, deep = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(one * 255):02X}" for one in colorsys.hls_to_rgb(hue, light, deep))
