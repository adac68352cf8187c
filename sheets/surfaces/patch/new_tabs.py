"""Tabs of ours that a user's workbook does not have: added after all others, as the writing library made them."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from sheets.surfaces.package import Package, text_of
from sheets.surfaces.patch.around import Around
from sheets.surfaces.patch.book import add_sheet, add_table
from sheets.surfaces.patch.follows import Follows
from sheets.surfaces.patch.notes import put_notes
from sheets.surfaces.patch.parts import Parts, serialised
from sheets.surfaces.patch.styles import Styles


def add_tab(parts: Parts, said: str, ours: Package, part: str, styles: Styles) -> int:
    """Adds a tab; its place among the tabs."""
    tree = deepcopy(ours.tree(part))
    shared = _shared(ours)
    for cell in tree.iter("{*}c"):
        if cell.get("s") is not None:
            cell.set("s", str(styles.cell(int(cell.get("s", "0")))))
        if cell.get("t") == "s":
            _inline(cell, shared[int(cell.findtext("{*}v", "0"))])
    for column in tree.iter("{*}col"):
        if column.get("style") is not None:
            column.set("style", str(styles.cell(int(column.get("style", "0")))))
    for rule in tree.iter("{*}cfRule"):
        rule.set("dxfId", str(styles.rule(int(rule.get("dxfId", "0")))))
    for view in tree.iter("{*}sheetView"):
        if view.get("tabSelected") is not None:
            del view.attrib["tabSelected"]
    for name in ("legacyDrawing", "tableParts"):
        for element in tree.findall(f"{{*}}{name}"):
            tree.remove(element)
    new = parts.free("xl/worksheets/sheet{}.xml")
    parts.put(new, b"")
    at = add_sheet(parts, said, new)
    around = Around(serialised(tree).decode("utf-8"), "")
    for relation in ours.relations(part):
        if relation.kind == "table":
            around.table_part(add_table(parts, new, deepcopy(ours.tree(relation.target))))
    put_notes(parts, new, around, ours, part, Follows(()))
    parts.put(new, serialised(around.tree))
    return at


def _shared(ours: Package) -> list[etree._Element]:
    part = next((one.target for one in ours.relations(ours.book) if one.kind == "sharedStrings"), None)
    return [] if part is None or part not in ours.parts else ours.tree(part).findall("{*}si")


def _inline(cell: etree._Element, text: etree._Element) -> None:
    space = etree.QName(cell).namespace
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    made = etree.SubElement(etree.SubElement(cell, f"{{{space}}}is"), f"{{{space}}}t")
    made.text = text_of(text, "{*}t")
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
