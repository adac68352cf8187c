"""Our notes on a user's sheet: found by their first line, put anew; the user's notes and buttons stay as they are."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Final

from lxml import etree

from sheets.surfaces.marks import NOTE, OURS
from sheets.surfaces.package import Package, cell_at, text_of
from sheets.surfaces.patch.around import Around
from sheets.surfaces.patch.parts import Parts

_SHAPE: Final = re.compile(r"<v:shape\s.*?</v:shape>", re.DOTALL)
_SHAPE_TYPE: Final = re.compile(r"<v:shapetype\s.*?</v:shapetype>", re.DOTALL)
_ID: Final = re.compile(r'id="_x0000_s(\d+)"')
_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"


def put_notes(parts: Parts, sheet: str, around: Around, ours: Package, our_sheet: str) -> None:
    """Puts the notes of our sheet in the place of those that an earlier refresh put on the user's sheet."""
    theirs = {relation.kind: relation.target for relation in parts.relations(sheet)}
    new = {relation.kind: relation.target for relation in ours.relations(our_sheet)}
    wanted = _notes(ours.tree(new["comments"])) if "comments" in new else {}
    there = theirs.get("comments")
    stood = {} if there is None else {ref: one for ref, one in _notes(parts.tree(there)).items() if _is_ours(one)}
    if {ref: _said(one) for ref, one in stood.items()} == {ref: _said(one) for ref, one in wanted.items()}:
        return
    drawn = ours.raw(new["vmlDrawing"]).decode("utf-8") if wanted else ""
    drawing = theirs.get("vmlDrawing") if around.has("legacyDrawing") else None
    if there is None:
        there = parts.free("xl/comments{}.xml")
        space = etree.QName(around.tree).namespace
        parts.put_tree(there, etree.fromstring(f'<comments xmlns="{space}"><authors/><commentList/></comments>'))
        parts.typed(there, _COMMENTS_TYPE)
        parts.relate(sheet, "comments", there)
    _put_texts(parts.tree(there), stood, wanted)
    if drawing is None:
        drawing = parts.free("xl/drawings/vmlDrawing{}.vml")
        parts.put(drawing, _SHAPE.sub("", drawn).encode("utf-8"))
        parts.typed_by_ending("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        around.legacy_drawing(parts.relate(sheet, "vmlDrawing", drawing))
    parts.put(drawing, _drawn(parts.text(drawing).decode("utf-8"), set(stood), drawn).encode("utf-8"))


def _notes(tree: etree._Element) -> dict[str, etree._Element]:
    return {str(one.get("ref")): one for one in tree.iterfind("{*}commentList/{*}comment")}


def _said(comment: etree._Element) -> str:
    return text_of(comment, "{*}t")


def _is_ours(comment: etree._Element) -> bool:
    return _said(comment).startswith(NOTE)


def _put_texts(tree: etree._Element, stood: dict[str, etree._Element], wanted: dict[str, etree._Element]) -> None:
    authors, listed = tree.find("{*}authors"), tree.find("{*}commentList")
    assert authors is not None
    assert listed is not None
    for one in stood.values():
        listed.remove(one)
    names = [author.text for author in authors]
    if OURS not in names and wanted:
        etree.SubElement(authors, f"{{{etree.QName(tree).namespace}}}author").text = OURS
        names.append(OURS)
    taken = set(_notes(tree))
    for ref, one in wanted.items():
        if ref in taken:
            # The user's own note on that cell stays; a cell has one note only.
            continue
        made = deepcopy(one)
        made.set("authorId", str(names.index(OURS)))
        listed.append(made)


def _drawn(text: str, gone: set[str], drawn: str) -> str:
    """The drawing without the boxes of our old notes, and with those of the new ones."""
    old = {cell_at(ref) for ref in gone}
    text = _SHAPE.sub(lambda shape: "" if _cell(shape[0]) in old else shape[0], text)
    taken = {_cell(shape) for shape in _SHAPE.findall(text)}
    number = max([1024, *(int(one) for one in _ID.findall(text))])
    new = []
    for shape in _SHAPE.findall(drawn):
        if _cell(shape) in taken:
            continue
        number += 1
        new.append(_ID.sub(f'id="_x0000_s{number}"', shape, count=1))
    kind = _SHAPE_TYPE.search(drawn)
    if new and kind is not None and 'id="_x0000_t202"' not in text:
        new.insert(0, kind[0])
    end = text.rindex("</xml>")
    return text[:end] + "".join(new) + text[end:]


def _cell(shape: str) -> tuple[int, int] | None:
    row, column = re.search(r"<x:Row>(\d+)</x:Row>", shape), re.search(r"<x:Column>(\d+)</x:Column>", shape)
    if 'ObjectType="Note"' not in shape or row is None or column is None:
        return None
    return int(row[1]), int(column[1])
