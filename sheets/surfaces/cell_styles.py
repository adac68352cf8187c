"""What a cell's format says to the eye, in whichever way a program wrote it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from lxml import etree

from sheets.surfaces.package import Package, local

# The number formats that files name by number only.
_BUILT_IN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    49: "@",
}


@dataclass(frozen=True)
class Signature:
    """A format: fill and ink as `RRGGBB` or a theme's colour, empty when plain, and the number format."""

    fill: str = ""
    ink: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    number: str = "general"


PLAIN: Final = Signature()


def signatures(package: Package, inks: Collection[str]) -> list[Signature]:
    """The signature of every cell format of the file, by its number. inks: text colours that count as plain."""
    styles = next((one.target for one in package.relations(package.book) if one.kind == "styles"), None)
    if styles is None or styles not in package.parts:
        return [PLAIN]
    tree = package.tree(styles)
    numbers = {
        int(one.get("numFmtId", "0")): str(one.get("formatCode")) for one in tree.iterfind("{*}numFmts/{*}numFmt")
    }
    fonts = tree.findall("{*}fonts/{*}font")
    fills = tree.findall("{*}fills/{*}fill")
    plain = {ink.lstrip("#").upper() for ink in inks}
    return [
        _signature(
            _nth(fonts, format_.get("fontId")),
            _nth(fills, format_.get("fillId")),
            _number(int(format_.get("numFmtId", "0")), numbers),
            plain,
        )
        for format_ in tree.iterfind("{*}cellXfs/{*}xf")
    ]


def number_code(code: str) -> str:
    """A number format without what programs add or leave out: backslashes, quotes, capitals, a last empty part."""
    return code.replace("\\", "").replace('"', "").lower().removesuffix(";@")


def _signature(
    font: etree._Element | None, fill: etree._Element | None, number: str, plain: Collection[str]
) -> Signature:
    ink = _colour(None if font is None else font.find("{*}color"))
    # Black, the program's own choice, and the colour that Excel gives to a typed web address.
    if ink in {"", "theme 1", "theme 10", "indexed 64", "indexed 8", "000000"} or ink in plain:
        ink = ""
    return Signature(
        fill=_fill(fill), ink=ink, bold=_on(font, "b"), italic=_on(font, "i"), strike=_on(font, "strike"), number=number
    )


def _number(code: int, custom: dict[int, str]) -> str:
    return number_code(custom.get(code) or _BUILT_IN.get(code) or f"built in {code}")


def _fill(fill: etree._Element | None) -> str:
    pattern = None if fill is None else fill.find("{*}patternFill")
    if pattern is None:
        # A gradient is a fill all the same.
        return "" if fill is None or len(fill) == 0 else local(fill[0])
    kind = pattern.get("patternType", "none")
    if kind == "none":
        return ""
    return _colour(pattern.find("{*}fgColor")) if kind == "solid" else kind


def _colour(colour: etree._Element | None) -> str:
    if colour is None or colour.get("auto"):
        return ""
    rgb = colour.get("rgb")
    if rgb is not None:
        return rgb[-6:].upper()
    kind = "theme" if colour.get("theme") is not None else "indexed"
    tint = colour.get("tint")
    return f"{kind} {colour.get(kind)}" + (f" {float(tint):.2f}" if tint and float(tint) else "")


def _on(font: etree._Element | None, name: str) -> bool:
    flag = None if font is None else font.find(f"{{*}}{name}")
    return flag is not None and flag.get("val", "1") not in {"0", "false"}


def _nth(elements: list[etree._Element], number: str | None) -> etree._Element | None:
    at = int(number or 0)
    return elements[at] if at < len(elements) else None
