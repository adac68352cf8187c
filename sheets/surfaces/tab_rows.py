"""The heights of a tab's rows, in points: of headers, larger texts and texts that wrap.

Excel would fit some of them by itself, other programs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Final

from sheets.surfaces.look import HEIGHTS, LINE_HEIGHT, wraps
from sheets.tabs.layout import Tab, Table

MOST_LINES: Final = 8


def heights_of(tab: Tab, widths: Mapping[int, float]) -> dict[int, float]:
    """The height of each row that has one. widths: of columns, in signs."""
    heights: dict[int, float] = {}
    for block in tab.blocks:
        content = block.content
        if isinstance(content, Table):
            for row, lines in lines_of(content).items():
                heights[block.row + 1 + row] = LINE_HEIGHT * min(MOST_LINES, lines) + 2
            # Three characters less for the filter's button.
            lines = max(ceil(len(one.header) / max(3, one.width - 3)) for one in content.columns)
            height = LINE_HEIGHT * min(4, lines) + 5
        else:
            height = HEIGHTS.get(content.style, 0)
            if content.span > 1 and isinstance(content.value, str) and content.style not in HEIGHTS:
                wide = sum(widths.get(place, 8.43) for place in range(block.column, block.column + content.span))
                lines = sum(ceil(max(1, len(line)) / wide) for line in content.value.splitlines())
                height = LINE_HEIGHT * lines + 2 if lines > 1 else 0
        heights[block.row] = max(heights.get(block.row, 0), height)
    return {row: height for row, height in heights.items() if height}


def lines_of(table: Table) -> dict[int, int]:
    """Rows of a table, from 0, in which a text takes more than one line."""
    found: dict[int, int] = {}
    for column in table.columns:
        if not wraps(column):
            continue
        for row, value in enumerate(column.values):
            if isinstance(value, str) and (len(value) > column.width or "\n" in value):
                lines = sum(ceil(max(1, len(line)) / column.width) for line in value.split("\n"))
                found[row] = max(found.get(row, 1), lines)
    return found
