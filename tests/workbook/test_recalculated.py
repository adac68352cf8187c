"""An independent program computes every formula of the workbook and must come to the engine's values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sheets.engine.reconcile import Reconciliation
from sheets.surfaces.xlsx_new import write_new
from sheets.tabs.layout import Column, Layout, Table

Changed = Callable[[Path], list[str]]


def written(layout: Layout, folder: Path) -> Path:
    path = folder / "workbook.xlsx"
    write_new(layout, path)
    return path


def test_the_demo_workbook_gives_every_cached_value_back(demo, lay, tmp_path, changed_by_recalculation: Changed):
    """A forced recalculation of the demo workbook changes no cell."""
    assert changed_by_recalculation(written(lay(demo), tmp_path)) == []


def test_the_large_workbook_gives_every_cached_value_back(large, lay, tmp_path, changed_by_recalculation: Changed):
    """A forced recalculation of 2,000 SKUs at 6 locations with 2 secondaries changes no cell, awkward SKUs included."""
    assert {"CHECK", "NO COUNT", "OK"} <= set(large.gaps["flag"])
    assert {"GO", "HOLD"} <= set(large.orders["order"])
    assert {"OVERSTOCK", "SHORT COVER", "NO RATE", "NO SALES"} <= set(large.segments["stock"])
    assert large.counts["kept"].any()
    assert large.segments["masked"].any()
    assert changed_by_recalculation(written(lay(large), tmp_path)) == []


@pytest.mark.parametrize(
    "table", ["Positions", "Counts", "Gaps", "Segments", "DailyCheck", "SKUs", "Demand", "Locations"]
)
def test_a_sorted_tab_gives_the_same_values(
    small: Reconciliation, lay, table, tmp_path, changed_by_recalculation: Changed
):
    """Rows shuffled on any one tab, as a buyer sorts them, leave every formula with its value."""
    assert changed_by_recalculation(written(_shuffled(lay(small), table), tmp_path)) == []


def _shuffled(layout: Layout, name: str) -> Layout:
    """The layout with one table's rows in another order, and look-ups' cached row numbers in step with it."""
    order = np.random.default_rng(3).permutation(layout.table(name).rows)
    now_at = np.empty(len(order), dtype=int)
    now_at[order] = np.arange(1, len(order) + 1)
    tabs = []
    for tab in layout.tabs:
        blocks = []
        for block in tab.blocks:
            content = block.content
            if isinstance(content, Table):
                columns = tuple(_pointing(column, name, now_at) for column in content.columns)
                if content.name == name:
                    columns = tuple(_taken(column, order) for column in columns)
                content = replace(content, columns=columns)
            blocks.append(replace(block, content=content))
        tabs.append(replace(tab, blocks=tuple(blocks)))
    return replace(layout, tabs=tuple(tabs))


def _pointing(column: Column, name: str, now_at: np.ndarray) -> Column:
    """A column of rows of the shuffled table, with the rows' new numbers."""
    if column.row_of != name:
        return column
    values = [
        now_at[int(value) - 1] if isinstance(value, (int, float)) and value == value else value
        for value in column.values
    ]
    return replace(column, values=values)


def _taken(column: Column, order: np.ndarray) -> Column:
    values = np.asarray(column.values, dtype=object)[order].tolist()
    formula = column.formula
    if formula is not None and not isinstance(formula, str):
        formula = [formula[at] for at in order]
    return replace(column, values=values, formula=formula)
