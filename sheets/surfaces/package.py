"""What an .xlsx file is made of: parts, the relationships between them, tabs, tables, cell styles.

Everything is found by relationship, never by a guess at a part's name, since each program names parts in its own
way. Namespaces are ignored in favour of local names: the strict and the usual form of the format differ in them only.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Final

from lxml import etree

from sheets.surfaces.marks import Area, column_number

_ROWS: Final = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}row",
)
_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ID_STRICT: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class Relation:
    """A part's link to another; kind: the last word of its type; target: a part's name, or what lies outside."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True)
class TableThere:
    """A table in a file: its area with header and totals, its columns' headers, and the part that says so.

    headed: whether its header row is shown; without it the area begins with the first row of data.
    """

    name: str
    area: Area
    headers: tuple[str, ...]
    totals: bool
    part: str = ""
    headed: bool = True

    @property
    def last_row(self) -> int:
        """The last row of data."""
        return self.area[2] - self.totals


@dataclass(frozen=True)
class TabThere:
    """A tab in a file. index: its place, by which names that belong to it refer to it."""

    name: str
    part: str
    index: int


class Package:
    """An .xlsx file, opened for looking at its parts."""

    def __init__(self, path: Path | BinaryIO) -> None:
        self._archive = zipfile.ZipFile(path)
        self.parts = frozenset(self._archive.namelist())
        # Links may name a part in other letters than the archive (ECMA-376, part 2, 6.2.2.3).
        self._folded = {name.lower(): name for name in self.parts}
        root = [relation for relation in self.relations("") if relation.kind == "officeDocument"]
        self.book = root[0].target if root else "xl/workbook.xml"

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    def tree(self, part: str) -> etree._Element:
        """A part's XML."""
        return etree.fromstring(
            self.raw(part), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        )

    def raw(self, part: str) -> bytes:
        """A part's bytes. Raises BadZipFile when it is not there."""
        if part not in self.parts:
            raise zipfile.BadZipFile(f"there is no part {part}")
        return self._archive.read(part)

    def opened(self, part: str) -> IO[bytes]:
        """A part, for reading from front to back. Raises BadZipFile when it is not there."""
        if part not in self.parts:
            raise zipfile.BadZipFile(f"there is no part {part}")
        return self._archive.open(part)

    def infos(self) -> list[zipfile.ZipInfo]:
        """What the file says of its parts, in their order."""
        return self._archive.infolist()

    def children(self, part: str) -> Iterator[etree._Element]:
        """A sheet's rows, each dropped when passed, and after them every other element right below its root."""
        with self._archive.open(part) as stream:
            parsing = etree.iterparse(
                stream, events=("end",), tag=_ROWS, huge_tree=True, resolve_entities=False, no_network=True
            )
            for _, row in parsing:
                yield row
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]
            yield from (child for child in parsing.root if local(child) not in {"sheetData", ""})

    def relations(self, part: str) -> list[Relation]:
        """What a part links to; of the package itself for the empty name."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            return []
        found = []
        for element in self.tree(rels).iter("{*}Relationship"):
            target = str(element.get("Target"))
            external = element.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                target = target if target in self.parts else self._folded.get(target.lower(), target)
            kind = str(element.get("Type")).rsplit("/", 1)[-1]
            found.append(Relation(str(element.get("Id")), kind, target, external))
        return found

    def tabs(self) -> list[TabThere]:
        """The tabs in their order; kinds of tabs that hold no cells have no rows."""
        targets = {relation.id: relation.target for relation in self.relations(self.book)}
        sheets = list(self.tree(self.book).iter("{*}sheet"))
        return [
            TabThere(str(sheet.get("name")), targets.get(sheet.get(_ID) or sheet.get(_ID_STRICT) or "", ""), index)
            for index, sheet in enumerate(sheets)
        ]

    def tables(self, tab: TabThere) -> list[TableThere]:
        """The tables of a tab."""
        found = []
        for relation in self.relations(tab.part):
            if relation.kind != "table" or relation.target not in self.parts:
                continue
            table = self.tree(relation.target)
            found.append(
                TableThere(
                    name=str(table.get("displayName") or table.get("name")),
                    area=area_of(str(table.get("ref"))),
                    headers=tuple(_plain(str(column.get("name"))) for column in table.iter("{*}tableColumn")),
                    totals=table.get("totalsRowCount", "0") != "0",
                    part=relation.target,
                    headed=table.get("headerRowCount", "1") != "0",
                )
            )
        return found


def _plain(name: str) -> str:
    """A header as its cell says it: in the table's own part a line break is written out."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), name)


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def text_of(element: etree._Element, *tags: str) -> str:
    """All text inside an element, or inside those of its elements that have one of the tags."""
    return "".join(str(text) for text in element.itertext(*tags))


def area_of(reference: str) -> Area:
    """`B2:C9` as first row, first column, last row, last column, from 0."""
    first, _, last = reference.replace("$", "").partition(":")
    (row, column), (last_row, last_column) = cell_at(first), cell_at(last or first)
    return row, column, last_row, last_column


def cell_at(reference: str) -> tuple[int, int]:
    """`C9` as row and column from 0."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]) - 1, column_number(letters)
