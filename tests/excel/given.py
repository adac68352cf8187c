"""A small workbook: one table, whose units and rows a refresh changes."""

from __future__ import annotations

from dataclasses import replace

from sheets.tabs.layout import Block, Column, Layout, Tab, Table, Text


def layout(rows: int, more: int = 0, *, policy="kept") -> Layout:
    """A tab with a table of so many rows, its units raised by more; a user may write in Note."""
    skus = [f"SKU-{at:04}" for at in range(rows)]
    columns = (
        Column("SKU", skus),
        Column("Units", [at + more for at in range(rows)], "whole"),
        Column("Twice", [2 * (at + more) for at in range(rows)], "whole",
               formula="=2*Positions[[#This Row],[Units]]"),
        Column("Flag", ["CHECK" if at % 2 else "OK" for at in range(rows)], words=("CHECK", "OK")),
        Column("Note", [None] * rows, owner="buyer"),
    )  # fmt: skip
    table = Table("Positions", columns, ("SKU",), policy)
    return Layout((Tab("Positions", (Block(0, 0, Text(f"Refresh {more}", "title")), Block(2, 0, table))),))


def turned(rows: int, more: int = 0) -> Layout:
    """The same rows the other way round, in a table that is laid anew."""
    whole = layout(rows, more, policy="laid anew")
    block = whole.tabs[0].blocks[1]
    assert isinstance(block.content, Table)
    columns = [
        replace(one, values=list(one.values)[::-1]) if one.header != "Note" else one for one in block.content.columns
    ]
    table = replace(block.content, columns=tuple(columns))
    return Layout((replace(whole.tabs[0], blocks=(whole.tabs[0].blocks[0], replace(block, content=table))),))
