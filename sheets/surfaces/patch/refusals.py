"""What of the user's on a sheet stops a refresh before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.errors import InTheWay
from sheets.surfaces.marks import absolute
from sheets.surfaces.package import Package, cell_at
from sheets.surfaces.patch.around import Around, meet
from sheets.surfaces.patch.follows import address, noted
from sheets.surfaces.patch.sheet import OurTable


def refuse_in_the_way(
    package: Package, around: Around, tables: Sequence[OurTable], part: str, where: tuple[str, str]
) -> None:
    """Raises InTheWay for a protected sheet, and for merged cells, notes and tables of the user's where ours stand.

    where: the file's name and the tab's.
    """
    file, tab = where
    if tables and around.is_protected() and not _unlocked(package, tables, part):
        raise InTheWay(
            "is protected, and cells that a refresh writes are locked",
            where=f"{file}, tab {tab}",
            todo="unprotect the sheet, or unlock our columns under Format Cells, Protection",
        )
    everything = package.tables(tables[0].standing.tab) if tables else []
    for one in tables:
        area = one.first - 1, one.columns[0], one.last_row, one.columns[-1]
        for merged in around.merges():
            if meet(area, merged):
                raise InTheWay(
                    f"merges cells inside the table {one.standing.table.name}",
                    where=f"{file}, {absolute(tab, *merged).replace('$', '')}",
                    todo="take the merge away",
                )
        new = one.old_end + one.standing.there.totals, one.columns[0], one.last_row, one.columns[-1]
        for cell in sorted(noted(package, one.standing.tab)):
            if meet(new, (*cell, *cell)):
                raise InTheWay(
                    f"has a note of your own where the table {one.standing.table.name} grows",
                    where=f"{file}, {tab}!{address(cell)}",
                    todo="move it a few rows away, then refresh",
                )
        for other in everything:
            if other.name != one.standing.there.name and meet(area, other.area):
                raise InTheWay(
                    f"has the table {other.name} where {one.standing.table.name} stands or grows",
                    where=f"{file}, {tab}",
                    todo="move one of the two a few rows or columns away",
                )


def _unlocked(package: Package, tables: Sequence[OurTable], part: str) -> bool:
    """Whether every cell of ours that is there may be written on a protected sheet."""
    styles = next(one.target for one in package.relations(package.book) if one.kind == "styles")
    open_ones = {
        str(at)
        for at, one in enumerate(package.tree(styles).iterfind("{*}cellXfs/{*}xf"))
        if any(lock.get("locked") in {"0", "false"} for lock in one.iterfind("{*}protection"))
    }
    ours = [(one.first, max(one.end, one.old_end), set(one.standing.places.values())) for one in tables]
    for row in package.children(part):
        if row.tag.endswith("}row"):
            for cell in row:
                at, column = cell_at(str(cell.get("r")))
                mine = any(first <= at < end and column in columns for first, end, columns in ours)
                if mine and cell.get("s", "0") not in open_ones:
                    return False
    return True
