"""What a refresh may change in a workbook that people work in: a picture of it before and one after are compared."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
from lxml import etree
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from sheets.tabs.layout import GONE, MARKER, Column, Layout, Table, Text

from .pictures import OURS, Picture, Seen, Standing, as_key, plain

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Parts that a refresh may touch; users' own tabs are looked at one by one.
_MAY_CHANGE = re.compile(
    r"xl/(worksheets|tables|comments)/|xl/comments\d+\.xml$|xl/drawings/\w+\.vml$|xl/(styles|workbook)\.xml$|"
    r"xl/_rels/workbook\.xml\.rels$|\[Content_Types\]\.xml$|xl/calcChain\.xml$"
)


IN_PLACE = ("kept", "appended", "buyer")


def parts_of(path: Path) -> dict[str, bytes]:
    """The parts of a workbook file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def unharmed(before: Picture, parts: dict[str, bytes], path: Path, layout: Layout) -> Picture:
    """Asserts that a refresh with that layout did what it should to a file that was like `before`, and no more.

    parts: of the file before. Gives the picture of the file now.
    """
    after = Picture(openpyxl.load_workbook(path))
    assert after.book.sheetnames == before.book.sheetnames
    lost = before.words() - after.words()
    assert not lost, f"gone from the workbook: {sorted(lost)}"
    with CalamineWorkbook.from_path(path, load_tables=True) as second:
        for name, stood in before.tables.items():
            table, now = layout.table(name), after.tables[name]
            assert (now.tab, now.area[:2]) == (stood.tab, stood.area[:2]), name
            missing = [one.header for one in table.columns if one.header not in stood.headers]
            assert now.headers == stood.headers + missing, name
            cached = [
                dict(zip(now.headers, map(plain, row), strict=True))
                for row in second.get_table_by_name(name).to_python()
            ]
            assert len(cached) == len(now.rows), name
            _Rows(table, stood, now, cached).check()
    for tab, rows in before.hidden.items():
        # Where rows change their places, what is hidden goes along.
        if all(layout.table(name).policy in IN_PLACE for name, one in before.tables.items() if one.tab == tab):
            assert rows == after.hidden[tab], f"{tab}: hidden rows"
    _outside(before, after, layout)
    _resolved(before, after, layout)
    _rules(before, after, layout)
    _choices(after, layout)
    _names(after, layout)
    _untouched(before, parts, parts_of(path))
    return after


