"""A user at work in a workbook: edits as a spreadsheet program makes them, which moves along what points to cells.

The file is edited with another library than ours.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.filters import FilterColumn, Filters
from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from .rearranged import Area, area_goes, in_row, inserts, quoted, rearranges, ref_of, rewords, rewritten

COLOURS = ("FFFF00", "92D050", "FF99CC")


@dataclass(frozen=True)
class Place:
    """A table where it stands now. area: left, top, right, bottom, from 1."""

    sheet: Worksheet
    table: Table
    area: Area

    @property
    def headers(self) -> list[str]:
        """The headers, as their cells say them."""
        left, top, right, _ = self.area
        return [str(self.sheet.cell(top, column).value) for column in range(left, right + 1)]

    def row(self, at: int) -> int:
        """The sheet's row of a row of the table."""
        return self.area[1] + 1 + at % (self.area[3] - self.area[1])

    def cell(self, at: int, header: str) -> Cell:
        """A cell of the table."""
        return self.sheet.cell(self.row(at), self.area[0] + self.headers.index(header))

    def stretched(self, *, rows: int = 0, columns: int = 0) -> None:
        """The table grows or shrinks at its end."""
        left, top, right, bottom = self.area
        self.table.ref = self.table.autoFilter.ref = ref_of((left, top, right + columns, bottom + rows))


