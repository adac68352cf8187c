"""A brand's workbook moved: from a file into a Google Sheet, or back, with what people wrote in it.

It is a refresh that reads here and writes there. The buyers' tables and columns go along, and so do columns that users
added to our tables, by the rows' keys. The history stays, since it knows the brand by its id.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

import pandas as pd

from connectors.errors import CannotRun
from sheets.brand import Brand, lay, surface_of
from sheets.config import FILE, config_of
from sheets.config_text import Shared, with_file, with_google
from sheets.progress import Progress, quiet
from sheets.refresh import Refreshed, refresh
from sheets.surfaces.joined import keys_of, keys_read, matched
from sheets.surfaces.surface import Shown, Surface
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Block, Column, Form, Layout, Tab, Table

_NAMED = 3


@dataclass(frozen=True)
class Moved:
    """What was done. left: lines of what did not go along."""

    refreshed: Refreshed
    brand: Brand
    left: tuple[str, ...]


def move(
    brand: Brand, to: Shared | str, *, now: pd.Timestamp, who: str = "", progress: Progress = quiet
) -> Moved:  # fmt: skip
    """Moves the workbook into an empty spreadsheet, or into a new file beside mastersheet.toml.

    The old one stays where it is, and is refreshed no more. Raises CannotRun, and everything is as it was.
    """
    there = Brand(brand.folder, config_of(_edited(brand, to), brand.folder / FILE))
    if there.place == brand.place:
        raise CannotRun("is the workbook already", where=there.place, todo="name another place")
    if there.google is None and there.workbook.exists():
        raise CannotRun("is there already", where=str(there.workbook), todo="name another file, or move it away")
    across = _Across(surface_of(brand), there)
    done = refresh(brand, now=now, who=who, progress=progress, surface=across)
    # Read again: somebody may have edited it meanwhile.
    file = (brand.folder / FILE).resolve()
    fresh = file.with_name(f".{FILE}.part")
    fresh.write_text(_edited(brand, to), encoding="utf-8", newline="\n")
    shutil.copymode(file, fresh)
    fresh.replace(file)
    return Moved(done, there, across.left)


def _edited(brand: Brand, to: Shared | str) -> str:
    """The text of mastersheet.toml with another workbook. Raises CannotRun where no command can change it."""
    file = brand.folder / FILE
    text = file.read_text(encoding="utf-8-sig")
    text = with_google(text, to) if isinstance(to, Shared) else with_file(text, to)
    wanted = to.spreadsheet if isinstance(to, Shared) else to
    try:
        made = tomllib.loads(text).get("workbook")
    except tomllib.TOMLDecodeError:
        made = None
    if made not in (f"google:{wanted}", {"file": wanted}):
        now = brand.config.workbook.file if brand.google is None else f"google:{brand.google}"
        raise CannotRun(
            "says where the workbook is in a way that no command can change", where=str(file),
            expected="`workbook = ...` above all sections, or a section [workbook]",
            todo=f'write workbook = "{now}" above all sections in place of it, then run this again',
        )  # fmt: skip
    return text


class _Across:
    """A surface that reads one workbook and writes another. left: what did not go along, once it is written."""

    def __init__(self, here: Surface, there: Brand) -> None:
        self._here, self._there = here, there
        self._shown: Shown | None = None
        self.left: tuple[str, ...] = ()

    def read(self) -> Shown | None:
        self._shown = self._here.read(even_if_open=True) if isinstance(self._here, XlsxFile) else self._here.read()
        return self._shown

    def write(self, layout: Layout) -> None:
        shown = {} if self._shown is None else self._shown.tables
        whole, left = carried(layout, shown)
        lay(self._there, whole)
        self.left = left


def carried(layout: Layout, shown: Mapping[str, pd.DataFrame]) -> tuple[Layout, tuple[str, ...]]:
    """The layout with the users' own columns of the tables that are shown, and a line for each that lost cells."""
    left: list[str] = []
    tabs = tuple(_tab(tab, shown, left) for tab in layout.tabs)
    return replace(layout, tabs=tabs), tuple(left)


def _tab(tab: Tab, shown: Mapping[str, pd.DataFrame], left: list[str]) -> Tab:
    """A tab whose tables are wider by the users' columns; what stands to the right of one moves on."""
    wider: dict[int, tuple[Table, int]] = {}  # by block: the table, and where its own columns end
    for at, block in enumerate(tab.blocks):
        if isinstance(block.content, Table) and block.content.name in shown:
            table = _table(block.content, shown[block.content.name], left)
            if len(table.columns) > len(block.content.columns):
                wider[at] = table, block.column + len(block.content.columns)
    blocks = []
    for at, block in enumerate(tab.blocks):
        ends: dict[int, int] = {}
        for of, (table, end) in wider.items():
            if of != at and end <= block.column:
                # Of tables below each other the widest counts.
                ends[end] = max(ends.get(end, 0), len(table.columns) - len(_old(tab.blocks[of])))
        on = sum(ends.values())
        content = wider[at][0] if at in wider else block.content
        blocks.append(Block(block.row, block.column + on, content))
    return replace(tab, blocks=tuple(blocks))


def _old(block: Block) -> tuple[Column, ...]:
    assert isinstance(block.content, Table)
    return block.content.columns


def _table(table: Table, frame: pd.DataFrame, left: list[str]) -> Table:
    ours = {column.header for column in table.columns}
    mine = [str(header) for header in frame.columns if header not in ours and frame[header].notna().any()]
    if not mine or not set(table.key) <= set(frame.columns):
        return table
    stood = keys_read([frame[name].tolist() for name in table.key])
    at = {ours: row for row, ours in enumerate(matched(keys_of(table), stood)) if ours is not None}
    rows = [at.get(row) for row in range(table.rows)]
    columns = []
    for header in mine:
        cells = frame[header].tolist()
        columns.append(Column(header, [None if row is None else cells[row] for row in rows], _form(cells),
                              owner="buyer", users=True))  # fmt: skip
    lost = [
        " ".join(filter(None, stood[row] or ("(no key)",)))
        for row in sorted(set(range(len(frame))) - set(rows))
        if frame.loc[frame.index[row], mine].notna().any()
    ]
    if lost:
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        left.append(
            f"{table.name}: {', '.join(mine)} of {', '.join(lost[:_NAMED])}{more}: these rows are not in the table now"
        )
    return replace(table, columns=(*table.columns, *columns))


def _form(cells: list[object]) -> Form:
    """How a user's column is shown: as days or times where it holds nothing else."""
    held = [cell for cell in cells if cell is not None]
    if not all(isinstance(cell, datetime) for cell in held):
        return "text"
    return "day" if all(cell.time() == time() for cell in held if isinstance(cell, datetime)) else "time"