class _Rows:
    """The rows of one table, before and after. cached: the values that its cells show without being computed."""

    def __init__(self, table: Table, stood: Standing, now: Standing, cached: list[dict[str, object]]) -> None:
        self.table, self.stood, self.now, self.cached = table, stood, now, cached
        self.mine = {column.header: column for column in table.columns}
        waiting: dict[tuple[str, ...], list[int]] = {}
        keys = zip(*(table.column(name).values for name in table.key), strict=True)
        self.keys = [tuple(map(as_key, key)) for key in keys]
        for at, key in enumerate(self.keys):
            waiting.setdefault(key, []).append(at)
        self.matched = [waiting[key].pop(0) if key and waiting.get(key) else None for key in stood.keys(table)]
        self.new = [at for at in range(table.rows) if at not in self.matched]

    def check(self) -> None:
        if self.table.policy in IN_PLACE:
            self._in_place()
        else:
            self._laid_anew()

    def _in_place(self) -> None:
        """Rows stay where they are; new ones are at the end, in the place of blank ones."""
        used = self.stood.used()
        for at in range(used):
            self._row_in_place(at)
        added = range(used, self.now.used())
        there = self.now.keys(self.table)
        assert [there[at] for at in added] == [self.keys[at] for at in self.new], f"{self.table.name}: new rows"
        for at, ours in zip(added, self.new, strict=True):
            for header in self.mine:
                self._is_ours(at, header, ours)
            self._nothing_else(at)

    def _row_in_place(self, at: int) -> None:
        before, after, ours = self.stood.rows[at], self.now.rows[at], self.matched[at]
        policy, key = self.table.policy, self.stood.keys(self.table)[at]
        for header in self.now.headers:
            if header not in before:
                self._column_is_back(at, header)
                continue
            where, column = f"{self.table.name}[{header}] of {key}", self.mine.get(header)
            left = column is None or policy == "appended" or key is None or (ours is None and policy == "buyer")
            filled = column is not None and column.fills and before[header].value is None
            if not left and column.owner == "buyer":
                left = not (filled and policy == "buyer")
            if left:
                assert after[header].bare == before[header].bare, where
                continue
            assert replace(after[header].bare, value=None, formula=False) == replace(
                before[header].bare, value=None, formula=False
            ), where
            if ours is not None:
                self._is_ours(at, header, ours)
            elif header == self.table.gone:
                assert after[header].value == GONE, where
            elif header not in self.table.key:
                assert after[header].value is None, where
                assert self.cached[at][header] is None, where
            else:
                assert after[header].value == before[header].value, where

    def _column_is_back(self, at: int, header: str) -> None:
        """A cell in a column of ours that was deleted."""
        ours, seen = self.matched[at], self.now.rows[at][header]
        if ours is not None and self.table.policy != "appended":
            self._is_ours(at, header, ours)
        else:
            marked = GONE if header == self.table.gone and self.stood.keys(self.table)[at] else None
            assert seen.value == marked, f"{self.table.name}[{header}] row {at}"

    def _laid_anew(self) -> None:
        """The layout's rows from the top; below them gone ones, if a user's column holds something there."""
        name, there = self.table.name, self.now.keys(self.table)
        assert there[: self.table.rows] == self.keys, f"{name}: rows"
        came_from = {ours: at for at, ours in enumerate(self.matched) if ours is not None}
        for ours in range(self.table.rows):
            for header, column in self.mine.items():
                if column.owner == "ours" or ours not in came_from:
                    self._is_ours(ours, header, ours)
            if ours in came_from:
                self._follows(came_from[ours], ours, key_gone=False)
            else:
                self._nothing_else(ours)
        stays = [at for at, ours in enumerate(self.matched) if ours is None and self._is_held(at)]
        end = self.table.rows + len(stays)
        assert self.now.used() == end, f"{name}: {self.now.used()} rows are {end}"
        keys = self.stood.keys(self.table)
        assert there[self.table.rows : end] == [keys[at] for at in stays], f"{name}: rows that are gone"
        for place, at in enumerate(stays, self.table.rows):
            self._follows(at, place, key_gone=True)
            assert self.now.rows[place][self.table.gone].value == GONE, f"{name}: {keys[at]}"

    def _is_held(self, at: int) -> bool:
        """Whether a row that is gone stays, for what a user put there and what stands in no row that stays."""
        row, keyless = self.stood.rows[at], self.stood.keys(self.table)[at] is None
        if keyless and any(row[header].holds for header, column in self.mine.items() if column.owner == "buyer"):
            return True
        return any(seen.bare.note for seen in row.values()) or any(
            seen.holds and not (seen.formula and self._runs_on(at, header))
            for header, seen in row.items()
            if header not in self.mine
        )

    def _runs_on(self, at: int, header: str) -> bool:
        row_at = self.stood.row_at
        said = [_moved(self.stood.rows[one][header], row_at(one), 0).value for one in self._staying()]
        return _moved(self.stood.rows[at][header], row_at(at), 0).value in said

    def _staying(self) -> list[int]:
        """Rows that stay; and the last one, if rows are new: they have its formulas."""
        last = [len(self.stood.rows) - 1] if self.new else []
        return [at for at, ours in enumerate(self.matched) if ours is not None] + last

    def _follows(self, at: int, place: int, *, key_gone: bool) -> None:
        """What is the user's in a row that was at `at` is at `place` now."""
        for header, seen in self.stood.rows[at].items():
            column, after = self.mine.get(header), self.now.rows[place][header].bare
            where = f"{self.table.name}[{header}] of {self.stood.keys(self.table)[at]}"
            assert after.note == seen.bare.note, where
            assert key_gone or after.link == seen.link, where
            if column is None or column.owner == "buyer":
                assert after.fill == seen.fill, where
                # A buyer's cell of a row that is gone is in Resolved.
                if column is None or not key_gone:
                    assert after == _moved(seen.bare, self.stood.row_at(at), self.now.row_at(place)), where

    def _nothing_else(self, at: int) -> None:
        """A new row holds what is ours and nothing of other rows' but a formula that goes on as it was above."""
        used = self.stood.used()
        for header, seen in self.now.rows[at].items():
            where = f"{self.table.name}[{header}] row {at}"
            assert seen.bare.note is None, where
            if header not in self.mine and seen.value is not None:
                above = self.stood.rows[used - 1][header]
                assert seen.formula, where
                assert seen.value == _moved(above, self.stood.row_at(used - 1), self.now.row_at(at)).value, where

    def _is_ours(self, at: int, header: str, ours: int) -> None:
        """A cell holds what the layout says."""
        column = self.mine[header]
        where = f"{self.table.name}[{header}] of {self.keys[ours]}"
        value, seen, shown = plain(column.values[ours]), self.now.rows[at][header], self.cached[at][header]
        assert (shown, type(shown)) == (value, type(value)), where
        text = column.formula if column.formula is None or isinstance(column.formula, str) else column.formula[ours]
        expected = (value, False) if text is None else (self._formula(text, column, at), True)
        assert (plain(seen.value), seen.formula) == expected, where
        note = column.notes.get(ours)
        stood = seen.note if seen.note and not seen.note.startswith(OURS) else None
        assert stood or seen.note == (f"{OURS}:\n{note}" if note else None), f"{where}: note"

    def _formula(self, text: str, column: Column, at: int) -> str:
        """The formula as it stands in the cell: in hidden columns by address."""
        if column.shown != "hidden":
            return text
        return re.sub(
            rf"{self.table.name}\[\[#This Row\],\[([^\]]*)\]\]",
            lambda found: f"${self.now.letters(found[1])}{self.now.row_at(at)}",
            text,
        )


