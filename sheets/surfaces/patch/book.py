"""The workbook part, table parts and what goes with them: names of ours, new columns and rows, recalculation."""

from __future__ import annotations

import posixpath
from typing import Final

from lxml import etree

from sheets.surfaces.marks import absolute
from sheets.surfaces.own_row import in_plain_sight
from sheets.surfaces.package import local
from sheets.surfaces.patch.parts import Parts
from sheets.surfaces.patch.standing import Standing
from sheets.surfaces.placed import Placed

# What may stand in a workbook part before its defined names and its settings of calculation.
_BEFORE_NAMES: Final = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr", "workbookProtection", "bookViews",
    "sheets", "functionGroups", "externalReferences",
)  # fmt: skip


def name(parts: Parts, said: str, formula: str, *, tab: int | None = None, hidden: bool = False) -> None:
    """Defines a name for the workbook or for one tab, or gives the one that is there another meaning."""
    book = parts.tree(parts.package.book)
    names = _child(book, "definedNames", _BEFORE_NAMES)
    local_to = None if tab is None else str(tab)
    for one in names.findall("{*}definedName"):
        if str(one.get("name")).casefold() == said.casefold() and one.get("localSheetId") == local_to:
            one.text = formula.removeprefix("=")
            return
    made = etree.SubElement(names, f"{{{etree.QName(book).namespace}}}definedName")
    made.set("name", said)
    if local_to is not None:
        made.set("localSheetId", local_to)
    if hidden:
        made.set("hidden", "1")
    made.text = formula.removeprefix("=")


def unname(parts: Parts, said: str, *, tab: int | None = None) -> None:
    """Takes a name away, if it is there."""
    local_to = None if tab is None else str(tab)
    names = parts.tree(parts.package.book).find("{*}definedNames")
    if names is None:
        return
    for one in names.findall("{*}definedName"):
        if str(one.get("name")).casefold() == said.casefold() and one.get("localSheetId") == local_to:
            names.remove(one)


def recalculated(parts: Parts) -> None:
    """Has the next program that opens the workbook recalculate it whole; the old order of calculation goes."""
    book = parts.tree(parts.package.book)
    _child(book, "calcPr", (*_BEFORE_NAMES, "definedNames")).set("fullCalcOnLoad", "1")
    for relation in parts.relations(parts.package.book):
        if relation.kind == "calcChain":
            parts.unrelate(parts.package.book, relation.id)
            parts.drop(relation.target)


def _child(book: etree._Element, wanted: str, before: tuple[str, ...]) -> etree._Element:
    found = book.find(f"{{*}}{wanted}")
    if found is None:
        found = etree.Element(f"{{{etree.QName(book).namespace}}}{wanted}")
        at = max((place + 1 for place, one in enumerate(book) if local(one) in before), default=0)
        book.insert(at, found)
    return found


def table_part(parts: Parts, standing: Standing, placed: Placed) -> None:
    """The table's own part: its area, the filter's, new columns, and the formulas that new rows get."""
    tree = parts.tree(standing.there.part)
    totals = int(standing.there.totals)
    first, left = standing.there.area[:2]
    reference = _plain(first, left, placed.last_row + totals, standing.last_column)
    tree.set("ref", reference)
    filtered = tree.find("{*}autoFilter")
    if filtered is not None and filtered.get("ref"):
        filtered.set("ref", _plain(first, left, placed.last_row, standing.last_column))
    columns = tree.find("{*}tableColumns")
    assert columns is not None
    space = etree.QName(tree).namespace
    if standing.is_new:
        for one in list(columns):
            columns.remove(one)
    number = max((int(one.get("id", "0")) for one in columns), default=0)
    for column in standing.added:
        number += 1
        made = etree.SubElement(columns, f"{{{space}}}tableColumn")
        made.set("id", str(number))
        made.set("name", column.header)
    columns.set("count", str(len(columns)))
    of = dict(zip(range(left, standing.last_column + 1), columns, strict=True))
    for column in standing.table.columns:
        element = of[standing.places[column.header]]
        there = element.find("{*}calculatedColumnFormula")
        if isinstance(column.formula, str) and in_plain_sight(column, placed):
            if there is None:
                there = etree.Element(f"{{{space}}}calculatedColumnFormula")
                element.insert(0, there)
            if there.get("array") is not None:
                del there.attrib["array"]
            there.text = column.formula.removeprefix("=")
        elif there is not None:
            element.remove(there)


def add_table(parts: Parts, sheet: str, raw: etree._Element) -> str:
    """A table part that is new, linked to its sheet; the link's id."""
    part = parts.free("xl/tables/table{}.xml")
    raw.set("id", str(1 + max(_table_ids(parts), default=0)))
    parts.put_tree(part, raw)
    parts.typed(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml")
    return parts.relate(sheet, "table", part)


def _table_ids(parts: Parts) -> list[int]:
    tables = [part for part in parts.names if posixpath.dirname(part).endswith("tables") and part.endswith(".xml")]
    return [int(parts.tree(part).get("id", "0")) for part in tables]


def add_sheet(parts: Parts, said: str, part: str) -> int:
    """A tab that is new, after all others; its place."""
    book = parts.tree(parts.package.book)
    sheets = book.find("{*}sheets")
    assert sheets is not None
    ident = parts.relate(parts.package.book, "worksheet", part)
    parts.typed(part, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml")
    number = max(int(one.get("sheetId", "0")) for one in sheets) + 1
    space = etree.QName(book).namespace
    made = etree.fromstring(f'<x:sheet xmlns:x="{space}" xmlns:r="{_RELATIONSHIPS}" r:id="{ident}"/>')
    made.set("name", said)
    made.set("sheetId", str(number))
    sheets.append(made)
    return len(sheets) - 1


_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _plain(row: int, column: int, last_row: int, last_column: int) -> str:
    return absolute("x", row, column, last_row, last_column).removeprefix("'x'!").replace("$", "")
