"""What a refresh did to a workbook beside what it may do: two files are compared part by part, sheet by sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from lxml import etree

from sheets.tabs.layout import Layout

from .corpus_cells import CellHarms
from .corpus_reading import MAIN, RELATION_ID, TYPES, Cell, Package, area_of, cell_of, nodes, rels_of, said
from .corpus_rows import Moves, of_ours, texts_of_ours

MARKER, TITLE, NOTE, NAME = "mastersheet:flag", "Mastersheet", "Mastersheet:", "mastersheet_"


def harms(before: Path, after: Path, layout: Layout) -> list[str]:
    """Everything in which a refresh with that layout did more than it may, as sentences; none is as it should be."""
    return list(_Comparison(Package(before), Package(after), layout).harms())


class _Comparison:
    def __init__(self, before: Package, after: Package, layout: Layout) -> None:
        self.before, self.after, self.layout = before, after, layout
        self.ours = of_ours(before, layout)
        self.may = {TYPES, before.book, rels_of(before.book), before.styles}
        self.added = self._added()
        self.may |= {rels_of(part) for part in self.ours.values()} | set(before.linked(before.book, "calcChain"))

    def _added(self) -> set[str]:
        """Parts of notes that are new, on tabs that had none."""
        return {
            link.target
            for part in self.ours.values()
            if not self.before.linked(part, "comments") and any(map(_is_our_note, self.after.comments(part).values()))
            for link in self.after.links(part)
            if link.kind in ("comments", "vmlDrawing") and link.target not in self.before.parts
        }

    def harms(self) -> Iterator[str]:
        yield from self._sheets()
        yield from self._parts()
        yield from self._types()
        yield from self._links()
        yield from self._book()
        yield from self._styles()

    def _parts(self) -> Iterator[str]:
        chain = set(self.before.linked(self.before.book, "calcChain"))
        for part, content in self.before.parts.items():
            if part in chain:
                if part in self.after.parts:
                    yield f"{part}: the old order of calculation is left"
            elif part not in self.after.parts:
                yield f"{part}: is lost"
            elif part not in self.may and self.after.parts[part] != content:
                yield f"{part}: has other bytes"
        for part in self.after.parts.keys() - self.before.parts.keys() - self.added:
            yield f"{part}: is new"
        kept = [name for name in self.before.names if name not in chain]
        if self.after.names != kept + sorted(self.added):
            yield "the parts stand in another order, or twice"

    def _types(self) -> Iterator[str]:
        chain = {f"/{part}" for part in self.before.linked(self.before.book, "calcChain")}
        were = [said(one) for one in self.before.tree(TYPES) if one.get("PartName") not in chain]
        endings = {part.rpartition(".")[2] for part in self.added}
        now = [
            said(one)
            for one in self.after.tree(TYPES)
            if str(one.get("PartName")).lstrip("/") not in self.added
            and (one.get("Extension") not in endings or said(one) in were)
        ]
        if now != were:
            yield f"{TYPES}: differs"

    def _links(self) -> Iterator[str]:
        for part in (self.before.book, *self.ours.values()):
            were = {one for one in self.before.links(part) if one.kind != "calcChain"}
            now = {one for one in self.after.links(part) if one.target not in self.added}
            if now != were:
                yield f"{part}: links differ: {were ^ now}"

    def _book(self) -> Iterator[str]:
        yield from _differences("workbook", *(self._book_of(one) for one in (self.before, self.after)))
        calculation = self.after.tree(self.after.book).find(f"{MAIN}calcPr")
        if calculation is None or calculation.get("fullCalcOnLoad") != "1":
            yield "the workbook is not calculated when it is opened"

    def _book_of(self, package: Package) -> list[object]:
        found = []
        for one in nodes(package.tree(package.book)):
            if one.tag == f"{MAIN}definedNames":
                found += [said(name) for name in one if not self._is_our_name(name)]
            elif one.tag == f"{MAIN}calcPr":
                about = {key: value for key, value in one.attrib.items() if key != "fullCalcOnLoad"}
                found += [about] if about else []
            else:
                found.append(said(one))
        return found

    def _is_our_name(self, name: etree._Element) -> bool:
        return name.get("name").startswith(NAME) or name.get("name") in self.layout.names

    def _styles(self) -> Iterator[str]:
        """Formats are only added, at the ends of their lists: a number means what it meant."""
        lists = [list(nodes(one.tree(one.styles))) for one in (self.before, self.after)]
        for was, now in zip_longest(*lists):
            if was is None or now is None or was.tag != now.tag:
                yield "styles: other lists than before"
                return
            if was.tag == f"{MAIN}extLst":
                many = len(now)
            else:
                many = len(was)
                if now.get("count") not in (None, str(len(now))):
                    yield f"styles: {now.tag} has {len(now)} entries, and says {now.get('count')}"
            if [said(one) for one in was] != [said(one) for one in list(now)[:many]]:
                yield f"styles: {was.tag} has other entries than before"

    def _sheets(self) -> Iterator[str]:
        if list(self.after.sheets.items()) != list(self.before.sheets.items()):
            yield "tabs are not what they were"
            return
        for tab, part in self.ours.items():
            moves = Moves(self.before, self.after, part, self.layout)
            self.may |= {part} | {table.part for table in moves.tables.values()}
            yield from (f"{tab}: {harm}" for harm in moves.harms())
            texts = texts_of_ours(tab, self.layout)
            yield from (f"{tab}: {harm}" for harm in CellHarms(self.before, self.after, part, moves, texts).harms())
            yield from _differences(f"{tab}", *(self._around(one, part, texts, moves) for one in self._both))
            yield from (f"{tab}: {harm}" for harm in self._rules(part))
            yield from (f"{tab}: {harm}" for harm in self._notes(part, moves))

    @property
    def _both(self) -> tuple[Package, Package]:
        return self.before, self.after

    def _around(self, package: Package, part: str, texts: set[Cell], moves: Moves) -> list[object]:
        """All of a sheet but its rows and what is ours."""
        root = package.tree(part)
        found: list[object] = [root.tag, dict(root.attrib)]
        ignored = root.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", "").split()
        found += [(one, root.nsmap.get(one)) for one in ignored]
        moved = moves.cell if package is self.before else _where
        for one in nodes(root):
            name = etree.QName(one).localname
            if name == "conditionalFormatting":
                rules = [said(rule) for rule in one if MARKER not in "".join(rule.itertext())]
                found += [(name, dict(one.attrib), rules)] if rules else []
            elif name == "dataValidations":
                kept = [said(rule) for rule in one if rule.get("errorTitle") != TITLE]
                about = {key: value for key, value in one.attrib.items() if key != "count"}
                found += [(name, about, kept)] if kept else []
            elif name in ("mergeCells", "hyperlinks"):
                areas = [(area_of(item.get("ref")), item) for item in one]
                kept = [
                    (moved(area[:2]), area[2] - area[0], area[3] - area[1], _without(item, "ref"))
                    for area, item in areas
                    if area[:2] not in texts
                ]
                found += [(name, kept)] if kept else []
            elif name == "legacyDrawing" and package.by_id(part, one.get(RELATION_ID)) in self.added:
                continue
            elif name not in ("sheetData", "dimension"):
                found.append(said(one))
        return found

    def _rules(self, part: str) -> Iterator[str]:
        """Our rules come after the buyer's; lists count right; the sheet says how far it reaches."""
        root = self.after.tree(part)
        priorities: dict[bool, list[int]] = {True: [], False: []}
        for rule in root.iter("{*}cfRule"):
            priorities[MARKER in "".join(rule.itertext())].append(int(rule.get("priority", "0")))
        together = priorities[True] + priorities[False]
        if len(set(together)) != len(together) and _unique(self.before, part):
            yield f"two colour rules have one priority: {sorted(together)}"
        if priorities[True] and min(priorities[True]) < max(priorities[False], default=0):
            yield "a colour rule of ours comes before one of the buyer's"
        for name in ("mergeCells", "dataValidations", "tableParts"):
            one = root.find(f"{MAIN}{name}")
            if one is not None and one.get("count") not in (None, str(len(one))):
                yield f"{name} says {one.get('count')} and has {len(one)}"
        dimension = root.find(f"{MAIN}dimension")
        if dimension is not None:
            area = area_of(dimension.get("ref"))
            beyond = [cell for cell in self.after.cells(part) if cell[0] > area[2] or cell[1] > area[3]]
            if beyond:
                yield f"cells beyond what the sheet says it holds: {beyond[:3]}"

    def _notes(self, part: str, moves: Moves) -> Iterator[str]:
        """The buyer's notes and what else is drawn are what they were; each note has one box, each box a note."""
        ours = [{at for at, one in package.comments(part).items() if _is_our_note(one)} for package in self._both]
        theirs = [
            {at: _without(one, "ref", "shapeId") for at, one in package.comments(part).items() if at not in mine}
            for package, mine in zip(self._both, ours, strict=True)
        ]
        where = {moves.cell(at): one for at, one in theirs[0].items()}
        if theirs[1] != where:
            yield f"notes differ: {sorted(map(str, theirs[1].keys() ^ where.keys()))}"
        for one in self.before.linked(part, "comments"):
            authors = [[name.text for name in package.tree(one)[0]] for package in self._both]
            if authors[1][: len(authors[0])] != authors[0]:
                yield f"authors {authors[0]} are {authors[1]}"
        if not set(self.before.shape_kinds(part)) <= set(self.after.shape_kinds(part)):
            yield "a kind of shape is lost"
        boxes = self.after.boxes(part)
        at_cells = sorted(at for at, _ in boxes if at is not None)
        if at_cells != sorted(self.after.comments(part)):
            yield f"notes at {sorted(self.after.comments(part))} have their boxes at {at_cells}"
        if not _numbered(boxes) and _numbered(self.before.boxes(part)):
            yield "two shapes have one id"
        legacy = self.before.tree(part).find(f"{MAIN}legacyDrawing")
        drawn = [
            [
                (moves.cell(at) if at and package is self.before else at, _drawn(shape))
                for at, shape in package.boxes(part)
                # A drawing that is new begins with a word on how it numbers its shapes.
                if at not in mine and (at is not None or legacy is not None)
            ]
            for package, mine in zip(self._both, ours, strict=True)
        ]
        yield from _differences("what is drawn over cells", *drawn)
        if any(ours) or where != theirs[0]:
            self.may |= set(self.before.linked(part, "comments"))
            if legacy is not None:
                self.may.add(self.before.by_id(part, next(iter(legacy.attrib.values()))))
        if where.keys() != theirs[0].keys():
            self.may |= set(self.before.linked(part, "threadedComment"))
            yield from self._threads(part, moves)

    def _threads(self, part: str, moves: Moves) -> Iterator[str]:
        for one in self.before.linked(part, "threadedComment"):
            were = [(moves.cell(cell_of(said_.get("ref"))), _without(said_, "ref")) for said_ in self.before.tree(one)]
            now = [(cell_of(said_.get("ref")), _without(said_, "ref")) for said_ in self.after.tree(one)]
            yield from _differences("threads", were, now)


