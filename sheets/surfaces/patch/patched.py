"""A layout laid into a workbook that people work in: our cells and rules change, everything else stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from sheets.surfaces.joined import Row
from sheets.surfaces.look import LINE_HEIGHT
from sheets.surfaces.package import Package, TabThere
from sheets.surfaces.patch.around import Around, meet
from sheets.surfaces.patch.book import recalculated, table_part
from sheets.surfaces.patch.cell_values import CellValues
from sheets.surfaces.patch.dependents import Dependents
from sheets.surfaces.patch.follows import Follows, noted
from sheets.surfaces.patch.joining import joined_rows
from sheets.surfaces.patch.missing import standing_anew
from sheets.surfaces.patch.names import names_of_cells, print_areas, remember_tables, remember_texts
from sheets.surfaces.patch.new_tabs import add_tab
from sheets.surfaces.patch.notes import put_notes
from sheets.surfaces.patch.our_cells import Writer
from sheets.surfaces.patch.parts import Parts
from sheets.surfaces.patch.refusals import refuse_in_the_way
from sheets.surfaces.patch.rows_there import RowsThere, SheetThere
from sheets.surfaces.patch.sheet import OurTable, Sheet
from sheets.surfaces.patch.sheet_text import Irregular
from sheets.surfaces.patch.skeleton import Skeleton, skeleton
from sheets.surfaces.patch.standing import Found, Standing, found, marks_of
from sheets.surfaces.patch.styles import Styles
from sheets.surfaces.patch.table_rows import TableRows
from sheets.surfaces.patch.texts import TextsThere, texts_of
from sheets.surfaces.patch.verified import verify
from sheets.surfaces.placed import Placed, placed, text_areas
from sheets.surfaces.tab_rows import MOST_LINES, lines_of
from sheets.tabs.layout import Layout, Text


def patched(existing: Path, layout: Layout, fresh: Path) -> bool:
    """Writes to `fresh` the workbook `existing` with the layout in it; whether anything differs.

    Raises InTheWay where something of the user's stands where we must write.
    """
    with Package(existing) as package:
        return _Patch(package, layout, existing).save(fresh)


class _Patch:
    """One workbook and the layout that is laid into it."""

    def __init__(self, package: Package, layout: Layout, path: Path) -> None:
        self.package, self.layout, self.path = package, layout, path
        self.parts = Parts(package)
        self.marks = marks_of(package)
        self.found: Found = found(package, layout, path)
        self.new_tables = standing_anew(self.parts, self.found)
        self.emptied: dict[str, set[tuple[int, int]]] = {}
        self.there: dict[str, SheetThere] = {}
        self.rows = self._joined()
        self.tables: dict[str, Placed] = {}
        for tab in layout.tabs:
            for table_name, one in placed(Layout((tab,))).items():
                standing = self.found.tables.get(table_name)
                self.tables[table_name] = (
                    standing.placed(self.rows[table_name])
                    if standing is not None
                    else Placed(self.found.new_names.get(tab.name, tab.name), one.row, one.column, one.table)
                )
        self.texts: dict[str, TextsThere] = {
            tab.name: texts_of(tab, self.found, self.marks, self.tables, self.there[there.part].holding)
            for tab in layout.tabs
            if (there := self.found.tabs[tab.name]) is not None
        }
        texts = {tab_name: one.texts for tab_name, one in self.texts.items()}
        self.ours_outside: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self.standing_on: dict[str, list[Standing]] = defaultdict(list)
        for tab_name, said in self.texts.items():
            there = self.found.tabs[tab_name]
            assert there is not None
            cells = {(text.row, text.column + at) for text in said.texts for at in range(text.text.span)}
            self.ours_outside[there.name] |= said.cleared | cells
        for standing in self.found.tables.values():
            self.standing_on[standing.tab.name].append(standing)
        self.dependents = Dependents(package, self._ours)
        self.made: Skeleton = skeleton(layout, self.found, self.tables, texts)
        styles = next(one.target for one in package.relations(package.book) if one.kind == "styles")
        self.styles = Styles(self.parts.tree(styles), self.made.package)

    def _ours(self, place: tuple[str, int, int]) -> bool:
        """Whether a cell may say something else after the refresh."""
        tab, row, column = place
        if (row, column) in self.ours_outside[tab]:
            return True
        for standing in self.standing_on[tab]:
            first = standing.there.area[0]
            last = max(first + len(self.rows[standing.table.name]) + standing.there.totals, standing.there.area[2])
            if first <= row <= last and standing.there.area[1] <= column <= standing.last_column:
                # Where rows stay, so do the user's cells in them.
                stays = not standing.moves and row <= standing.there.last_row
                return not stays or column not in standing.theirs
        return False

    def save(self, fresh: Path) -> bool:
        for part, standings in self._by_part().items():
            self._sheet(part, standings)
        self._new_tabs()
        names_of_cells(self.parts, self.layout.names, self.tables)
        remember_tables(self.parts, self.tables, self.found, self.marks)
        for tab in self.layout.tabs:
            there = self.found.tabs[tab.name]
            if there is not None:
                remember_texts(self.parts, there, tab, self.texts[tab.name].areas)
        print_areas(self.parts, self.tables, self.found, self.marks)
        recalculated(self.parts)
        try:
            differs = self.parts.save(fresh)
        except Irregular:
            # Only now it was seen that rows cannot be cut; nothing was written but the fresh file.
            for sheet in self.there.values():
                sheet.regularise()
            differs = self.parts.save(fresh)
        self.there.clear()
        if differs:
            verify(fresh, self.found.tables.values(), self.rows, self.tables, self.path.name)
        return differs

    def _joined(self) -> dict[str, list[Row]]:
        """The rows of each table, from its keys as they stand."""
        made: dict[str, list[Row]] = {}
        values = CellValues(self.package)
        for part, standings in self._by_part().items():
            self.there[part] = SheetThere(self.package, part, standings, values)
            for standing in standings:
                tables, of = self.there[part].tables, standing.table.name
                empty = standing.added and not standing.is_new and all(tables[of].empty)
                if empty and self._may_be_laid_anew(standing):
                    self.found.tables[of] = standing.anew()
                    tables[of] = RowsThere([], [], held=tables[of].held)
                made[of] = joined_rows(self.found.tables[of], tables[of], noted(self.package, standing.tab))
        return made

    def _may_be_laid_anew(self, standing: Standing) -> bool:
        """An empty table of ours, as a new brand has it, takes its columns in our order where nothing is beside it."""
        row, left, last, right = standing.there.area
        if standing.users or standing.dead or standing.there.totals or standing.table.policy == "buyer":
            return False
        beside = row, right + 1, row + 1 + standing.table.rows, left + len(standing.table.columns) - 1
        others = self.package.tables(standing.tab)
        if any(other.name != standing.there.name and meet(beside, other.area) for other in others):
            return False
        cells = {(at, column) for at in range(row, last + 1) for column in range(left, right + 1)}
        self.emptied.setdefault(standing.tab.part, set()).update(cells)
        return True

    def _by_part(self) -> dict[str, list[Standing]]:
        """The sheets that hold something of ours, and our tables there."""
        made: dict[str, list[Standing]] = {}
        for tab in self.found.tabs.values():
            if tab is not None:
                made.setdefault(tab.part, [])
        for standing in self.found.tables.values():
            made.setdefault(standing.tab.part, []).append(standing)
        return made

    def _sheet(self, part: str, standings: Sequence[Standing]) -> None:
        ours = [tab_name for tab_name, tab in self.found.tabs.items() if tab is not None and tab.part == part]
        tab = standings[0].tab if standings else self.found.tabs[ours[0]]
        assert tab is not None
        there = self.there[part]
        writer = Writer(there.prefix)
        cells: dict[tuple[int, int], tuple[str, str | None]] = {}
        emptied = self.emptied.get(part, set())
        cleared: set[tuple[int, int]] = set(emptied)
        for tab_name in ours:
            cleared |= {cell for cell in self.texts[tab_name].cleared if not self._in_a_table(tab, cell)}
            for text in self.texts[tab_name].texts:
                look = str(self.styles.cell(self.made.looks["", tab_name, str(text.number)]))
                cells[text.row, text.column] = (self._said(text.text, writer), None if text.keeps else look)
                cells.update(
                    {
                        (text.row, text.column + at): ("/>", None if text.keeps else look)
                        for at in range(1, text.text.span)
                    }
                )
        tables = [self._our_table(standing, there.tables[standing.table.name], writer) for standing in standings]
        sheet = Sheet(there, tab.name, tables, cells, cleared, self.dependents)
        around = Around(there.head, there.tail)
        refuse_in_the_way(self.package, around, tables, part, (self.path.name, tab.name))
        cleared -= emptied
        tree = self._made_tree(ours, tab.name)
        around.colour_rules(tree, self.styles.rule)
        around.choices(tree)
        around.merged(tree, cleared)
        follows = Follows((one.standing, one.rows) for one in tables)
        around.links_follow(follows)
        around.links(tree, cleared)
        around.reaches(
            [
                *((row, column, row, column) for row, column in cells),
                *((one.first - 1, one.columns[0], one.last_row, one.columns[-1]) for one in tables),
            ]
        )
        new = {one.standing.places[c.header]: (c.width, c.shown) for one in tables for c in one.standing.added}
        around.widths(new, anew={column for _, column in emptied})
        our_sheet = self.made.sheets[ours[0] if ours else tab.name]
        put_notes(self.parts, part, around, self.made.package, our_sheet, follows)
        for one in tables:
            table_part(self.parts, one.standing, self.tables[one.standing.table.name])
            if one.standing in self.new_tables:
                around.table_part(self.new_tables[one.standing])
        head, tail = around.texts()
        self.parts.stream(part, lambda: sheet.chunks(head, tail))

    def _in_a_table(self, tab: TabThere, cell: tuple[int, int]) -> bool:
        return any(meet(table.area, (*cell, *cell)) for table in self.package.tables(tab))

    def _said(self, text: Text, writer: Writer) -> str:
        value = text.link if text.value is None else text.value
        if text.formula is not None:
            return writer.formula(escape(text.formula.removeprefix("=")), value)
        return writer.value(value)

    def _our_table(self, standing: Standing, there: RowsThere, writer: Writer) -> OurTable:
        table = standing.table
        looks = {
            standing.places[one.header]: str(self.styles.cell(self.made.looks[table.name, one.header, "cell"]))
            for one in table.columns
        }
        headers = {
            standing.places[one.header]: str(self.styles.cell(self.made.looks[table.name, one.header, "header"]))
            for one in standing.added
        }
        heights = {row: LINE_HEIGHT * min(MOST_LINES, lines) + 2 for row, lines in lines_of(table).items()}
        rows = self.rows[table.name]
        return OurTable(standing, rows, there, TableRows(standing, rows, self.tables, writer), looks, headers, heights)

    def _made_tree(self, ours: Sequence[str], tab: str) -> etree._Element:
        return self.made.package.tree(self.made.sheets[ours[0] if ours else tab])

    def _new_tabs(self) -> None:
        for tab in self.layout.tabs:
            if self.found.tabs[tab.name] is None:
                said = self.found.new_names[tab.name]
                at = add_tab(self.parts, said, self.made.package, self.made.sheets[tab.name], self.styles)
                remember_texts(self.parts, TabThere(said, "", at), tab, text_areas(tab))