def _outside(before: Picture, after: Picture, layout: Layout) -> None:
    """Cells outside tables are where they were; texts of ours say what the layout says, where they were."""
    for tab, stood in before.outside.items():
        texts = {at for cells in before.texts[tab] for at in cells}
        were = [one for one in before.tables.values() if one.tab == tab]
        now = {at: seen for at, seen in after.outside[tab].items() if not any(one.inside(*at) for one in were)}
        theirs = {at: seen for at, seen in stood.items() if at not in texts}
        grown = [one for one in after.tables.values() if one.tab == tab]
        assert not any(one.inside(*at) for one in grown for at, seen in theirs.items() if seen.holds), tab
        assert {at: seen for at, seen in now.items() if at not in texts} == theirs, tab
        for at in after.outside[tab].keys() - now.keys():
            assert not after.outside[tab][at].holds, f"{tab}: {at} was in a table and is left behind"
    for one in layout.tabs:
        tab = next((before.tables[table.name].tab for table in one.tables), one.name)
        said = [block.content for block in one.blocks if isinstance(block.content, Text)]
        for text, cells in zip(said, before.texts[tab], strict=True):
            shown = [after.outside[tab].get(at, Seen()).value for at in cells]
            assert shown[:1] == [text.formula or text.value][: len(cells)], f"{tab}: {text.value}"
            assert not any(shown[1:]), f"{tab}: {text.value}"


def _resolved(before: Picture, after: Picture, layout: Layout) -> None:
    """What a buyer wrote on a row of the daily check that is closed now is in Resolved."""
    table, stood = layout.table("DailyCheck"), before.tables["DailyCheck"]
    live = set(zip(table.column("SKU").values, table.column("System").values, strict=True))
    there = {
        tuple(row[name].value for name in ("SKU", "System", "Status", "Note")) for row in after.tables["Resolved"].rows
    }
    for row in stood.rows:
        key = row["SKU"].value, row["System"].value
        # What a formula gives is not known before a spreadsheet program has computed it.
        buyers = tuple(None if seen.formula else seen.value for seen in (row["Status"], row["Note"]))
        closed = key not in live and row[table.gone].value != GONE
        if closed and any(key) and any(buyers):
            assert (*key, *buyers) in there, f"{key}: {buyers} is not in Resolved"


def _rules(before: Picture, after: Picture, layout: Layout) -> None:
    """Users' colour rules are as they were; ours are on the cells of their words' columns, once, and nowhere else."""
    for tab in after.book.sheetnames:
        assert _others(after, tab) == _others(before, tab), f"{tab}: a user's colour rule"
    for tab in {one.tab for one in after.tables.values()}:
        here = {name: one for name, one in after.tables.items() if one.tab == tab}
        wanted = [
            (name, column.header, word)
            for name in here
            for column in layout.table(name).columns
            for word in column.words
        ]
        found = []
        for (left, top, right, bottom), formula in _ours(after, tab):
            where = f"{tab}: {formula} on {get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
            (name,) = [name for name, one in here.items() if one.inside(top, left)]
            word = re.match(rf'\(\$?{get_column_letter(left)}\$?{top}="([\w ]+)"\)', formula)
            assert word, where
            assert (left, top) == (right, here[name].row_at(0)), where
            assert bottom >= here[name].area[3], where
            found.append((name, here[name].headers[left - here[name].area[0]], word[1]))
        assert sorted(found) == sorted(wanted), f"{tab}: coloured words"