def _where(cell: Cell) -> Cell:
    return cell


def _is_our_note(comment: etree._Element) -> bool:
    return "".join(one.text or "" for one in comment.iter(f"{MAIN}t")).startswith(NOTE)


def _without(element: etree._Element, *names: str) -> object:
    about = {key: value for key, value in element.attrib.items() if key not in names}
    return element.tag, about, element.text, [said(one) for one in element]


def _drawn(shape: etree._Element) -> str:
    """A shape as text; where it stands is looked at for notes alone, which may move with their cells."""
    text = etree.tostring(shape, method="c14n", exclusive=True, with_tail=False).decode()
    if 'ObjectType="Note"' not in text:
        return text
    return re.sub(r"<(\w+):(Row|Column|Anchor)>[^<]*<", "<", text)


def _numbered(boxes: Sequence[tuple[Cell | None, etree._Element]]) -> bool:
    idents = [shape.get("id") for _, shape in boxes]
    return len(set(idents)) == len(idents)


def _unique(package: Package, part: str) -> bool:
    found = [rule.get("priority") for rule in package.tree(part).iter("{*}cfRule")]
    return len(set(found)) == len(found)


def _differences(where: str, were: Iterable[object], now: Iterable[object]) -> Iterator[str]:
    before, after = list(were), list(now)
    yield from (f"{where}: lost or changed: {_short(one)}" for one in before if one not in after)
    yield from (f"{where}: new or changed: {_short(one)}" for one in after if one not in before)
    if before != after and sorted(map(repr, before)) == sorted(map(repr, after)):
        yield f"{where}: in another order"
    elif len(before) != len(after):
        yield f"{where}: {len(before)} things are {len(after)}"


def _short(what: object) -> str:
    return str(what).replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "")[:400]
