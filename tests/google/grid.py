"""A spreadsheet in memory: sheets with cells, rules, names and metadata, changed by requests as Google's docs say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.google.discovery import Invalid

Cell = dict[str, Any]
MOST_CELLS = 10_000_000


@dataclass
class Sheet:
    """One sheet. cells: by row and column from 0, only those that hold something; one that changes is another one."""

    properties: dict[str, Any]
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    protected: list[dict[str, Any]] = field(default_factory=list)
    merges: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    basic_filter: dict[str, Any] | None = None

    @property
    def number(self) -> int:
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def size(self) -> tuple[int, int]:
        return len(self.rows), len(self.columns)

    def out_of_sight(self, row: int) -> bool:
        """Whether a row is hidden, by a user or by the filter."""
        return bool(self.rows[row].get("hiddenByUser") or self.rows[row].get("hiddenByFilter"))

    def copied(self) -> Sheet:
        """Another sheet that holds the same; the cells are shared."""
        shared = {id(self.cells): dict(self.cells)}
        return deepcopy(self, shared)

    def said(self) -> dict[str, Any]:
        """Its properties, with the grid's size."""
        grid = {**self.properties.get("gridProperties", {}), "rowCount": self.size[0], "columnCount": self.size[1]}
        return {**self.properties, "gridProperties": grid}


@dataclass
class Book:
    """A spreadsheet. version: another one after each change."""

    title: str = "Untitled"
    locale: str = "en_US"
    sheets: list[Sheet] = field(default_factory=list)
    names: list[dict[str, Any]] = field(default_factory=list)
    ghosts: set[str] = field(default_factory=set)  # names whose cells are gone: not told, and not free
    metadata: list[dict[str, Any]] = field(default_factory=list)
    made: int = 0
    version: int = 0

    def copied(self) -> Book:
        """Another book that holds the same; the cells are shared."""
        shared = {id(self.sheets): [one.copied() for one in self.sheets]}
        return deepcopy(self, shared)

    def sheet(self, number: int | None, at: str) -> Sheet:
        for one in self.sheets:
            if one.number == (number or 0):
                return one
        raise Invalid(f"Invalid {at}: No grid with id: {number or 0}")

    def titled(self, title: str) -> Sheet:
        for one in self.sheets:
            if one.title.casefold() == title.casefold():
                return one
        raise Invalid(f"Unable to parse range: {title}")

    def next_number(self) -> int:
        self.made += 1
        return self.made

    def of(self, sheet: Sheet, dimension: str, at: int) -> list[dict[str, Any]]:
        """The metadata of one column or row."""
        return [
            one for one in self.metadata
            if (place := one["location"].get("dimensionRange")) is not None and place["sheetId"] == sheet.number
            and place["dimension"] == dimension and place["startIndex"] == at
        ]  # fmt: skip

    def everywhere(self) -> int:
        return sum(rows * columns for rows, columns in (one.size for one in self.sheets))


def new_sheet(book: Book, properties: dict[str, Any], at: str) -> Sheet:
    """A sheet with the properties that were asked for, else Google's own: 1,000 rows and 26 columns."""
    title = properties.get("title") or f"Sheet{len(book.sheets) + 1}"
    if any(one.title.casefold() == title.casefold() for one in book.sheets):
        raise Invalid(f'Invalid {at}: A sheet with the name "{title}" already exists. Please enter another name.')
    number = properties.get("sheetId")
    if number is not None and any(one.number == number for one in book.sheets):
        raise Invalid(f"Invalid {at}: Sheet with ID: {number} already exists.")
    number = 1_000_000 + book.next_number() if number is None else number
    grid = dict(properties.get("gridProperties", {}))
    rows, columns = grid.pop("rowCount", 1000), grid.pop("columnCount", 26)
    if rows < 1 or columns < 1:
        raise Invalid(f"Invalid {at}: a grid has at least one row and one column")
    index = properties.get("index", len(book.sheets))
    made = Sheet({**properties, "sheetId": number, "title": title, "sheetType": "GRID", "gridProperties": grid})
    made.rows, made.columns = [{} for _ in range(rows)], [{} for _ in range(columns)]
    book.sheets.insert(index, made)
    refuse_too_large(book, at)
    reindexed(book)
    return made


def reindexed(book: Book) -> None:
    for at, one in enumerate(book.sheets):
        one.properties["index"] = at


def refuse_too_large(book: Book, at: str) -> None:
    if book.everywhere() > MOST_CELLS:
        raise Invalid(
            f"Invalid {at}: This action would increase the number of cells in the workbook above the limit of "
            f"{MOST_CELLS} cells."
        )


def bounds(book: Book, area: dict[str, Any], at: str) -> tuple[Sheet, range, range]:
    """A range's sheet, rows and columns. Raises Invalid where it leaves the grid."""
    sheet = book.sheet(area.get("sheetId"), at)
    found = []
    for name, size in zip(("Row", "Column"), sheet.size, strict=True):
        first = area.get(f"start{name}Index", 0)
        last = area.get(f"end{name}Index", size)
        if not 0 <= first < last:
            raise Invalid(f"Invalid {at}: end{name}Index must be after start{name}Index")
        if last > size:
            raise Invalid(
                f"Invalid {at}: range ({sheet.title}) exceeds grid limits. Max rows: {sheet.size[0]}, "
                f"max columns: {sheet.size[1]}"
            )
        found.append(range(first, last))
    return sheet, found[0], found[1]


def ghost(book: Book, name: dict[str, Any]) -> None:
    """A name whose cells are deleted is #REF!, is not listed, and nobody else may have it."""
    book.names.remove(name)
    book.ghosts.add(name["name"].casefold())


def areas_of(book: Book) -> Iterator[tuple[dict[str, Any], Callable[[], None]]]:
    """Every range that moves along when rows or columns come, go or move; and what to do with one that is gone."""
    for name in (one for one in list(book.names) if "range" in one):
        yield name["range"], lambda name=name: ghost(book, name)
    for sheet in book.sheets:
        for rule in sheet.rules:
            for area in list(rule["ranges"]):
                yield area, lambda rule=rule, area=area: rule["ranges"].remove(area)
        for one in list(sheet.protected):
            yield one["range"], lambda sheet=sheet, one=one: sheet.protected.remove(one)
        for area in list(sheet.merges):
            yield area, lambda sheet=sheet, area=area: sheet.merges.remove(area)
        if sheet.basic_filter is not None:
            yield sheet.basic_filter["range"], lambda: None
