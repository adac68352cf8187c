"""Tables of ours that a tab of theirs does not have any more: laid to the right of all that stands on the tab."""

from __future__ import annotations

from lxml import etree

from sheets.surfaces.marks import absolute
from sheets.surfaces.package import TableThere, area_of
from sheets.surfaces.patch.book import add_table
from sheets.surfaces.patch.parts import Parts
from sheets.surfaces.patch.standing import Found, Standing

_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def standing_anew(parts: Parts, found: Found) -> dict[Standing, str]:
    """Gives each missing table a place on its tab, and a part; the tables with the links to their parts."""
    made: dict[Standing, str] = {}
    rights: dict[str, int] = {}
    for tab, table in found.missing:
        there = found.tabs[tab.name]
        assert there is not None
        row = next(block.row for block in tab.blocks if block.content is table)
        left = rights.get(there.name) or _right(parts, there.part)
        last = left + len(table.columns) - 1
        rights[there.name] = last + 2
        part = _part(table.name, row, left, [one.header for one in table.columns])
        link = add_table(parts, there.part, part)
        target = next(one.target for one in parts.relations(there.part) if one.id == link)
        area = row, left, row, left - 1
        places = {one.header: left + at for at, one in enumerate(table.columns)}
        standing = Standing(table, there, TableThere(table.name, area, (), False, target), places, table.columns)
        found.tables[table.name] = standing
        made[standing] = link
    return made


def _right(parts: Parts, sheet: str) -> int:
    """The first column that is free on a sheet, after one that stays empty."""
    furthest = 0
    for element in parts.package.children(sheet):
        if element.tag.endswith("}row"):
            for cell in element:
                reference = cell.get("r")
                if reference:
                    furthest = max(furthest, area_of(reference)[3] + 2)
    return furthest


def _part(name: str, row: int, left: int, headers: list[str]) -> etree._Element:
    reference = absolute("x", row, left, row + 1, left + len(headers) - 1).removeprefix("'x'!").replace("$", "")
    tree = etree.fromstring(
        f'<table xmlns="{_SPACE}" id="1" totalsRowShown="0"><autoFilter/><tableColumns/>'
        '<tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="0" '
        'showColumnStripes="0"/></table>'
    )
    tree.set("name", name)
    tree.set("displayName", name)
    tree.set("ref", reference)
    tree[0].set("ref", reference)
    return tree
