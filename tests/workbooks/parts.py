"""A workbook file as its parts, to put in by hand what no library writes."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from xlsxwriter.workbook import Workbook

from sheets.tabs.layout import Layout

from .small_layout import before

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MICROSOFT = "http://schemas.microsoft.com/office"
OFFICE = "application/vnd.openxmlformats-officedocument"
EXCEL = "application/vnd.ms-excel"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMES = {
    "": MAIN,
    "r": RELATIONS,
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "x14": f"{MICROSOFT}/spreadsheetml/2009/9/main",
    "x14ac": f"{MICROSOFT}/spreadsheetml/2009/9/ac",
    "x15": f"{MICROSOFT}/spreadsheetml/2010/11/main",
    "x15ac": f"{MICROSOFT}/spreadsheetml/2010/11/ac",
    "xr": f"{MICROSOFT}/spreadsheetml/2014/revision",
    "xr2": f"{MICROSOFT}/spreadsheetml/2015/revision2",
    "xr6": f"{MICROSOFT}/spreadsheetml/2016/revision6",
    "xr10": f"{MICROSOFT}/spreadsheetml/2016/revision10",
    "xm": f"{MICROSOFT}/excel/2006/main",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "a14": f"{MICROSOFT}/drawing/2010/main",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "xvml": "urn:schemas-microsoft-com:office:excel",
    "tc": f"{MICROSOFT}/spreadsheetml/2018/threadedcomments",
}
# The elements of a sheet and of a workbook have to stand in this order.
SHEET_ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "AlternateContent",
    "webPublishItems",
    "tableParts",
    "extLst",
]
BOOK_ORDER = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "webPublishing",
    "fileRecoveryPr",
    "extLst",
]


def nothing(_: object) -> None:
    """Does nothing."""


@dataclass(frozen=True)
class Feature:
    """One thing that people have in their workbooks.

    write: adds it with the library, before the file is closed. operate: puts it into the finished file by hand.
    layout: what of ours the file holds. needs: what has to be there first.
    """

    name: str
    write: Callable[[Workbook], None] = nothing
    operate: Callable[[Parts], None] = nothing
    suffix: str = ".xlsx"
    layout: Callable[[], Layout] = before
    needs: Sequence[Feature] = ()


def declared(*prefixes: str) -> str:
    """Declarations of namespaces by their usual prefixes; `` is that of cells."""
    return " ".join(f'xmlns{":" if prefix else ""}{prefix}="{NAMES[prefix]}"' for prefix in prefixes)


def part_xml(name: str, body: str, *prefixes: str, more: str = "") -> str:
    """A part whose root has that name, body, and namespaces."""
    return f"{HEAD}<{name} {declared(*prefixes)} {more}>{body}</{name}>"


class Parts:
    """All parts of a workbook file; `save` writes them in the order in which they came."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.content = {name: archive.read(name) for name in archive.namelist()}

    def save(self, path: Path) -> None:
        """Writes the file; the same parts give the same bytes."""
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in self.content.items():
                stamped = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                archive.writestr(stamped, content, zipfile.ZIP_DEFLATED)

    def text(self, part: str) -> str:
        """A part's text."""
        return self.content[part].decode()

    def replace(self, part: str, old: str, new: str) -> None:
        """Puts one text in the place of another, which must be there once."""
        text = self.text(part)
        if text.count(old) != 1:
            raise ValueError(f"{part} holds {text.count(old)} times {old!r}")
        self.content[part] = text.replace(old, new).encode()

    @contextmanager
    def edited(self, part: str) -> Iterator[etree._Element]:
        """The part's root, to be changed."""
        root = etree.fromstring(self.content[part])
        yield root
        self.content[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def add(self, part: str, content: str | bytes, content_type: str | None = None) -> None:
        """A new part. content_type: None where one for the ending is enough."""
        if part in self.content:
            raise ValueError(f"there is a part {part} already")
        self.content[part] = content.encode() if isinstance(content, str) else content
        if content_type is not None:
            with self.edited("[Content_Types].xml") as types:
                etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)

    def ending(self, extension: str, content_type: str) -> None:
        """The content type of all parts whose names end so."""
        with self.edited("[Content_Types].xml") as types:
            if all(one.get("Extension") != extension for one in types):
                made = etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=content_type)
                types.insert(0, made)

    def relate(self, part: str, kind: str, target: str, *, external: bool = False) -> str:
        """Links a part, or the package for the empty name, to another; gives the link's id.

        kind: the type, or its last word for the usual ones. target: a part's name or, for an external one, anything.
        """
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.content:
            self.content[rels] = f'{HEAD}<Relationships xmlns="{PACKAGE}"/>'.encode()
        with self.edited(rels) as root:
            link = f"rId{900 + len(root)}"
            made = etree.SubElement(root, f"{{{PACKAGE}}}Relationship", Id=link)
            made.set("Type", kind if "/" in kind else f"{RELATIONS}/{kind}")
            made.set("Target", target if external else posixpath.relpath(target, folder or "."))
            if external:
                made.set("TargetMode", "External")
        return link

    def linked(self, part: str, kind: str) -> list[str]:
        """The parts to which a part has links of a kind, by the last word of the type."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.content:
            return []
        return [
            posixpath.normpath(posixpath.join(folder, str(one.get("Target")))).lstrip("/")
            for one in etree.fromstring(self.content[rels])
            if str(one.get("Type")).endswith(f"/{kind}")
        ]

    def sheet(self, tab: str) -> str:
        """The part of a tab."""
        sheets = etree.fromstring(self.content["xl/workbook.xml"]).iter(f"{{{MAIN}}}sheet")
        ident = next(one.get(f"{{{RELATIONS}}}id") for one in sheets if one.get("name") == tab)
        return self._target("xl/workbook.xml", str(ident))

    def old_drawing(self, tab: str) -> str:
        """The drawing of a tab in which its notes have their boxes, and controls of the old kinds."""
        sheet = self.sheet(tab)
        link = etree.fromstring(self.content[sheet]).find(f"{{{MAIN}}}legacyDrawing")
        return self._target(sheet, link.get(f"{{{RELATIONS}}}id"))

    def _target(self, part: str, ident: str) -> str:
        folder, name = posixpath.split(part)
        links = etree.fromstring(self.content[posixpath.join(folder, "_rels", f"{name}.rels")])
        target = next(str(one.get("Target")) for one in links if one.get("Id") == ident)
        return posixpath.normpath(posixpath.join(folder, target))

    def table(self, name: str) -> str:
        """The part of a table."""
        return next(
            part
            for part in self.content
            if part.startswith("xl/tables/") and f'displayName="{name}"' in self.text(part)
        )

    def insert(self, part: str, xml: str, *prefixes: str) -> None:
        """Puts an element into a sheet or the workbook, at the place where it has to stand."""
        order = BOOK_ORDER if part == "xl/workbook.xml" else SHEET_ORDER
        with self.edited(part) as root:
            made = parsed(xml, "", "r", *prefixes)
            at = order.index(etree.QName(made).localname)
            later = (one for one in root if order.index(etree.QName(one).localname) > at)
            following = next(later, None)
            if following is None:
                root.append(made)
            else:
                following.addprevious(made)

    def extend(self, part: str, uri: str, xml: str, prefix: str) -> None:
        """Puts an extension into the list of extensions at the end of a part."""
        with self.edited(part) as root:
            last = root.find(f"{{{MAIN}}}extLst")
            if last is None:
                last = etree.SubElement(root, f"{{{MAIN}}}extLst")
            last.append(parsed(f'<ext uri="{uri}">{xml}</ext>', "", "r", "xm", prefix))

    def draw(self, tab: str, anchored: str, *prefixes: str) -> str:
        """Puts something into the drawing of a tab, which is made when there is none; gives the drawing's part."""
        sheet = self.sheet(tab)
        if not self.linked(sheet, "drawing"):
            part = f"xl/drawings/drawing9{posixpath.basename(sheet)[len('sheet') :]}"
            self.add(part, part_xml("xdr:wsDr", "", "xdr", "a"), f"{OFFICE}.drawing+xml")
            self.insert(sheet, f'<drawing r:id="{self.relate(sheet, "drawing", part)}"/>')
        part = self.linked(sheet, "drawing")[0]
        with self.edited(part) as root:
            root.append(parsed(anchored, "xdr", "a", "r", *prefixes))
        return part


def anchor(row: int, column: int, inside: str, rows: int = 6, columns: int = 3) -> str:
    """A drawing's place over cells."""
    return (
        f"<xdr:twoCellAnchor><xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
        f"<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>{column + columns}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row + rows}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>{inside}<xdr:clientData/>"
        "</xdr:twoCellAnchor>"
    )


def parsed(xml: str, *prefixes: str) -> etree._Element:
    """An element written with the usual prefixes; `` is that of cells."""
    return etree.fromstring(f"<wrapped {declared(*prefixes)}>{xml}</wrapped>")[0]
