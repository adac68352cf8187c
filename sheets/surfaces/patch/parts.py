"""The parts of a workbook file that is being changed: read, replaced, added, dropped, and saved as a new file."""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

from lxml import etree

from sheets.surfaces.package import Package, Relation, local

TYPES: Final = "[Content_Types].xml"
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
# What a new part's time is set to, so that equal workbooks are equal files.
_STAMP: Final = (1980, 1, 1, 0, 0, 0)

# On worksheets as small as the usual 6, and faster by half.
_LEVEL: Final = 5

Chunks = Callable[[], Iterator[str]]


class Parts:
    """A workbook's parts. Trees that are asked for may be changed; a part whose meaning stays keeps its bytes."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._trees: dict[str, etree._Element] = {}
        self._raw: dict[str, bytes] = {}
        self._streams: dict[str, Chunks] = {}
        self._dropped: set[str] = set()

    @property
    def names(self) -> frozenset[str]:
        """The parts that the new file has."""
        return (self.package.parts | self._trees.keys() | self._raw.keys() | self._streams.keys()) - self._dropped

    def tree(self, part: str) -> etree._Element:
        """A part's tree, always the same one, for changing."""
        if part not in self._trees:
            self._trees[part] = self.package.tree(part)
        return self._trees[part]

    def text(self, part: str) -> bytes:
        """A part's bytes as they are now."""
        return self._raw[part] if part in self._raw else self.package.raw(part)

    def put(self, part: str, raw: bytes) -> None:
        """A part with new bytes."""
        self._raw[part] = raw

    def put_tree(self, part: str, tree: etree._Element) -> None:
        """A new part."""
        self._trees[part] = tree

    def stream(self, part: str, chunks: Chunks) -> None:
        """A part whose text is made while it is saved."""
        self._streams[part] = chunks

    def drop(self, part: str) -> None:
        """A part that the new file does not have; with its content type, and the links of the workbook to it."""
        self._dropped.add(part)
        types = self.tree(TYPES)
        for one in types.findall("{*}Override"):
            if str(one.get("PartName")).lstrip("/") == part:
                types.remove(one)

    def free(self, pattern: str) -> str:
        """A name of that pattern, with a number for `{}`, that no part has."""
        number = 1
        taken = {
            name.lower() for name in self.package.parts | self._raw.keys() | self._streams.keys() | self._trees.keys()
        }
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def typed(self, part: str, content_type: str) -> None:
        """Says what a new part is."""
        types = self.tree(TYPES)
        one = etree.SubElement(types, etree.QName(types, "Override"))
        one.set("PartName", f"/{part}")
        one.set("ContentType", content_type)

    def typed_by_ending(self, ending: str, content_type: str) -> None:
        """Says what parts with that ending are, if nothing does."""
        types = self.tree(TYPES)
        if not any(str(one.get("Extension")).lower() == ending for one in types.findall("{*}Default")):
            one = etree.Element(etree.QName(types, "Default"), Extension=ending, ContentType=content_type)
            types.insert(0, one)

    def relations(self, part: str) -> list[Relation]:
        """What a part links to, with what was added."""
        rels = rels_of(part)
        if rels not in self._trees:
            return self.package.relations(part)
        folder = posixpath.dirname(part)
        found = []
        for one in self._trees[rels].findall("{*}Relationship"):
            target, external = str(one.get("Target")), one.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            found.append(Relation(str(one.get("Id")), str(one.get("Type")).rsplit("/", 1)[-1], target, external))
        return found

    def relate(self, part: str, kind: str, target: str, *, external: bool = False) -> str:
        """Links a part to another, or to what lies outside; the link's id."""
        rels = rels_of(part)
        if rels not in self._trees and rels not in self.package.parts:
            self.put_tree(rels, etree.fromstring(f'<Relationships xmlns="{_RELATIONSHIPS}"/>'))
        tree = self.tree(rels)
        taken = {str(one.get("Id")) for one in tree}
        number = 1
        while f"rId{number}" in taken:
            number += 1
        one = etree.SubElement(tree, f"{{{_RELATIONSHIPS}}}Relationship")
        one.set("Id", f"rId{number}")
        one.set("Type", KINDS + kind)
        one.set("Target", target if external else posixpath.relpath(target, posixpath.dirname(part)))
        if external:
            one.set("TargetMode", "External")
        return f"rId{number}"

    def unrelate(self, part: str, ident: str) -> None:
        """Takes a link away."""
        tree = self.tree(rels_of(part))
        for one in tree.findall("{*}Relationship"):
            if one.get("Id") == ident:
                tree.remove(one)

    def save(self, path: Path) -> bool:
        """Writes the new file; whether any part differs from what was there."""
        differs = False
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for info in self.package.infos():
                if info.filename in self._dropped:
                    differs = True
                    continue
                made = zipfile.ZipInfo(info.filename, info.date_time)
                made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
                self._save(out, made)
                differs = differs or made.CRC != info.CRC
            for name in sorted(self.names - self.package.parts):
                self._save(out, zipfile.ZipInfo(name, _STAMP))
                differs = True
        return differs

    def _save(self, out: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        name = info.filename
        info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, _LEVEL  # type: ignore[attr-defined]
        with out.open(info, "w", force_zip64=name in self._streams) as sink:
            if name in self._streams:
                _pumped(self._streams[name](), sink)
            elif name in self._raw:
                sink.write(self._raw[name])
            elif name in self._trees:
                sink.write(self._serialised(name))
            else:
                with self.package.opened(name) as source:
                    shutil.copyfileobj(source, sink, 1 << 20)

    def _serialised(self, name: str) -> bytes:
        tree = self._trees[name]
        if name in self.package.parts and same(tree, self.package.tree(name)):
            return self.package.raw(name)
        return serialised(tree)


def _pumped(chunks: Iterator[str], sink: IO[bytes]) -> None:
    """Writes pieces one after the other; each is compressed while the next is made."""
    with ThreadPoolExecutor(1) as writer:
        written: Future[int] | None = None
        for chunk in chunks:
            if written is not None:
                written.result()
            written = writer.submit(sink.write, chunk.encode("utf-8"))
        if written is not None:
            written.result()


def serialised(tree: etree._Element) -> bytes:
    """A tree as a part."""
    raw: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return raw


def same(one: etree._Element, other: etree._Element) -> bool:
    """Whether two trees say the same."""
    return bool(etree.tostring(one, method="c14n") == etree.tostring(other, method="c14n"))


def rels_of(part: str) -> str:
    """The part that holds a part's links."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


# The order in which a worksheet's elements stand, by the format's schema.
_ORDER: Final = {
    name: at
    for at, name in enumerate(
        (
            *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
            *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
            *("customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations"),
            *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
            *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
            *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
            *("tableParts", "extLst"),
        )
    )
}


def put_in_order(sheet: etree._Element, element: etree._Element) -> None:
    """Puts an element of a worksheet where the schema wants it, after those of its own kind."""
    mine = _ORDER[local(element)]
    for at, child in enumerate(sheet):
        place = _ORDER.get(local(child))
        # Wrappers of newer elements, which have no place of their own, stay before what follows them.
        if place is not None and place > mine:
            while at and _ORDER.get(local(sheet[at - 1])) is None:
                at -= 1
            sheet.insert(at, element)
            return
    sheet.append(element)