class User:
    """Edits one workbook. Places are numbers of any size: they count round what there is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._book: openpyxl.Workbook | None = None
        self._said = 0

    @property
    def book(self) -> openpyxl.Workbook:
        """The workbook, open."""
        if self._book is None:
            self._book = openpyxl.load_workbook(self.path)
        return self._book

    def saves(self) -> None:
        """Saves the workbook, if it was open."""
        if self._book is None:
            return
        for sheet in self._book.worksheets:
            # A link goes with its cell.
            linked = [cell for cell in sheet._cells.values() if cell.hyperlink]
            sheet._hyperlinks = [cell.hyperlink for cell in linked]
            for cell in linked:
                cell.hyperlink.ref = cell.coordinate
        self._book.save(self.path)

    def opens(self, book: openpyxl.Workbook) -> None:
        """Goes on with the workbook as it is now."""
        self._book = book

    def at(self, name: str) -> Place:
        """A table, wherever it stands now."""
        return next(
            Place(sheet, sheet.tables[name], range_boundaries(sheet.tables[name].ref))
            for sheet in self.book.worksheets
            if name in sheet.tables
        )

    def words(self) -> str:
        """A text that stands nowhere yet."""
        self._said += 1
        return f"mine {self._said}"

    def types(self, table: str, row: int, header: str, value: object = None) -> object:
        """Types into a cell of a table; without a value, words of their own."""
        value = self.words() if value is None else value
        self.at(table).cell(row, header).value = value
        return value

    def empties(self, table: str, row: int, header: str) -> None:
        """Empties a cell of a table."""
        self.at(table).cell(row, header).value = None

    def colours(self, table: str, row: int, header: str, colour: int) -> None:
        """Colours a cell of a table."""
        self.at(table).cell(row, header).fill = PatternFill("solid", fgColor="FF" + COLOURS[colour % len(COLOURS)])

    def notes(self, table: str, row: int, header: str) -> str:
        """Writes a note on a cell of a table, over one that is there."""
        said = self.words()
        self.at(table).cell(row, header).comment = Comment(said, "me")
        return said

    def links(self, table: str, row: int, header: str) -> None:
        """Types a word with a link into a cell of a table."""
        said = self.words()
        cell = self.at(table).cell(row, header)
        # Another link on that cell is replaced with it.
        cell.value, cell.hyperlink = said, f"https://example.com/{said.replace(' ', '/')}"

    def adds_column(self, table: str, place: int) -> str:
        """Inserts a column into a table, or at its end, and with it into the whole sheet."""
        there = self.at(table)
        left, top, right, _ = there.area
        # A table's first column stays first, so that the insertion is inside the table.
        at = left + 1 + place % (right - left + 1)
        inserts(there.sheet, at, 1, columns=True)
        there.stretched(columns=1)
        for one_filter in there.table.autoFilter.filterColumn:
            one_filter.colId += one_filter.colId >= at - left
        header = self.words()
        ident = max(one.id for one in there.table.tableColumns) + 1
        there.table.tableColumns.insert(at - left, TableColumn(id=ident, name=header))
        there.sheet.cell(top, at).value = header
        return header

    def deletes_column(self, table: str, header: str) -> None:
        """Deletes a column of the sheet that is inside a table, with what stands above and below."""
        there = self.at(table)
        left = there.area[0]
        gone = left + there.headers.index(header)

        def to(row: int, column: int) -> tuple[int, int] | None:
            return None if column == gone else (row, column - (column > gone))

        def goes(area: Area) -> Area | None:
            first, last = area[0] - (area[0] > gone), area[2] - (area[2] >= gone)
            return (first, area[1], last, area[3]) if first <= last else None

        rearranges(there.sheet, to, goes)
        rules = there.sheet.data_validations
        rules.dataValidation = [one for one in rules.dataValidation if one.sqref.ranges]
        del there.table.tableColumns[gone - left]
        there.table.autoFilter.filterColumn = [
            one for one in there.table.autoFilter.filterColumn if one.colId != gone - left
        ]
        for one_filter in there.table.autoFilter.filterColumn:
            one_filter.colId -= one_filter.colId > gone - left

    def renames_column(self, table: str, header: str) -> str:
        """Gives a column of a table another header."""
        there, new = self.at(table), self.words()
        place = there.headers.index(header)
        there.sheet.cell(there.area[1], there.area[0] + place).value = new
        there.table.tableColumns[place].name = new
        return new

    def swaps_columns(self, table: str, one: int, other: int) -> None:
        """Puts two columns of a table in each other's place, headers too."""
        there = self.at(table)
        left, top, right, _ = there.area
        wide = right - left + 1
        first, second = left + one % wide, left + other % wide
        if first == second:
            return
        swapped = {first: second, second: first}

        def to(row: int, column: int) -> tuple[int, int]:
            return row, swapped.get(column, column) if row >= top else column

        # What lies over several columns stays.
        rearranges(there.sheet, to, lambda area: area_goes(to, area) if area[0] == area[2] else area)
        columns = there.table.tableColumns
        columns[first - left], columns[second - left] = columns[second - left], columns[first - left]
        for one_filter in there.table.autoFilter.filterColumn:
            one_filter.colId = swapped.get(one_filter.colId + left, one_filter.colId + left) - left

    def sorts(self, table: str, order: list[int]) -> None:
        """Puts the rows of a table in an order, as sorting does: row-relative references stay in their row."""
        there = self.at(table)
        left, top, right, bottom = there.area
        rows = list(range(top + 1, bottom + 1))
        ranks = {row: order[at % len(order)] if order else 0 for at, row in enumerate(rows)}
        goes = dict(zip(sorted(rows, key=lambda row: ranks[row]), rows, strict=True))
        moved = {}
        for row in rows:
            for column in range(left, right + 1):
                cell = there.sheet._cells.pop((row, column), None)
                if cell is None:
                    continue
                if cell.data_type == "f":
                    cell.value = in_row(cell.value, row, goes[row])
                cell.row = goes[row]
                moved[cell.row, column] = cell
        there.sheet._cells.update(moved)

    def adds_row(self, table: str, **cells: object) -> None:
        """Types into the row below a table, which grows. `_` in a name is a blank."""
        there = self.at(table)
        left, top, right, bottom = there.area
        there.stretched(rows=1)
        there = self.at(table)
        for column in range(left, right + 1):
            there.sheet.cell(bottom + 1, column)._style = copy(there.sheet.cell(bottom, column)._style)
        for name, value in cells.items():
            there.cell(bottom - top, name.replace("_", " ")).value = value

    def copies_row(self, table: str, row: int) -> None:
        """Copies a row of a table below its last one: what it says, not what is on it."""
        there = self.at(table)
        left, _, right, bottom = there.area
        of = there.row(row)
        self.adds_row(table)
        for column in range(left, right + 1):
            cell = there.sheet.cell(of, column)
            said = in_row(cell.value, of, bottom + 1) if cell.data_type == "f" else cell.value
            to = there.sheet.cell(bottom + 1, column)
            to.value, to.data_type = said, cell.data_type

    def moves_table(self, table: str, down: int) -> None:
        """Cuts a table and inserts it to the right of everything on its tab, further down."""
        there = self.at(table)
        left, top, right, bottom = there.area
        away = max(column for _, column in there.sheet._cells) + 2 - left

        def inside(row: int, column: int) -> bool:
            return left <= column <= right and top <= row <= bottom

        def to(row: int, column: int) -> tuple[int, int]:
            return (row + down, column + away) if inside(row, column) else (row, column)

        def goes(area: Area) -> Area:
            # What begins in the table goes along as a whole.
            if not inside(area[1], area[0]):
                return area
            return area[0] + away, area[1] + down, area[2] + away, area[3] + down

        rearranges(there.sheet, to, goes)

    def deletes_row(self, table: str, row: int) -> None:
        """Deletes a row of a table, unless it is the only one; what is below moves up."""
        there = self.at(table)
        left, top, right, bottom = there.area
        if bottom - top < 2:
            return
        gone = top + 1 + row % (bottom - top)

        def to(row: int, column: int) -> tuple[int, int] | None:
            if row < gone or not left <= column <= right:
                return row, column
            return None if row == gone else (row - 1, column)

        rearranges(there.sheet, to)
        there.stretched(rows=-1)

    def inserts_rows(self, table: str, above: int, count: int) -> None:
        """Inserts rows of the sheet somewhere above a table's first data row."""
        there = self.at(table)
        inserts(there.sheet, 1 + above % there.area[1], count, columns=False)

    def inserts_row_inside(self, table: str, row: int) -> None:
        """Inserts a row of the sheet between two rows of a table, blank."""
        there = self.at(table)
        _, top, _, bottom = there.area
        if bottom - top > 1:
            inserts(there.sheet, top + 2 + row % (bottom - top - 1), 1, columns=False)

    def inserts_columns(self, table: str, at: int, count: int) -> None:
        """Inserts columns left of all tables of a table's tab."""
        sheet = self.at(table).sheet
        first = min(range_boundaries(one.ref)[0] for one in sheet.tables.values())
        inserts(sheet, 1 + at % first, count, columns=True)

    def renames(self, table: str) -> str:
        """Renames the tab of a table."""
        sheet = self.at(table).sheet
        old, new = sheet.title, self.words().replace("mine", "Tab's")
        sheet.title = new
        rewords(self.book, lambda text, _: rewritten(text, lambda tab, area: (new if tab == old else tab, area)))
        return new

    def hides(self, table: str, row: int) -> None:
        """Hides a row of a table's tab."""
        there = self.at(table)
        there.sheet.row_dimensions[there.row(row)].hidden = True

    def filters(self, table: str, row: int, header: str) -> None:
        """Filters a table by the text in one of its cells: the other rows are hidden."""
        there = self.at(table)
        _, top, _, bottom = there.area
        shown = there.cell(row, header).value
        place = there.headers.index(header)
        there.table.autoFilter.filterColumn = [FilterColumn(colId=place, filters=Filters(filter=[str(shown)]))]
        for at in range(bottom - top):
            if there.cell(at, header).value != shown:
                there.sheet.row_dimensions[there.row(at)].hidden = True

    def types_beside(self, table: str, row: int, away: int) -> tuple[str, str]:
        """Types into a free cell to the right of everything on a table's tab, and colours it; its address."""
        sheet = self.at(table).sheet
        right = max(range_boundaries(one.ref)[2] for one in sheet.tables.values())
        cell = sheet.cell(1 + row, right + 2 + away)
        cell.value = self.words()
        cell.fill = PatternFill("solid", fgColor="FF" + COLOURS[row % len(COLOURS)])
        return cell.coordinate, str(cell.value)

    def types_below(self, table: str, away: int, header: str) -> None:
        """Types into a cell below a column of a table, where the table may want to grow."""
        there = self.at(table)
        place = there.area[0] + there.headers.index(header)
        there.sheet.cell(there.area[3] + 1 + away, place).value = self.words()

    def own_tab(self, table: str, row: int, header: str) -> str:
        """Adds a tab with a text, a note and a formula that looks at a cell of ours; its name."""
        there = self.at(table)
        cell = there.cell(row, header)
        sheet = self.book.create_sheet(self.words().replace("mine", "My"))
        sheet["B2"], sheet["B3"] = self.words(), f"={quoted(there.sheet.title)}!{cell.coordinate}"
        sheet["B2"].comment = Comment(self.words(), "me")
        return str(sheet.title)

    def own_rule(self, table: str, header: str, limit: int) -> None:
        """Adds a colour rule to a column of a table."""
        there = self.at(table)
        _, top, _, bottom = there.area
        letters = get_column_letter(there.cell(0, header).column)
        rule = FormulaRule([f"{letters}{top + 1}>{limit}"], fill=PatternFill("solid", bgColor="FF" + COLOURS[0]))
        there.sheet.conditional_formatting.add(f"{letters}{top + 1}:{letters}{bottom}", rule)

    def formula(self, table: str, row: int, header: str, of: str, kind: int) -> str:
        """Puts a formula into a cell, which looks at another cell of its row by name or address, or at a fixed one."""
        there = self.at(table)
        other = there.cell(row, of)
        address = f"${get_column_letter(other.column)}{other.row}"
        text = (
            f'={table}[[#This Row],[{of}]]&"!"',
            f'={address}&"!"',
            f"={quoted(there.sheet.title)}!$A$1",
        )[kind % 3]
        there.cell(row, header).value = text
        return text
