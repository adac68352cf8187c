"""Every surface: what is written is what is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from sheets.surfaces.memory import Memory
from sheets.surfaces.surface import Surface
from sheets.surfaces.visible import frame_of_table
from sheets.surfaces.xlsx_file import XlsxFile
from sheets.tabs.layout import Block, Column, Layout, Tab, Table
from tests.excel.engine import installed
from tests.excel.in_excel import InExcel
from tests.google.emulator import Emulator
from tests.google.in_google import InGoogle

from .hands import Hands, hands_on


@pytest.fixture(params=["memory", "xlsx", "excel", "google"])
def surface(request, tmp_path: Path) -> Surface:
    if request.param == "memory":
        return Memory()
    if request.param == "xlsx":
        return XlsxFile(tmp_path / "master.xlsx")
    libreoffice = request.getfixturevalue("libreoffice")

    def recalculated(path: Path) -> Path:
        return libreoffice.converted(path, "xlsx")

    if request.param == "google":
        return InGoogle(Emulator(recalculated, tmp_path))
    installed(recalculated)
    return InExcel(tmp_path / "master.xlsx")


def _one(*columns: Column, policy="kept") -> Layout:
    return Layout((Tab("One", (Block(2, 1, Table("One", columns, (columns[0].header,), policy)),)),))


def _same(surface: Surface, layout: Layout) -> None:
    shown = surface.read()
    assert shown is not None
    assert set(shown.tables) == {table.name for tab in layout.tabs for table in tab.tables}
    for name, frame in shown.tables.items():
        expected = frame_of_table(layout.table(name))
        pd.testing.assert_frame_equal(frame, expected)
        for header in frame.columns:
            assert [type(value) for value in frame[header]] == [type(value) for value in expected[header]], header


def test_nothing_is_there_before_the_first_write(surface):
    """A surface that nothing was written to says so, and is not an empty workbook."""
    assert surface.read() is None


def test_what_is_written_is_read(surface, brand):
    """The same layout in gives the same visible tables out, types and all."""
    layout = brand()
    surface.write(layout)
    _same(surface, layout)


def test_writing_twice_shows_it_once(surface, brand):
    """A second write of the same layout changes nothing that is visible."""
    layout = brand()
    surface.write(layout)
    surface.write(layout)
    _same(surface, layout)


def _with(table: Table, rows: list[int], *, more: dict[str, list[object]] | None = None) -> Table:
    """The table with some of its rows, and other values in some columns."""
    columns = []
    for one in table.columns:
        formula = one.formula if one.formula is None or isinstance(one.formula, str) else [one.formula[r] for r in rows]
        values = (more or {}).get(one.header) or [list(one.values)[row] for row in rows]
        columns.append(replace(one, values=values, formula=formula, notes={}))
    return replace(table, columns=tuple(columns))


def test_a_gone_key_is_marked_and_its_numbers_go(surface, brand, positions):
    """In a kept table the row of a key that is no longer there stays, says GONE, and shows no number of ours."""
    marked = replace(positions, gone="Order?")
    surface.write(brand(marked))
    surface.write(brand(_with(marked, [0, 2])))
    frame = surface.read().tables["Positions"]
    assert frame["SKU"].tolist() == list(positions.column("SKU").values)
    gone = frame[frame["Order?"] == "GONE"]
    assert len(gone) == positions.rows - 2
    assert gone[["Key", "Units", "Over $"]].isna().all(axis=None)
    assert frame["Note"].tolist() == positions.column("Note").values
    surface.write(brand(marked))
    _same(surface, brand(marked))


WORK: dict[str, Callable[[Hands], None]] = {
    "nothing": lambda hands: None,
    "shuffle": lambda hands: hands.shuffles(),
    "insert around": lambda hands: hands.inserts(),
    "swap columns": lambda hands: hands.swaps_columns(),
    "hide": lambda hands: hands.hides(),
    "filter": lambda hands: hands.filters(),
    "rename": lambda hands: hands.renames(),
    "all": lambda hands: [each() for each in (hands.inserts, hands.shuffles, hands.swaps_columns, hands.filters,
                                              hands.renames, hands.hides)],
}  # fmt: skip


@pytest.mark.parametrize("policy", ["kept", "laid anew"])
@pytest.mark.parametrize("work", WORK)
def test_users_work_and_a_refresh_get_on(surface, brand, positions, work, policy):
    """After each kind of work each number is at its key, in the user's order or ours, with each of the user's cells."""
    table = replace(positions, policy=policy)
    skus = list(table.column("SKU").values)
    surface.write(brand(table))
    hands = hands_on(surface, "Positions")
    mine = hands.adds_column({sku: f"about {sku}" for sku in skus})
    WORK[work](hands)
    stood = surface.read().tables["Positions"]["SKU"].tolist()
    changed = _with(table, list(range(9)), more={"Units": [float(n) for n in range(100, 109)]})
    for _ in range(2):
        surface.write(brand(changed))
        shown = surface.read()
        frame = shown.tables["Positions"].set_index("SKU")
        assert frame.index.tolist() == (stood if policy == "kept" else skus)
        assert frame.loc[skus, "Units"].tolist() == list(range(100, 109))
        assert frame.loc[skus, mine].tolist() == [f"about {sku}" for sku in skus]
        assert frame.loc[skus, "Note"].tolist() == list(table.column("Note").values)
        for name in ("Settings", "Demand"):
            pd.testing.assert_frame_equal(shown.tables[name], frame_of_table(brand().table(name)))


def test_a_blank_row_between_stays(surface, brand, positions):
    """A row that a user inserted into a kept table is no key that is gone: nothing is written in it."""
    surface.write(brand())
    hands_on(surface, "Positions").inserts_inside()
    surface.write(brand(_with(positions, [8, *range(8)])))
    _same(surface, brand())


def test_new_keys_go_to_the_end(surface, brand, positions):
    """A key that is new stands after the rows that are there, with what the layout says in all columns."""
    surface.write(brand(_with(positions, [1, 2])))
    surface.write(brand(positions))
    frame = surface.read().tables["Positions"]
    skus = list(positions.column("SKU").values)
    assert frame["SKU"].tolist() == [*skus[1:3], skus[0], *skus[3:]]
    assert frame["Status"].tolist()[2] == "NEW"


@pytest.mark.parametrize(
    "text",
    ["007", "1E5", "=1+1", "+44", "-5", "@x", "a1", "A1", "TRUE", "#N/A", "2026-10-05", " lead", "trail ", "a\nb",
     "a\tb", "<&>\"'", "_x0041_", "日本 😀", "http://a.b/c", "1,5", "50%", "x" * 32_000, "a\rb", "a\x01b"],
)  # fmt: skip
def test_text_stays_what_it_is(surface, text):
    """Text that looks like a number, formula, date, link or error is read as the text that was written."""
    surface.write(_one(Column("SKU", [text])))
    assert surface.read().tables["One"]["SKU"].tolist() == [text]


def test_numbers_times_and_truth(surface):
    """Whole numbers are int, others float, times are naive datetimes, truth is bool."""
    values = [1, 1.0, 1.5, -3, 2**53, 1e-9, True, False, datetime(2026, 2, 28, 23, 59, 59), datetime(2026, 1, 1)]
    forms = ["number"] * 8 + ["time"] * 2
    columns = [Column(f"C{at}", [value], form) for at, (value, form) in enumerate(zip(values, forms, strict=True))]
    surface.write(_one(*columns))
    read = surface.read().tables["One"].iloc[0].tolist()
    assert read == values
    assert [type(value) for value in read] == [int, int, float, int, int, float, bool, bool, datetime, datetime]


def test_empty_cells_are_none(surface):
    """None, NaN and the empty text are empty cells, and never 0."""
    columns = [Column("SKU", ["a", "b", "c", "d"]), Column("Units", [None, float("nan"), "", 0], "whole")]
    surface.write(_one(*columns))
    assert surface.read().tables["One"]["Units"].tolist() == [None, None, None, 0]


def test_an_empty_table_has_no_rows(surface):
    """A table without rows is read as one without rows, with its headers."""
    surface.write(_one(Column("SKU", []), Column("Units", [], "whole", formula="=1")))
    frame = surface.read().tables["One"]
    assert list(frame.columns) == ["SKU", "Units"]
    assert len(frame) == 0


def test_what_was_read_is_a_copy(surface, brand):
    """Changing what was read changes nothing on the surface."""
    layout = brand()
    surface.write(layout)
    frame = surface.read().tables["Settings"]
    frame["Value"] = None
    _same(surface, layout)


def test_a_cell_cannot_hold_just_anything(surface):
    """A value that no cell can show is refused by name, not written as its representation."""
    with pytest.raises(TypeError, match="a cell cannot hold list"):
        surface.write(_one(Column("SKU", ["a"]), Column("Units", [[1]])))
    assert surface.read() is None
