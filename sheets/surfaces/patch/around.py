"""What stands in a worksheet part before and after its rows: colour rules, choices, merged cells, links, widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree

from sheets.surfaces.marks import OURS, Area, absolute
from sheets.surfaces.package import area_of, text_of
from sheets.surfaces.patch.follows import Follows
from sheets.surfaces.patch.parts import put_in_order, same
from sheets.tabs.layout import MARKER

# What a column is wider than the letters it is meant for.
_PADDING: Final = 0.7109375
_DATA: Final = re.compile(r"<(?:[\w.-]+:)?sheetData\s*/>")


@dataclass
class Around:
    """A worksheet's elements without its rows. head and tail: the part's text before and after them."""

    head: str
    tail: str

    def __post_init__(self) -> None:
        self.tree = etree.fromstring((self.head + self.tail).encode("utf-8"), _parser())

    def texts(self) -> tuple[str, str]:
        """The text before and after the rows; as it was where nothing changed."""
        if same(self.tree, etree.fromstring((self.head + self.tail).encode("utf-8"), _parser())):
            return self.head, self.tail
        raw = etree.tostring(self.tree, xml_declaration=True, encoding="UTF-8", standalone=True).decode("utf-8")
        data = _DATA.search(raw)
        if data is None:
            raise ValueError("a worksheet without sheetData")
        opened = data[0].rstrip("/> ").rstrip()
        return f"{raw[: data.start()]}{opened}>", f"</{opened[1:]}>{raw[data.end() :]}"

    def colour_rules(self, ours: etree._Element, format_of: Callable[[int], int]) -> None:
        """Puts our colour rules anew, found by their marker, after the user's and with later priorities."""
        for block in self.tree.findall("{*}conditionalFormatting"):
            mine = [rule for rule in block.findall("{*}cfRule") if MARKER in text_of(rule)]
            for rule in mine:
                block.remove(rule)
            if mine and block.find("{*}cfRule") is None:
                self.tree.remove(block)
        used = [int(rule.get("priority", "0")) for rule in self.tree.iter("{*}cfRule") if rule.get("priority")]
        priority = max(used, default=0)
        for block in ours.findall("{*}conditionalFormatting"):
            made = deepcopy(block)
            for rule in made.findall("{*}cfRule"):
                priority += 1
                rule.set("priority", str(priority))
                rule.set("dxfId", str(format_of(int(rule.get("dxfId", "0")))))
            put_in_order(self.tree, made)

    def choices(self, ours: etree._Element) -> None:
        """Puts our validations anew, found by their title, where no validation of the user's stands."""
        there = self.tree.find("{*}dataValidations")
        if there is not None:
            for rule in there.findall("{*}dataValidation"):
                if rule.get("errorTitle") == OURS:
                    there.remove(rule)
        theirs = [
            area_of(one)
            for rule in self.tree.iter("{*}dataValidation")
            for one in (rule.get("sqref") or rule.findtext("{*}sqref") or "").split()
        ]
        new = [
            rule
            for rule in ours.findall("{*}dataValidations/{*}dataValidation")
            if not any(_meet(area_of(one), other) for one in str(rule.get("sqref")).split() for other in theirs)
        ]
        if there is None and new:
            there = etree.Element(f"{{{etree.QName(self.tree).namespace}}}dataValidations")
            put_in_order(self.tree, there)
        if there is None:
            return
        for rule in new:
            there.append(deepcopy(rule))
        there.set("count", str(len(there.findall("{*}dataValidation"))))
        if len(there) == 0:
            self.tree.remove(there)

    def merged(self, ours: etree._Element, cleared: set[tuple[int, int]]) -> None:
        """Puts the merged cells of our texts anew."""
        self._listed("mergeCells", "mergeCell", ours, cleared, counted=True)

    def links_follow(self, follows: Follows) -> None:
        """Moves the user's links to where their cells are now."""
        for there in self.tree.findall("{*}hyperlinks"):
            for one in list(there):
                to = follows.renamed(str(one.get("ref")))
                if to is None:
                    there.remove(one)
                else:
                    one.set("ref", to)

    def links(self, ours: etree._Element, cleared: set[tuple[int, int]]) -> None:
        """Puts the links of our texts anew."""
        self._listed("hyperlinks", "hyperlink", ours, cleared, counted=False)

    def _listed(
        self, name: str, one: str, ours: etree._Element, cleared: set[tuple[int, int]], *, counted: bool
    ) -> None:
        there = self.tree.find(f"{{*}}{name}")
        new = ours.findall(f"{{*}}{name}/{{*}}{one}")
        mine = cleared | {area_of(str(element.get("ref")))[:2] for element in new}
        if there is not None:
            for element in there.findall(f"{{*}}{one}"):
                if area_of(str(element.get("ref")))[:2] in mine:
                    there.remove(element)
        elif new:
            there = etree.Element(f"{{{etree.QName(self.tree).namespace}}}{name}")
            put_in_order(self.tree, there)
        if there is None:
            return
        for element in new:
            there.append(deepcopy(element))
        if len(there) == 0:
            self.tree.remove(there)
        elif counted and there.get("count") is not None:
            there.set("count", str(len(there)))

    def merges(self) -> list[Area]:
        """The merged cells that stand there."""
        return [area_of(str(one.get("ref"))) for one in self.tree.iterfind("{*}mergeCells/{*}mergeCell")]

    def reaches(self, areas: Iterable[Area]) -> None:
        """Makes the sheet's dimension hold those areas."""
        dimension = self.tree.find("{*}dimension")
        if dimension is None or not dimension.get("ref"):
            return
        areas = [area_of(str(dimension.get("ref"))), *areas]
        area = (
            min(one[0] for one in areas),
            min(one[1] for one in areas),
            max(one[2] for one in areas),
            max(one[3] for one in areas),
        )
        dimension.set("ref", absolute("x", *area).removeprefix("'x'!").replace("$", ""))

    def widths(self, wanted: Mapping[int, tuple[float, str]], *, anew: set[int]) -> None:
        """Sets the widths of columns that are new: width, and whether shown, folded or hidden.

        anew: columns whose old widths go.
        """
        columns = self.tree.find("{*}cols")
        space = etree.QName(self.tree).namespace
        if columns is None and wanted:
            columns = etree.Element(f"{{{space}}}cols")
            put_in_order(self.tree, columns)
        for place in sorted(anew & wanted.keys()):
            self._uncovered(place + 1)
        for place, (width, shown) in wanted.items():
            if columns is None or any(
                int(one.get("min", "0")) <= place + 1 <= int(one.get("max", "0")) for one in columns
            ):
                continue
            made = etree.Element(f"{{{space}}}col")
            for key, value in (("min", place + 1), ("max", place + 1), ("width", width + _PADDING), ("customWidth", 1)):
                made.set(key, str(value))
            if shown != "shown":
                made.set("hidden", "1")
            if shown == "folded":
                made.set("outlineLevel", "1")
            at = sum(int(one.get("min", "0")) <= place for one in columns)
            columns.insert(at, made)

    def _uncovered(self, number: int) -> None:
        """Takes a column, from 1, out of what is said of several columns at once."""
        for one in self.tree.findall("{*}cols/{*}col"):
            first, last = int(one.get("min", "0")), int(one.get("max", "0"))
            if not first <= number <= last:
                continue
            if number < last:
                after = deepcopy(one)
                after.set("min", str(number + 1))
                one.addnext(after)
            one.set("max", str(number - 1))
            if first > number - 1:
                parent = one.getparent()
                if parent is not None:
                    parent.remove(one)

    def legacy_drawing(self) -> str | None:
        """The link to the drawing of the sheet's notes."""
        one = self.tree.find("{*}legacyDrawing")
        return None if one is None else one.get(f"{{{_RELATIONSHIPS}}}id")

    def link_drawing(self, ident: str) -> None:
        """Links the sheet to the drawing of its notes."""
        space = etree.QName(self.tree).namespace
        made = etree.fromstring(f'<x:legacyDrawing xmlns:x="{space}" xmlns:r="{_RELATIONSHIPS}" r:id="{ident}"/>')
        put_in_order(self.tree, made)

    def table_part(self, ident: str) -> None:
        """Links the sheet to a table that is new."""
        space = etree.QName(self.tree).namespace
        there = self.tree.find("{*}tableParts")
        if there is None:
            there = etree.Element(f"{{{space}}}tableParts")
            put_in_order(self.tree, there)
        there.append(etree.fromstring(f'<x:tablePart xmlns:x="{space}" xmlns:r="{_RELATIONSHIPS}" r:id="{ident}"/>'))
        there.set("count", str(len(there)))

    def is_protected(self) -> bool:
        """Whether the sheet is protected."""
        one = self.tree.find("{*}sheetProtection")
        return one is not None and one.get("sheet", "0") in {"1", "true"}


_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _meet(one: Area, other: Area) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def meet(one: Area, other: Area) -> bool:
    """Whether two areas share a cell."""
    return _meet(one, other)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
