"""What a rewrite of a workbook would lose: everything in it that is not ours.

Looked at with suspicion: a part, link or element that is not known here is a finding, since a finding too many costs
a message and one too few costs somebody's work. No findings are widths, sorting, filters, hidden rows, print
set-up, and rows that a buyer added to our tables, whose cells are carried over by their key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheets.surfaces.cell_styles import Signature, number_code, signatures
from sheets.surfaces.finding import Finding
from sheets.surfaces.foreign_cells import Inside, Scan, Where, at, beside, restyled, scan
from sheets.surfaces.foreign_objects import links, objects
from sheets.surfaces.foreign_rules import names, rules, whole
from sheets.surfaces.look import HEADERS, INK
from sheets.surfaces.marks import COLUMNS, LOOK, TEXTS, Area, listed_in, texts_marked
from sheets.surfaces.package import Package, TableThere, TabThere, local


@dataclass(frozen=True)
class _Ours:
    """What the fresh file says is ours. styles: the formats of each column's cells; buyers: the buyers' columns;
    formulas: columns that have formulas of ours."""

    headers: Mapping[str, tuple[str, ...]]
    styles: Mapping[Inside, set[Signature]]
    buyers: frozenset[Inside]
    formulas: frozenset[Inside]


def foreign(existing: Path, fresh: Path) -> list[Finding]:
    """What is in the workbook `existing` and not ours, by comparing it with `fresh`, which would take its place."""
    with Package(existing) as old, Package(fresh) as new:
        new_tabs = {tab.name: tab for tab in new.tabs()}
        new_marks, old_marks = _marks(new), _marks(old)
        mine = _ours(new, new_tabs.values())
        looks = [listed_in(marks.get((LOOK, None), "")) for marks in (old_marks, new_marks)]
        seen = signatures(old, [INK, *looks[0][:1]])
        # A workbook of an earlier version of ours looks as that version wrote it.
        allowed = _as_written(mine.styles, looks[0] if looks[0] != looks[1] else [])
        found = list(whole(old))
        our_tabs = []
        for tab in old.tabs():
            if tab.name not in new_tabs:
                found.append(Finding(tab.name, "a tab of your own"))
                continue
            our_tabs.append(tab.index)
            new_tab = new_tabs[tab.name]
            areas = texts_marked(old_marks.get((TEXTS, tab.index)) or new_marks.get((TEXTS, new_tab.index), ""))
            found.extend(_on_tab(old, tab, areas, mine, old_marks, seen, allowed))
        found.extend(names(old, {name for name, _ in new_marks}, our_tabs))
        return list(dict.fromkeys(found))


def _on_tab(
    old: Package,
    tab: TabThere,
    areas: Sequence[Area],
    mine: _Ours,
    marks: Mapping[tuple[str, int | None], str],
    seen: Sequence[Signature],
    allowed: Mapping[Inside, set[Signature]],
) -> Iterator[Finding]:
    tables = old.tables(tab)
    for table in tables:
        written = set(listed_in(marks.get((COLUMNS + table.name, None), ""))) | set(mine.headers.get(table.name, ()))
        yield from _columns(tab, table, written)
    cells = scan(old, tab, tables, areas)
    yield from beside(tab.name, cells)
    yield from restyled(tab.name, cells, seen, allowed)
    yield from _formulas(tab, cells, mine)
    yield from objects(old, tab)
    yield from rules(tab.name, cells.rest)

    def is_ours(cell: Where) -> bool:
        return any(area[0] <= cell[0] <= area[2] and area[1] <= cell[1] <= area[3] for area in areas)

    for element in cells.rest:
        if local(element) == "hyperlinks":
            yield from links(old, tab, element, is_ours)


def _columns(tab: TabThere, table: TableThere, written: set[str]) -> Iterator[Finding]:
    """A table that is not ours, or columns and a totals row that somebody added to one of ours."""
    row, column = table.area[:2]
    if not written:
        yield Finding(at(tab.name, (row, column)), f"a table of your own, {table.name}")
        return
    for place, header in enumerate(table.headers, column):
        if header not in written:
            yield Finding(at(tab.name, (row, place)), f"a column of your own, {header!r}, in {table.name}")
    if table.totals:
        yield Finding(at(tab.name, (table.area[2], column)), f"a totals row in {table.name}")


def _formulas(tab: TabThere, cells: Scan, mine: _Ours) -> Iterator[Finding]:
    """Formulas in buyers' columns: only their values would be carried over."""
    for inside, first in cells.formulas.items():
        if inside in mine.buyers and inside not in mine.formulas:
            yield Finding(at(tab.name, first), f"a formula of your own in column {inside[1]!r} of {inside[0]}")


def _ours(new: Package, tabs: Iterable[TabThere]) -> _Ours:
    seen = signatures(new, [INK])
    buyer = HEADERS["buyer"].fill.lstrip("#")
    headers: dict[str, tuple[str, ...]] = {}
    styles: dict[Inside, set[Signature]] = {}
    buyers: set[Inside] = set()
    formulas: set[Inside] = set()
    for tab in tabs:
        tables = new.tables(tab)
        headers.update({table.name: table.headers for table in tables})
        cells = scan(new, tab, tables, [])
        styles.update({inside: {seen[int(one)] for one in many} for inside, many in cells.styles.items()})
        buyers.update(inside for inside, style in cells.header_style.items() if seen[int(style)].fill == buyer)
        formulas.update(cells.formulas)
    return _Ours(headers, styles, frozenset(buyers), frozenset(formulas))


def _as_written(styles: Mapping[Inside, set[Signature]], earlier: Sequence[str]) -> dict[Inside, set[Signature]]:
    """The formats that our cells may have, with those of the earlier version that wrote the file."""
    more = {Signature(number=number_code(code)) for code in earlier[1:]}
    return {inside: one | more for inside, one in styles.items()}


def _marks(package: Package) -> dict[tuple[str, int | None], str]:
    """Defined names and what they refer to, by name and tab."""
    found = {}
    for name in package.tree(package.book).iterfind("{*}definedNames/{*}definedName"):
        tab = name.get("localSheetId")
        found[str(name.get("name")), None if tab is None else int(tab)] = name.text or ""
    return found
