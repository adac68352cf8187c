"""A workbook file, read as its format says: parts, links, sheets, tables, cells. What is ours it does not know."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TYPES = "[Content_Types].xml"

Cell = tuple[int, int]  # row and column, from 1
Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


@dataclass(frozen=True)
class Link:
    """A relationship of a part. target: a part's name; an outside address for one that is external."""

    ident: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True)
class ListObject:
    """A table. area: with its header, and its row of totals if it has one."""

    name: str
    part: str
    area: Area
    headers: tuple[str, ...]
    totals: int

    def column(self, header: str) -> int:
        """The sheet's column in which a header stands."""
        return self.area[1] + self.headers.index(header)

    @property
    def rows(self) -> range:
        """The sheet's rows of data."""
        return range(self.area[0] + 1, self.area[2] + 1 - self.totals)


class Package:
    """A workbook file."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.names = archive.namelist()
            self.parts = {name: archive.read(name) for name in self.names}
        self.tree = cache(self._tree)
        self.links = cache(self._links)

    def _tree(self, part: str) -> etree._Element:
        return etree.fromstring(self.parts[part])

    def _links(self, part: str) -> tuple[Link, ...]:
        rels = rels_of(part)
        if rels not in self.parts:
            return ()
        found = []
        for one in self.tree(rels):
            target, external = one.get("Target"), one.get("TargetMode") == "External"
            if not external and not target.startswith("#"):
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
            found.append(Link(one.get("Id"), one.get("Type").rpartition("/")[2], target, external))
        return tuple(found)

    def linked(self, part: str, kind: str) -> list[str]:
        """The parts to which a part has links of a kind."""
        return [one.target for one in self.links(part) if one.kind == kind]

    def by_id(self, part: str, ident: str) -> str:
        """The part to which a part links under an id."""
        return next(one.target for one in self.links(part) if one.ident == ident)

    @cached_property
    def book(self) -> str:
        """The workbook part."""
        (found,) = self.linked("", "officeDocument")
        return found

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Tabs and their parts."""
        return {
            one.get("name"): self.by_id(self.book, one.get(RELATION_ID))
            for one in self.tree(self.book).iterfind(f"{MAIN}sheets/{MAIN}sheet")
        }

    @cached_property
    def styles(self) -> str:
        """The part of formats."""
        (found,) = self.linked(self.book, "styles")
        return found

    @cached_property
    def texts(self) -> list[str]:
        """The texts that cells share."""
        return [
            "".join(text.text or "" for text in (*one.iterfind(f"{MAIN}t"), *one.iterfind(f"{MAIN}r/{MAIN}t")))
            for part in self.linked(self.book, "sharedStrings")
            for one in self.tree(part).iterfind(f"{MAIN}si")
        ]

    def tables(self, sheet: str) -> dict[str, ListObject]:
        """The tables of a sheet by their names."""
        found = {}
        for one in self.tree(sheet).iterfind(f"{MAIN}tableParts/{MAIN}tablePart"):
            part = self.by_id(sheet, one.get(RELATION_ID))
            tree = self.tree(part)
            headers = tuple(column.get("name") for column in tree.iterfind(f"{MAIN}tableColumns/{MAIN}tableColumn"))
            name, totals = tree.get("displayName"), int(tree.get("totalsRowCount", "0"))
            found[name] = ListObject(name, part, area_of(tree.get("ref")), headers, totals)
        return found

    def rows(self, sheet: str) -> dict[int, etree._Element]:
        """The rows of a sheet by their numbers."""
        return {int(row.get("r")): row for row in self.tree(sheet).iterfind(f"{MAIN}sheetData/{MAIN}row")}

    def cells(self, sheet: str) -> dict[Cell, etree._Element]:
        """The cells of a sheet by their addresses."""
        return {cell_of(one.get("r")): one for row in self.rows(sheet).values() for one in row.iterfind(f"{MAIN}c")}

    def value(self, cell: etree._Element | None) -> str:
        """What a cell shows, as it stands in the file."""
        if cell is None:
            return ""
        if cell.get("t") == "inlineStr":
            return "".join(one.text or "" for one in cell.iter(f"{MAIN}t"))
        value = cell.findtext(f"{MAIN}v") or ""
        return self.texts[int(value)] if cell.get("t") == "s" else value

    def comments(self, sheet: str) -> dict[Cell, etree._Element]:
        """The notes of a sheet by their cells."""
        return {
            cell_of(one.get("ref")): one
            for part in self.linked(sheet, "comments")
            for one in self.tree(part).iterfind(f"{MAIN}commentList/{MAIN}comment")
        }

    def shape_kinds(self, sheet: str) -> list[bytes]:
        """The kinds of what is drawn in the old way on a sheet."""
        one = self.tree(sheet).find(f"{MAIN}legacyDrawing")
        kinds = () if one is None else self.tree(self.by_id(sheet, one.get(RELATION_ID))).iterfind("{*}shapetype")
        return [etree.tostring(kind, method="c14n", exclusive=True, with_tail=False) for kind in kinds]

    def boxes(self, sheet: str) -> list[tuple[Cell | None, etree._Element]]:
        """What is drawn in the old way on a sheet, notes with their cells."""
        one = self.tree(sheet).find(f"{MAIN}legacyDrawing")
        if one is None:
            return []
        drawing = self.tree(self.by_id(sheet, one.get(RELATION_ID)))
        return [(_noted(shape), shape) for shape in drawing if etree.QName(shape).localname != "shapetype"]


def _noted(shape: etree._Element) -> Cell | None:
    data = shape.find("{urn:schemas-microsoft-com:office:excel}ClientData")
    if data is None or data.get("ObjectType") != "Note":
        return None
    row, column = (int(data.findtext(f"{{*}}{name}") or 0) + 1 for name in ("Row", "Column"))
    return row, column


def rels_of(part: str) -> str:
    """The part that holds a part's links."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def cell_of(address: str) -> Cell:
    """B7 -> (7, 2)."""
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row), column


def area_of(reference: str) -> Area:
    """B7:C9 -> (7, 2, 9, 3)."""
    first, _, last = reference.partition(":")
    return (*cell_of(first), *cell_of(last or first))


def inside(cell: Cell, area: Area) -> bool:
    """Whether a cell is in an area."""
    return area[0] <= cell[0] <= area[2] and area[1] <= cell[1] <= area[3]


def said(element: etree._Element | None) -> object:
    """What an element says, whatever prefixes it is written with: equal elements say equal things."""
    if element is None:
        return None
    text = element.text or ""
    children = [said(one) for one in element if isinstance(one.tag, str)]
    # Blanks between elements mean nothing; a text's own do.
    return element.tag, dict(element.attrib), text if not children else text.strip(), children


def nodes(element: etree._Element) -> Iterator[etree._Element]:
    """An element's children, without comments."""
    return (one for one in element if isinstance(one.tag, str))
