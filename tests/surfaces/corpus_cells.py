"""The cells and rows of one of our sheets before and after a refresh."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from .corpus_reading import MAIN, Cell, Package, area_of, inside, said
from .corpus_rows import IN_PLACE, Moves

# An address in a formula, outside texts, whose row is not fixed.
_ADDRESS = re.compile(r'("(?:[^"]|"")*")|(?<![\w.$])(\$?[A-Z]{1,3})(\d+)(?![\w(.])')


class CellHarms:
    """texts: cells that hold a text of ours."""

    def __init__(self, before: Package, after: Package, part: str, moves: Moves, texts: set[Cell]) -> None:
        self.before, self.after, self.part, self.moves, self.texts = before, after, part, moves, texts
        self.were, self.are = before.cells(part), after.cells(part)
        self.filled = [
            area_of(formula.get("ref"))
            for cell in self.were.values()
            for formula in cell.iterfind(f"{MAIN}f")
            if formula.get("t") in ("array", "dataTable")
        ]

    def harms(self) -> Iterator[str]:
        """Each cell or row that is not as it should be."""
        expected: set[Cell] = set(self.texts)
        for at, cell in self.were.items():
            name = self._table(at, before=True)
            to = self.moves.cell(at)
            if to is None:
                continue
            expected.add(to)
            now = self.are.get(to)
            if self._is_written(at, name):
                if (cell.get("s") or "0") != (now.get("s") or "0" if now is not None else None):
                    yield f"{at} -> {to}: the format of a cell of ours changed"
            elif name is None and self._table(at, before=False) is not None and not self.before.value(cell):
                continue  # an empty cell where a table grew
            else:
                yield from self._differs(at, to, cell, now)
        yield from self._new(expected)
        yield from self._rows()

    def _table(self, at: Cell, *, before: bool) -> str | None:
        tables = self.moves.tables if before else self.moves.now
        return next((name for name, one in tables.items() if inside(at, one.area)), None)

    def _is_written(self, at: Cell, name: str | None) -> bool:
        """Whether a refresh may write the cell: texts of ours, and our columns of rows that are not the buyer's."""
        if name is None:
            return at in self.texts
        table, policy = self.moves.tables[name], self.moves.layout[name].policy
        if at[0] not in table.rows or policy == "appended":
            return False
        return self.moves.is_ours(name, at[1]) and not self.moves.is_buyers(name, at[1])

    def _differs(self, at: Cell, to: Cell, was: etree._Element, now: etree._Element | None) -> Iterator[str]:
        if now is None:
            yield f"{at} -> {to}: a cell of the buyer's is lost: {_shown(was)}"
            return
        formula = was.find(f"{MAIN}f")
        about, moved = dict(was.attrib), dict(now.attrib)
        del about["r"], moved["r"]
        inside_was, inside_now = ({one.tag: said(one) for one in cell} for cell in (was, now))
        if formula is not None or any(inside(at, area) for area in self.filled):
            if now.find(f"{MAIN}v") is None:
                # What a formula gave is not kept where it may be another now.
                inside_was.pop(f"{MAIN}v", None)
                about.pop("t", None)
            name = self._table(at, before=True)
            moves = name is not None and self.moves.layout[name].policy not in IN_PLACE
            if formula is not None and (to != at or (moves and formula.get("t") == "shared")):
                # A cell that moves has a formula of its own.
                text = _moved(self._formula(at, formula), to[0] - at[0])
                kept = {} if formula.get("t") == "shared" else dict(formula.attrib)
                inside_was[f"{MAIN}f"] = (formula.tag, kept, text, [])
        if about != moved or inside_was != inside_now or len(now) != len(inside_now):
            yield f"{at} -> {to}: a cell of the buyer's changed: {_shown(was)} is {_shown(now)}"

    def _formula(self, at: Cell, formula: etree._Element) -> str:
        """A cell's formula, which it may share with others."""
        number = formula.get("si")
        if formula.text or number is None:
            return formula.text or ""
        for (row, _), cell in self.were.items():
            first = cell.find(f"{MAIN}f")
            if first is not None and first.get("si") == number and first.text:
                return _moved(first.text, at[0] - row)
        raise ValueError(f"nobody says what the shared formula {number} is")

    def _new(self, expected: set[Cell]) -> Iterator[str]:
        """Cells that come from nowhere are ours, or hold what the buyer's column holds above."""
        for at in self.are.keys() - expected:
            cell, name = self.are[at], self._table(at, before=False)
            if name is not None and at[0] in self.moves.new_rows(name):
                if not self.moves.is_ours(name, at[1]):
                    yield from self._filled_down(name, at, cell)
            elif name is not None and self.moves.is_ours(name, at[1]):
                continue
            elif self.after.value(cell) or cell.find(f"{MAIN}f") is not None:
                yield f"{at}: a cell that nobody wrote: {_shown(cell)}"

    def _filled_down(self, name: str, at: Cell, cell: etree._Element) -> Iterator[str]:
        table = self.moves.tables[name]
        last = table.rows[-1]
        above = self.were.get((last, at[1]))
        formula = None if above is None else above.find(f"{MAIN}f")
        now = cell.find(f"{MAIN}f")
        if (
            (now is None) != (formula is None)
            or cell.find(f"{MAIN}v") is not None
            or cell.find(f"{MAIN}is") is not None
        ):
            yield f"{at}: a new row has {_shown(cell)} in the buyer's column"
        elif now is not None and formula is not None:
            expected = _moved(self._formula((last, at[1]), formula), at[0] - last)
            if now.text != expected or cell.get("s") != above.get("s"):
                yield f"{at}: a new row has {_shown(cell)} where {_shown(above)} stands above"

    def _rows(self) -> Iterator[str]:
        """What is said of rows: heights, what is hidden, levels. It goes along where rows change their places."""
        were, are = self.before.rows(self.part), self.after.rows(self.part)
        numbers = [int(row.get("r")) for row in self.after.tree(self.part).iterfind(f"{MAIN}sheetData/{MAIN}row")]
        if numbers != sorted(set(numbers)):
            yield "rows are out of order, or twice"
        for number, row in are.items():
            addresses = [int(re.sub(r"\D", "", one.get("r"))) for one in row.iterfind(f"{MAIN}c")]
            if set(addresses) - {number}:
                yield f"row {number} holds cells of another row"
        order = list(self.are)
        if order != sorted(order):
            yield "cells are out of order"
        for number in were.keys() | are.keys():
            about = _about(are.get(number))
            sources, new = self._sources(number)
            if not any(about == _about(were.get(one)) for one in sources) and not (
                new and set(about) <= {"ht", "customHeight"}
            ):
                yield f"row {number}: {_about(were.get(number))} is {about}"

    def _sources(self, number: int) -> tuple[set[int], bool]:
        """The rows of before whose attributes a row may have, and whether it may be a new one."""
        sources, new = set(), False
        for name, table in self.moves.now.items():
            if number in table.rows and self.moves.layout[name].policy not in IN_PLACE:
                sources |= {row for row, to in self.moves.rows[name].items() if to == number}
            if number in self.moves.new_rows(name):
                new = True
        return sources or {number}, new


def _about(row: etree._Element | None) -> dict[str, str]:
    return {} if row is None else {key: value for key, value in row.attrib.items() if key not in ("r", "spans")}


def _shown(cell: etree._Element) -> str:
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", etree.tostring(cell).decode())


def _moved(formula: str, down: int) -> str:
    return _ADDRESS.sub(lambda found: found[1] or f"{found[2]}{int(found[3]) + down}", formula)
