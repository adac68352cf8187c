"""What lies on a tab beside its cells: charts, pictures, shapes, controls, notes, pivots, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from sheets.surfaces.finding import Finding
from sheets.surfaces.foreign_cells import Where, at
from sheets.surfaces.marks import NOTE
from sheets.surfaces.package import Package, Relation, TabThere, cell_at, local, text_of

# Links of a tab that are looked at elsewhere, or that no user would miss.
_KNOWN: Final = {
    "table",  # by name
    "hyperlink",  # by the cell it is on
    "printerSettings",  # the printer's own memory, laid anew at the next print
    "ctrlProp",  # stands beside the control's drawing
    "control",  # likewise
}
_NAMED: Final = {
    "pivotTable": "a pivot table",
    "slicer": "a slicer",
    "timeline": "a timeline",
    "oleObject": "an embedded object",
    "package": "an embedded object",
    "image": "a background picture",
}
_DRAWN: Final = {"pic": "a picture", "sp": "a shape", "cxnSp": "a shape", "grpSp": "shapes", "contentPart": "a drawing"}


def objects(package: Package, tab: TabThere) -> Iterator[Finding]:
    """Everything that the tab links to and that is not ours."""
    for relation in package.relations(tab.part):
        if relation.kind in _KNOWN:
            continue
        read = _READERS.get(relation.kind)
        if read is None:
            yield Finding(tab.name, _NAMED.get(relation.kind, f"something unknown to us ({relation.kind})"))
        elif relation.target in package.parts:
            yield from read(package, tab.name, relation)


def _drawing(package: Package, tab: str, relation: Relation) -> Iterator[Finding]:
    for anchor in package.tree(relation.target):
        start = anchor.find("{*}from")
        where = tab
        if start is not None:
            where = at(tab, (int(start.findtext("{*}row", "0")), int(start.findtext("{*}col", "0"))))
        for element in anchor.iter():
            kind = local(element)
            if kind == "graphicData":
                uri = str(element.get("uri"))
                kinds = {"chart": "a chart", "slicer": "a slicer", "timeslicer": "a timeline", "diagram": "a diagram"}
                yield Finding(where, next((name for word, name in kinds.items() if word in uri), "a drawing"))
                break
            if kind in _DRAWN:
                yield Finding(where, _DRAWN[kind])
                break


def _vml(package: Package, tab: str, relation: Relation) -> Iterator[Finding]:
    """Buttons and controls; notes are here too, as shapes, and are looked at by their text."""
    # Excel itself writes this part with tags left open.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    tree = etree.fromstring(package.raw(relation.target), parser)
    for shape in tree.iter("{*}shape"):
        about = shape.find(".//{*}ClientData")
        if about is None:
            yield Finding(tab, "a picture in the header or footer")
        elif about.get("ObjectType") != "Note":
            place = re.findall(r"\d+", about.findtext("{*}Anchor", ""))
            where = at(tab, (int(place[2]), int(place[0]))) if len(place) > 2 else tab
            yield Finding(where, "a button or control")


def _comments(package: Package, tab: str, relation: Relation) -> Iterator[Finding]:
    tree = package.tree(relation.target)
    authors = [author.text or "" for author in tree.iterfind("{*}authors/{*}author")]
    for comment in tree.iterfind("{*}commentList/{*}comment"):
        number = int(comment.get("authorId", "0"))
        author = authors[number] if number < len(authors) else ""
        # A threaded comment keeps a shadow of itself here for old programs.
        if not text_of(comment, "{*}t").startswith(NOTE) and not author.startswith("tc="):
            yield Finding(f"{tab}!{comment.get('ref')}", "a note of your own")


def _threads(package: Package, tab: str, relation: Relation) -> Iterator[Finding]:
    for reference in dict.fromkeys(str(one.get("ref")) for one in package.tree(relation.target)):
        yield Finding(f"{tab}!{reference}", "a comment")


def links(
    package: Package, tab: TabThere, element: etree._Element, is_ours: Callable[[Where], bool]
) -> Iterator[Finding]:
    """Links on cells. One that only repeats the cell's own text is what Excel makes of a typed address by itself."""
    targets = {relation.id: relation.target for relation in package.relations(tab.part)}
    texts: dict[str, str] | None = None
    for link in element:
        reference = str(link.get("ref")).partition(":")[0]
        if is_ours(cell_at(reference)):
            continue
        number = next((value for name, value in link.attrib.items() if str(name).endswith("}id")), None)
        if number is not None and not link.get("location"):
            texts = _texts(package, tab) if texts is None else texts
            if _address(texts.get(reference, "")) == _address(targets.get(str(number), "")):
                continue
        yield Finding(f"{tab.name}!{reference}", "a link of your own")


def _texts(package: Package, tab: TabThere) -> dict[str, str]:
    """Every cell's text that might be an address."""
    shared: list[str] = []
    for relation in package.relations(package.book):
        if relation.kind == "sharedStrings" and relation.target in package.parts:
            shared = [text_of(text, "{*}t") for text in package.tree(relation.target).iterfind("{*}si")]
    found = {}
    for row in package.children(tab.part):
        for cell in row if local(row) == "row" else ():
            text = text_of(cell, "{*}v", "{*}t")
            if cell.get("t") == "s" and text.isdigit() and int(text) < len(shared):
                text = shared[int(text)]
            if "." in text or "@" in text:
                found[str(cell.get("r"))] = text
    return found


def _address(text: str) -> str:
    return re.sub(r"^(mailto:|https?://)", "", text.strip().casefold()).rstrip("/")


_READERS: Final = {
    "drawing": _drawing,
    "vmlDrawing": _vml,
    "comments": _comments,
    "threadedComment": _threads,
}
