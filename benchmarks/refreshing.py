"""A workbook that is there, refreshed in place, beside openpyxl loading, editing and saving it, and writing it new.

`python -m benchmarks.refreshing "in place" FOLDER` does one of these in a process of its own and prints as JSON how
much memory that took.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.alone import most_bytes
from benchmarks.bare_writing import plain_tabs, write_bare
from benchmarks.page import Aim, Grid, Section, times
from benchmarks.timing import ROUNDS, in_turns
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text

ROWS: Final = 50_000
NUMBERS: Final = 18  # and a SKU and a source beside them
CHANGED: Final = 12
SLOWER: Final = 5.0
MOST_OF_ITS_MEMORY: Final = 0.25
_NAME: Final = "Counts"
_IN_PLACE: Final = "in place"
_OPENPYXL: Final = "openpyxl loads, edits, saves"
_NEW: Final = "XlsxWriter writes it new, cells alone"


def the_workbook(more: float = 0) -> Layout:
    """50,000 rows of 20 columns; `more` is added to the numbers of the columns that change."""
    made = np.random.default_rng(1)
    columns = [
        Column("SKU", [f"SKU-{row:06}" for row in range(ROWS)]),
        Column("Source", [f"report-{row % 7}.csv" for row in range(ROWS)]),
    ]
    for at in range(NUMBERS):
        numbers = made.integers(0, 1000, ROWS).astype(float)
        columns.append(Column(f"Count {at + 1}", numbers + (more if at < CHANGED else 0), "whole"))
    table = Table(_NAME, tuple(columns), ("SKU",), "kept")
    return Layout((Tab(_NAME, (Block(0, 0, Text(_NAME, "title")), Block(3, 0, table))),))


def refreshing() -> Section:
    """Times and memory of a refresh."""
    with TemporaryDirectory() as folder:
        there = Path(folder, "there.xlsx")
        XlsxFile(there).write(the_workbook())
        memory = {name: _alone(name, Path(folder)) for name in (_IN_PLACE, _OPENPYXL)}
        tasks = {name: partial(way, Path(folder), the_workbook(1)) for name, way in WAYS.items()}
        tasks[_NEW] = partial(write_bare, plain_tabs(the_workbook(1)), Path(folder, "new.xlsx"))
        timed = in_turns(tasks, ROUNDS, first_call=False)
        same = _agreement(Path(folder))
    faster = timed[_OPENPYXL].median / timed[_IN_PLACE].median
    share = memory[_IN_PLACE].more / memory[_OPENPYXL].more
    return Section(
        "Refreshing",
        f"A workbook of {ROWS:,} rows x {NUMBERS + 2} columns is there, and {CHANGED} of its columns change: "
        f"{ROWS * CHANGED:,} cells. In place is all that a refresh does to the file: looked at, backed up, patched, "
        "read back by another reader, synchronised, put in its place. openpyxl loads the same file, sets the same "
        "cells and saves. XlsxWriter writes the same cells to a new file, without tables, colours and widths. The "
        "ratio is to in place. Memory is what a process of its own takes at most, with the new numbers in it before "
        "and while it works.",
        (times(timed, dict.fromkeys(timed, _IN_PLACE)), _grid(memory)),
        (
            Aim("in place, times as long as openpyxl", 1 / faster, 1 / SLOWER),
            Aim("in place, memory beside openpyxl's", share, MOST_OF_ITS_MEMORY),
        ),
        (f"openpyxl takes {faster:.1f} times as long as in place.", same),
    )


@dataclass(frozen=True)
class Memory:
    """Bytes that a process held at most, before the work and with it."""

    before: int
    most: int

    @property
    def more(self) -> int:
        """What the work took."""
        return self.most - self.before


def _in_place(folder: Path, layout: Layout) -> None:
    work = folder / "in place" / "work.xlsx"
    work.parent.mkdir(exist_ok=True)
    shutil.copyfile(folder / "there.xlsx", work)
    XlsxFile(work).write(layout)


def _by_openpyxl(folder: Path, layout: Layout) -> None:
    import openpyxl

    book = openpyxl.load_workbook(folder / "there.xlsx")
    sheet, (block,) = book[_NAME], [one for one in layout.tabs[0].blocks if isinstance(one.content, Table)]
    for place, column in enumerate(layout.table(_NAME).columns[2 : 2 + CHANGED], block.column + 3):
        for row, value in enumerate(column.values, block.row + 2):
            sheet.cell(row, place).value = value
    book.save(folder / "openpyxl.xlsx")


WAYS: Final[Mapping[str, Callable[[Path, Layout], None]]] = {_IN_PLACE: _in_place, _OPENPYXL: _by_openpyxl}


def _alone(way: str, folder: Path) -> Memory:
    command = [sys.executable, "-m", "benchmarks.refreshing", way, str(folder)]
    return Memory(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _measured(way: str, folder: Path) -> Memory:
    layout = the_workbook(1)
    before = most_bytes()
    WAYS[way](folder, layout)
    return Memory(before, most_bytes())


def _grid(memory: Mapping[str, Memory]) -> Grid:
    rows = [
        (name, *(f"{size / 1e6:,.0f}" for size in (one.before, one.most, one.more))) for name, one in memory.items()
    ]
    return Grid(("In a process of its own", "MB before", "MB at most", "MB more"), tuple(rows))


def _agreement(folder: Path) -> str:
    """Whether both files say the same."""
    from python_calamine import CalamineWorkbook

    said = []
    for path in (folder / "in place" / "work.xlsx", folder / "openpyxl.xlsx"):
        with CalamineWorkbook.from_path(path) as book:
            # Without the hidden column by which the next refresh sees what was typed over.
            said.append([row[: NUMBERS + 2] for row in book.get_sheet_by_name(_NAME).to_python()])
    if said[0] == said[1]:
        return "Both files say the same in every cell but the hidden ones, by which a refresh sees what was typed over."
    return "The files do NOT say the same."


if __name__ == "__main__":
    found = _measured(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.write(json.dumps({"before": found.before, "most": found.most}))
