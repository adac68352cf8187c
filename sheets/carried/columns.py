"""Columns that users added to our tables, in another workbook: by the rows' keys, with their formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

import pandas as pd

from sheets.carried.formulas import Carrier
from sheets.carried.tabs import values_alone
from sheets.surfaces.joined import keys_of, keys_read, matched
from sheets.surfaces.placed import Placed, placed
from sheets.surfaces.theirs import Theirs
from sheets.surfaces.xlsx_cells import DAY_0
from sheets.tabs.layout import Block, Column, Form, Layout, Tab, Table, Value

_NAMED = 3
# How a column is called whose header is empty.
_NO_HEADER = "(column "


def with_columns(
    layout: Layout, shown: Mapping[str, pd.DataFrame], theirs: Theirs
) -> tuple[Layout, tuple[str, ...]]:  # fmt: skip
    """The layout with the users' own columns of the tables that are shown, and a line for each that lost cells."""
    left: list[str] = []
    tabs = tuple(_tab(tab, shown, theirs, left) for tab in layout.tabs)
    return replace(layout, tabs=tabs), tuple(left)


def with_formulas(
    layout: Layout, shown: Mapping[str, pd.DataFrame], theirs: Theirs, carrier: Carrier
) -> tuple[Layout, tuple[str, ...]]:  # fmt: skip
    """The same with the formulas of these columns and of buyers', and a line for each table where some are values."""
    left: list[str] = []
    now = placed(layout)

    def filled(block: Block) -> Block:
        if not isinstance(block.content, Table) or block.content.name not in theirs.rows:
            return block
        if not set(block.content.key) <= set(shown[block.content.name].columns):
            return block
        return replace(block, content=_formulas(now[block.content.name], shown, theirs, carrier, left))

    tabs = tuple(replace(tab, blocks=tuple(map(filled, tab.blocks))) for tab in layout.tabs)
    return replace(layout, tabs=tabs), tuple(left)


def _tab(tab: Tab, shown: Mapping[str, pd.DataFrame], theirs: Theirs, left: list[str]) -> Tab:
    """A tab whose tables are wider by the users' columns; what stands to the right of one moves on."""
    wider: dict[int, tuple[Table, int]] = {}  # by block: the table, and where its own columns end
    for at, block in enumerate(tab.blocks):
        if isinstance(block.content, Table) and block.content.name in shown:
            table = _table(block.content, shown[block.content.name], theirs, left)
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


def _table(table: Table, frame: pd.DataFrame, theirs: Theirs, left: list[str]) -> Table:
    ours = {column.header for column in table.columns}
    mine = [
        str(header) for header in frame.columns
        if header not in ours and (frame[header].notna().any() or not str(header).startswith(_NO_HEADER))
    ]  # fmt: skip
    if not mine or not set(table.key) <= set(frame.columns):
        return table
    stood, rows = _rows(table, frame)
    columns = []
    for header in mine:
        cells: list[Value] = frame[header].tolist()
        form = theirs.days.get((table.name, header))
        if form is not None:
            cells = [_day(cell) for cell in cells]
        columns.append(Column(header, [None if row is None else cells[row] for row in rows], form or _form(cells),
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


def _rows(table: Table, frame: pd.DataFrame) -> tuple[list[tuple[str, ...] | None], list[int | None]]:
    """The keys that stood there, and for each row of the table the one that was it."""
    stood = keys_read([frame[name].tolist() for name in table.key])
    at = {ours: row for row, ours in enumerate(matched(keys_of(table), stood)) if ours is not None}
    return stood, [at.get(row) for row in range(table.rows)]


def _formulas(
    now: Placed, shown: Mapping[str, pd.DataFrame], theirs: Theirs, carrier: Carrier, left: list[str]
) -> Table:  # fmt: skip
    table, (title, there) = now.table, next(
        (title, one) for title, tables in theirs.stands.items() for one in tables if one.name == now.table.name
    )  # fmt: skip
    headers = {header.casefold(): place for place, header in enumerate(there.headers, there.area[1])}
    _, rows = _rows(table, shown[table.name])
    columns, lost = [], []
    for column in table.columns:
        place = headers.get(column.header.casefold())
        made: list[str | None] = [None] * table.rows
        # In buyers' columns, too, people write formulas.
        theirs_too = column.owner == "buyer" and column.formula is None and place is not None
        for at, row in enumerate(rows if theirs_too else ()):
            stood = None if row is None else (title, theirs.rows[table.name][row], place or 0)
            cell = None if stood is None else theirs.cells.get(stood)
            if cell is None or cell.formula is None or stood is None:
                continue
            made[at] = None if cell.several else carrier(cell.formula, stood, array=cell.array)
            if made[at] is None:
                lost.append((now.at(at), now.place(column.header)))
        columns.append(replace(column, formula=made) if any(made) else column)
    if lost:
        left.append(f"{table.name}: {values_alone(lost)}")
    return replace(table, columns=tuple(columns))


def _day(cell: Value) -> Value:
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return cell
    return DAY_0 + timedelta(seconds=round(cell * 86_400))


def _form(cells: list[Value]) -> Form:
    """How a user's column is shown: as days or times where it holds nothing else."""
    held = [cell for cell in cells if cell is not None]
    if not held or not all(isinstance(cell, datetime) for cell in held):
        return "text"
    return "day" if all(cell.time() == time() for cell in held if isinstance(cell, datetime)) else "time"
