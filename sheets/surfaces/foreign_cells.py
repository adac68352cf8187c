"""Cells of a tab that a rewrite would lose: beside our tables and texts, formulas and formats of the user's in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from sheets.surfaces.cell_styles import PLAIN, Signature
from sheets.surfaces.finding import Finding
from sheets.surfaces.marks import Area, column_letters, column_number
from sheets.surfaces.package import Package, TableThere, TabThere

Where = tuple[int, int]
Inside = tuple[str, str]  # table, header


@dataclass
class Scan:
    """What stands in the cells of one tab; cells as row and column from 0, the first of each.

    styles: table and header -> number of a cell format -> first data cell with it; header_style: -> the header's own.
    outside: column -> first cell and how many.
    """

    styles: dict[Inside, dict[str, Where]] = field(default_factory=dict)
    header_style: dict[Inside, str] = field(default_factory=dict)
    formulas: dict[Inside, Where] = field(default_factory=dict)
    outside: dict[int, tuple[Where, int]] = field(default_factory=dict)
    rest: list[etree._Element] = field(default_factory=list)


def scan(package: Package, tab: TabThere, tables: Sequence[TableThere], texts: Collection[Area]) -> Scan:
    """Passes once over the tab's cells, a row at a time. texts: the areas of our texts."""
    found = Scan()
    ours = {(row, column) for area in texts for row in _rows(area) for column in range(area[1], area[3] + 1)}
    columns: dict[str, int] = {}
    inside: dict[tuple[tuple[int, str], ...], dict[int, tuple[Inside, str]]] = {}
    row = -1
    for element in package.children(tab.part):
        if not element.tag.endswith("}row"):
            found.rest.append(element)
            continue
        number = element.get("r")
        row = int(number) - 1 if number else row + 1
        here = tuple(
            (at, _role(table, row)) for at, table in enumerate(tables) if table.area[0] <= row <= table.area[2]
        )
        if here not in inside:
            inside[here] = {
                column: ((tables[at].name, header), role)
                for at, role in here
                for column, header in enumerate(tables[at].headers, tables[at].area[1])
            }
        owners = inside[here]
        column = -1
        for cell in element:
            reference = cell.get("r")
            if reference:
                letters = reference.rstrip("0123456789")
                place = columns.get(letters)
                column = columns.setdefault(letters, column_number(letters)) if place is None else place
            else:
                column += 1
            if column not in owners:
                if len(cell) and (row, column) not in ours and _holds(cell):
                    first, many = found.outside.get(column, ((row, column), 0))
                    found.outside[column] = first, many + 1
                continue
            owner, role = owners[column]
            if role == "data":
                styles = found.styles.setdefault(owner, {})
                style = cell.get("s", "0")
                if style not in styles:
                    styles[style] = row, column
                if owner not in found.formulas and len(cell) and cell[0].tag.endswith("}f"):
                    found.formulas[owner] = row, column
            elif role == "header":
                found.header_style.setdefault(owner, cell.get("s", "0"))
    return found


def beside(tab: str, found: Scan) -> Iterator[Finding]:
    """Cells outside our tables and texts, one finding per column."""
    for column, (first, many) in sorted(found.outside.items()):
        cells = "a cell" if many == 1 else f"{many:,} cells"
        yield Finding(at(tab, first), f"{cells} of your own in column {column_letters(column)}, outside our tables")


def restyled(
    tab: str,
    found: Scan,
    signatures: Sequence[Signature],
    ours: Mapping[Inside, Collection[Signature]],
) -> Iterator[Finding]:
    """Columns of our tables in which cells look otherwise than we wrote them. ours: by table and header.

    A cell without any format is no finding: there is nothing to lose.
    """
    for (table, header), styles in found.styles.items():
        if (table, header) not in ours:
            continue
        allowed = {PLAIN, *ours[table, header]}
        changed = [first for style, first in styles.items() if signatures[int(style)] not in allowed]
        if changed:
            yield Finding(at(tab, min(changed)), f"a cell format of your own in column {header!r} of {table}")


def at(tab: str, cell: Where) -> str:
    """`Positions!M4`."""
    return f"{tab}!{column_letters(cell[1])}{cell[0] + 1}"


def _role(table: TableThere, row: int) -> str:
    if row == table.area[0]:
        return "header"
    return "totals" if table.totals and row == table.area[2] else "data"


def _rows(area: Area) -> range:
    return range(area[0], area[2] + 1)


def _holds(cell: etree._Element) -> bool:
    """Whether there is anything in a cell: a formula, a value that is not empty, or text of its own."""
    return any(not child.tag.endswith("}v") or child.text for child in cell)
