"""Formats of our own in a user's styles part: appended at the end, or one that is there already and looks the same.

Nothing in the part is renumbered or taken away, since every cell of the workbook refers to formats by number.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from lxml import etree

from sheets.surfaces.package import Package, local

# Numbers below are the format's own number formats, the same in every file.
_FIRST_CUSTOM: Final = 164
_KINDS: Final = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


class Styles:
    """Carries formats from a file that we made into a user's."""

    def __init__(self, theirs: etree._Element, ours: Package) -> None:
        self._theirs = theirs
        part = next(one.target for one in ours.relations(ours.book) if one.kind == "styles")
        self._ours = ours.tree(part)
        self._formats: dict[int, int] = {}
        self._rules: dict[int, int] = {}

    def cell(self, number: int) -> int:
        """The number, in the user's file, of the cell format that has that number in ours."""
        if number not in self._formats:
            self._formats[number] = self._cell(number)
        return self._formats[number]

    def rule(self, number: int) -> int:
        """The same for a format of a colour rule."""
        if number not in self._rules:
            self._rules[number] = self._one("dxfs", self._ours.findall("{*}dxfs/{*}dxf")[number])
        return self._rules[number]

    def _cell(self, number: int) -> int:
        made = deepcopy(self._ours.findall("{*}cellXfs/{*}xf")[number])
        for name, kind in _KINDS.items():
            element = self._ours.findall(f"{{*}}{kind}/{{*}}{kind[:-1]}")[int(made.get(name, "0"))]
            made.set(name, str(self._one(kind, element)))
        made.set("numFmtId", str(self._number_format(int(made.get("numFmtId", "0")))))
        made.set("xfId", "0")
        return self._one("cellXfs", made)

    def _number_format(self, number: int) -> int:
        if number < _FIRST_CUSTOM:
            return number
        code = next(
            str(one.get("formatCode"))
            for one in self._ours.iterfind("{*}numFmts/{*}numFmt")
            if one.get("numFmtId") == str(number)
        )
        theirs = self._theirs.findall("{*}numFmts/{*}numFmt")
        for one in theirs:
            if one.get("formatCode") == code:
                return int(one.get("numFmtId", "0"))
        free = max([_FIRST_CUSTOM - 1, *(int(one.get("numFmtId", "0")) for one in theirs)]) + 1
        one = etree.SubElement(self._list("numFmts"), self._name("numFmt"))
        one.set("numFmtId", str(free))
        one.set("formatCode", code)
        self._counted("numFmts")
        return free

    def _one(self, kind: str, element: etree._Element) -> int:
        """The place of an element in a list of the user's, appended if none there says the same."""
        said = _said(element)
        there = list(self._list(kind).iterchildren("{*}*"))
        for at, one in enumerate(there):
            if _said(one) == said:
                return at
        self._list(kind).append(deepcopy(element))
        self._counted(kind)
        return len(there)

    def _list(self, kind: str) -> etree._Element:
        found = self._theirs.find(f"{{*}}{kind}")
        if found is None:
            found = etree.Element(self._name(kind))
            order = ["numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"]
            before = set(order[: order.index(kind)])
            at = max((place + 1 for place, one in enumerate(self._theirs) if local(one) in before), default=0)
            self._theirs.insert(at, found)
        return found

    def _counted(self, kind: str) -> None:
        found = self._list(kind)
        found.set("count", str(len(list(found.iterchildren("{*}*")))))

    def _name(self, tag: str) -> str:
        return f"{{{etree.QName(self._theirs).namespace}}}{tag}"


def _said(element: etree._Element) -> tuple[object, ...]:
    """What an element says, whatever prefix and order of attributes it has."""
    return (
        local(element),
        tuple(sorted((str(name), str(value)) for name, value in element.attrib.items())),
        tuple(_said(child) for child in element if local(child)),
    )
