"""A sheet of a workbook as rows of text, as they stand in its cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import python_calamine as calamine

from connectors.delimited import LONGEST_CELL, Rows
from connectors.errors import BadCell, HeaderChanged, NothingInIt
from connectors.workbook_archive import check_opening, check_reach, locked, not_a_workbook, sheet_part

_ERROR: Final = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*? t="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL)


def read_workbook(path: Path, name: str, *, sheet: str | None = None, header_row: int = 1) -> Rows:
    """The rows of one sheet: the one named, else the first visible one that has cells.

    Every cell is text: 12.0 is "12", a date 2026-10-05, TRUE or FALSE, an error "#N/A"; text stays what it is.
    Blank rows are left out, cells beyond the header too; `lines` are the sheet's row numbers. Raises NotSafe,
    WrongEncoding, HeaderChanged, NothingInIt, BadCell, each naming the file and, where there is one, the row.
    """
    check_opening(path, name)
    try:
        with calamine.load_workbook(str(path)) as book:
            title, cells = _cells(book, path, name, sheet)
    except calamine.PasswordError:
        raise locked(name) from None
    except (calamine.CalamineError, zipfile.BadZipFile) as problem:
        raise not_a_workbook(name) from problem
    _put_errors(cells, path, title)
    return cells_as_rows(cells, name, header_row)


def _cells(book: calamine.CalamineWorkbook, path: Path, name: str, sheet: str | None) -> tuple[str, list[list[Any]]]:
    """The sheet's name and its cells from row 1 and column A on."""
    titles = [
        about.name
        for about in book.sheets_metadata
        if about.typ == calamine.SheetTypeEnum.WorkSheet
        and (sheet is not None or about.visible == calamine.SheetVisibleEnum.Visible)
    ]
    if sheet is not None and sheet not in titles:
        raise HeaderChanged(
            f"has no sheet '{sheet}'",
            where=name,
            expected=f"it among {', '.join(repr(title) for title in titles)}",
            todo="name the sheet in mastersheet.toml, or export it again",
        )
    for title in [sheet] if sheet is not None else titles:
        if zipfile.is_zipfile(path):
            check_reach(path, title, name)
        cells: list[list[Any]] = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        if cells:
            return title, cells
    raise _nothing(name, "is empty")


def _put_errors(cells: list[list[Any]], path: Path, title: str) -> None:
    """Write #N/A and its like where the reader hands back blanks: a broken formula is not a missing count."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        part = sheet_part(archive, title)
        raw = archive.read(part) if part else b""
    if b't="e"' not in raw:
        return
    for letters, row, said in _ERROR.findall(raw):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        if int(row) <= len(cells) and column <= len(cells[int(row) - 1]):
            cells[int(row) - 1][column - 1] = said.decode()


def cells_as_rows(cells: Sequence[Sequence[Any]], name: str, header_row: int = 1) -> Rows:
    """The rows of a sheet's cells, each line as wide as the others and an empty cell an empty text.

    Raises HeaderChanged, NothingInIt, BadCell.
    """
    filled = [number for number, row in enumerate(cells) if any(cell != "" for cell in row)]
    filled = [number for number in filled if number >= header_row - 1]
    if not filled:
        raise _nothing(name, "is empty" if header_row == 1 else f"has no row {header_row}")
    header = [_text(cell).strip() for cell in cells[filled[0]]]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise HeaderChanged(
            "has no header", where=f"{name}:{filled[0] + 1}", expected="the columns' names in its first row"
        )
    body = filled[1:]
    if not body:
        raise _nothing(name, "has a header and no rows")
    columns = zip(*(cells[number] for number in body), strict=True)
    texts = [list(_texts(column)) for _, column in zip(header, columns, strict=False)]
    lines = np.array(body, dtype=np.int64) + 1
    for title, column in zip(header, texts, strict=True):
        _not_too_long(column, title, name, lines)
    rows = Rows(
        tuple(header),
        pd.DataFrame({place: pd.Series(column, dtype="str") for place, column in enumerate(texts)}),
        lines,
    )
    twice = rows.twice()
    if twice:
        raise HeaderChanged(
            f"has the column '{twice[0]}' twice",
            where=f"{name}:{filled[0] + 1}",
            expected="each name once in the header",
            todo="take one of them out, or give them different names",
        )
    return rows


def _not_too_long(column: list[str], title: str, name: str, lines: np.ndarray) -> None:
    longest = max(map(len, column))
    if longest > LONGEST_CELL:
        row = next(number for number, text in enumerate(column) if len(text) == longest)
        raise BadCell(
            f"column '{title}' has a cell of {longest:,} characters",
            where=f"{name}:{int(lines[row])}",
            expected=f"at most {LONGEST_CELL:,}",
            todo="shorten it where it comes from, or leave the column out of the export",
        )


def _texts(column: tuple[Any, ...]) -> Iterator[str]:
    return (cell if type(cell) is str else _text(cell) for cell in column)


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        # A date that was typed with a time format is still a date.
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _nothing(name: str, what: str) -> NothingInIt:
    return NothingInIt(
        what,
        where=name,
        expected="a header and rows" if what != "has a header and no rows" else "at least one row",
        todo="export it again; an empty report is not zero stock",
    )