def _ours(picture: Picture, tab: str) -> Iterator[tuple[tuple[int, int, int, int], str]]:
    for formatting in picture.book[tab].conditional_formatting:
        for rule in formatting.rules:
            if rule.formula and MARKER in rule.formula[0]:
                yield from ((area.bounds, rule.formula[0]) for area in formatting.sqref.ranges)


def _others(picture: Picture, tab: str) -> list[tuple[object, ...]]:
    return sorted(
        (str(formatting.sqref), tuple(rule.formula), rule.dxf.fill.bgColor.rgb)
        for formatting in picture.book[tab].conditional_formatting
        for rule in formatting.rules
        if MARKER not in rule.formula[0]
    )


def _choices(after: Picture, layout: Layout) -> None:
    """Each cell of a column with choices offers them once, also where they stand in another table's column."""
    for tab in layout.tabs:
        for table in tab.tables:
            now = after.tables[table.name]
            for column in table.columns:
                if column.choices is None:
                    continue
                wanted = f'"{",".join(column.choices)}"'
                if isinstance(column.choices, str):
                    name, header = re.fullmatch(r"=(\w+)\[(\w+)\]", column.choices).groups()
                    source = after.tables[name]
                    letters, (_, top, _, bottom) = source.letters(header), source.area
                    wanted = f"'{source.tab.replace(chr(39), chr(39) * 2)}'!${letters}${top + 1}:${letters}${bottom}"
                for at in range(len(now.rows)):
                    cell = f"{now.letters(column.header)}{now.row_at(at)}"
                    offered = [
                        one.formula1
                        for one in after.book[now.tab].data_validations.dataValidation
                        if cell in one.sqref and one.errorTitle == OURS
                    ]
                    assert offered == [wanted], f"{table.name}[{column.header}]: {cell}"


def _names(after: Picture, layout: Layout) -> None:
    """A name of ours stands for the cell of its key and header, wherever that is."""
    for name, (of, key, header) in layout.names.items():
        table, now = layout.table(of), after.tables[of]
        at = next(at for at, row in enumerate(now.rows) if row[table.key[0]].value == key)
        ((tab, cell),) = after.book.defined_names[name].destinations
        assert (tab.replace("''", "'"), cell.replace("$", "")) == (now.tab, f"{now.letters(header)}{now.row_at(at)}"), (
            name
        )


def _untouched(before: Picture, parts: dict[str, bytes], now: dict[str, bytes]) -> None:
    """Users' tabs and every part that a refresh has no business with are the same to the byte."""
    ours = {one.tab for one in before.tables.values()} | {tab for tab, many in before.texts.items() if many}
    targets = _links(parts, "xl/workbook.xml")
    theirs = set()
    for sheet in etree.fromstring(parts["xl/workbook.xml"]).iter("{*}sheet"):
        part = targets[sheet.get(_ID)]
        if sheet.get("name") not in ours:
            theirs |= {part, *_links(parts, part).values()}
    for name, raw in parts.items():
        if name in theirs or not _MAY_CHANGE.match(name):
            assert now.get(name) == raw, name


def _links(parts: dict[str, bytes], part: str) -> dict[str, str]:
    """The parts that a part links to, by the links' ids."""
    folder, name = posixpath.split(part)
    rels = parts.get(f"{folder}/_rels/{name}.rels", b"<none/>")
    return {
        one.get("Id"): posixpath.normpath(posixpath.join("/" + folder, one.get("Target"))).lstrip("/")
        for one in etree.fromstring(rels).iter("{*}Relationship")
    }


def _moved(seen: Seen, row: int, other: int) -> Seen:
    """A user's cell in another row: a formula that looks at its own row does so where it is now."""
    if not seen.formula:
        return seen
    own_row = rf"(?<![!\w$'])(\$?[A-Z]{{1,3}}){row}(?![\w(!])"
    return replace(seen, value=re.sub(own_row, rf"\g<1>{other}", str(seen.value)))
