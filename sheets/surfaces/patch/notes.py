"""Notes on a user's sheet: ours are found by their first line and put anew, the user's go with their cell's row."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Final

from lxml import etree

from sheets.surfaces.marks import NOTE, OURS
from sheets.surfaces.package import Package, cell_at, text_of
from sheets.surfaces.patch.around import Around
from sheets.surfaces.patch.follows import Cell, Follows, address
from sheets.surfaces.patch.parts import Parts

# Drawings are cut, not parsed: older programs leave tags in them open. Each program has its own prefixes.
_SHAPE: Final = re.compile(r"<(\w+):shape\s.*?</\1:shape>", re.DOTALL)
_SHAPE_TYPE: Final = re.compile(r"<v:shapetype\s.*?</v:shapetype>", re.DOTALL)
# Each drawing has blocks of a thousand numbers of its own.
_BLOCK: Final = re.compile(r'<\w+:idmap\s[^>]*?data="(\d+)')
_ROOT: Final = re.compile(r"<xml[^>]*>")
_SPACES: Final = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_ID: Final = re.compile(r'id="_x0000_s(\d+)"')
_PLACE: Final = re.compile(r"(<\w+:(Row|Column)>)\d+(?=<)")
# Left column, its offset, top row, its offset, and the same of the opposite corner.
_ANCHOR: Final = re.compile(r"(<\w+:Anchor>)([^<]*)(?=<)")
_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"

# Where notes of the user's were and are; None: nowhere.
Moved = dict[Cell, Cell | None]


def put_notes(parts: Parts, sheet: str, around: Around, ours: Package, our_sheet: str, follows: Follows) -> None:
    """Puts the notes of our sheet in the place of those that an earlier refresh put on the user's sheet.

    The user's, and the threads behind them, go where their cells went.
    """
    theirs = {relation.kind: relation.target for relation in parts.relations(sheet)}
    new = {relation.kind: relation.target for relation in ours.relations(our_sheet)}
    wanted = _notes(ours.tree(new["comments"])) if "comments" in new else {}
    there = theirs.get("comments")
    everything = {} if there is None else _notes(parts.tree(there))
    stood = {ref: one for ref, one in everything.items() if _is_ours(one)}
    places = {cell_at(ref): follows.to(cell_at(ref)) for ref in everything if ref not in stood}
    moved = {cell: to for cell, to in places.items() if to != cell}
    if not moved and {ref: _said(one) for ref, one in stood.items()} == {
        ref: _said(one) for ref, one in wanted.items()
    }:
        return
    drawn = ours.raw(new["vmlDrawing"]).decode("utf-8") if wanted else ""
    # A header's pictures have a drawing of the same kind.
    link = around.legacy_drawing()
    drawing = next((one.target for one in parts.relations(sheet) if one.id == link), None)
    if there is None:
        there = parts.free("xl/comments{}.xml")
        space = etree.QName(around.tree).namespace
        parts.put_tree(there, etree.fromstring(f'<comments xmlns="{space}"><authors/><commentList/></comments>'))
        parts.typed(there, _COMMENTS_TYPE)
        parts.relate(sheet, "comments", there)
    _put_texts(parts.tree(there), stood, wanted, moved)
    if "threadedComment" in theirs:
        _readdressed(parts.tree(theirs["threadedComment"]), moved)
    if drawing is None:
        drawing = parts.free("xl/drawings/vmlDrawing{}.vml")
        parts.put(drawing, _SHAPE.sub("", drawn).encode("utf-8"))
        parts.typed_by_ending("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        around.link_drawing(parts.relate(sheet, "vmlDrawing", drawing))
    parts.put(drawing, _drawn(parts.text(drawing).decode("utf-8"), set(stood), moved, drawn).encode("utf-8"))


def _notes(tree: etree._Element) -> dict[str, etree._Element]:
    return {str(one.get("ref")): one for one in tree.iterfind("{*}commentList/{*}comment")}


def _said(comment: etree._Element) -> str:
    return text_of(comment, "{*}t")


def _is_ours(comment: etree._Element) -> bool:
    return _said(comment).startswith(NOTE)


def _put_texts(
    tree: etree._Element, stood: dict[str, etree._Element], wanted: dict[str, etree._Element], moved: Moved
) -> None:
    authors, listed = tree.find("{*}authors"), tree.find("{*}commentList")
    assert authors is not None
    assert listed is not None
    for one in stood.values():
        listed.remove(one)
    _readdressed(listed, moved)
    names = [author.text for author in authors]
    taken = set(_notes(tree))
    # The user's own note on a cell stays; a cell has one note only.
    new = {ref: one for ref, one in wanted.items() if ref not in taken}
    if OURS not in names and new:
        etree.SubElement(authors, f"{{{etree.QName(tree).namespace}}}author").text = OURS
        names.append(OURS)
    for one in new.values():
        made = deepcopy(one)
        made.set("authorId", str(names.index(OURS)))
        listed.append(made)


def _drawn(text: str, gone: set[str], moved: Moved, drawn: str) -> str:
    """The drawing without the boxes of our old notes, and with those of the new ones."""
    goes = moved | dict.fromkeys(map(cell_at, gone))
    text = _SHAPE.sub(lambda shape: _box(shape[0], goes), text)
    taken = {_cell(shape[0]) for shape in _SHAPE.finditer(text)}
    block = _BLOCK.search(text)
    number = max([1024 * int(block[1] if block else 1), *(int(one) for one in _ID.findall(text))])
    new = []
    for shape in _SHAPE.finditer(drawn):
        if _cell(shape[0]) in taken:
            continue
        number += 1
        new.append(_ID.sub(f'id="_x0000_s{number}"', shape[0], count=1))
    kind = _SHAPE_TYPE.search(drawn)
    if new and kind is not None and 'id="_x0000_t202"' not in text:
        new.insert(0, kind[0])
    if new:
        text = _ROOT.sub(lambda root: _declared(root[0]), text, count=1)
    end = text.rindex("</xml>")
    return text[:end] + "".join(new) + text[end:]


def _readdressed(listed: etree._Element, moved: Moved) -> None:
    for one in list(listed):
        here = cell_at(str(one.get("ref")))
        to = moved.get(here, here)
        if to is None:
            listed.remove(one)
        elif to != here:
            one.set("ref", address(to))


def _declared(root: str) -> str:
    """The drawing's first tag, with the prefixes that our boxes use."""
    missing = (f' xmlns:{one}="{space}"' for one, space in _SPACES.items() if f"xmlns:{one}=" not in root)
    return f"{root[:-1]}{''.join(missing)}>"


def _box(shape: str, moved: Moved) -> str:
    """A note's box, beside the cell where its note is now."""
    here = _cell(shape)
    if here is None or here not in moved:
        return shape
    to = moved[here]
    if to is None:
        return ""
    shape = _PLACE.sub(lambda found: f"{found[1]}{to[found[2] == 'Column']}", shape)
    return _ANCHOR.sub(lambda found: found[1] + _anchored(found[2], to[0] - here[0]), shape)


def _anchored(anchor: str, down: int) -> str:
    corners = [int(one) for one in anchor.split(",")]
    down = max(down, -corners[2])
    return ", ".join(map(str, [*corners[:2], corners[2] + down, *corners[3:6], corners[6] + down, corners[7]]))


def _cell(shape: str) -> tuple[int, int] | None:
    row, column = re.search(r"<\w+:Row>(\d+)<", shape), re.search(r"<\w+:Column>(\d+)<", shape)
    if 'ObjectType="Note"' not in shape or row is None or column is None:
        return None
    return int(row[1]), int(column[1])
