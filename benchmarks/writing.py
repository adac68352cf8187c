"""A new workbook, laid out and written, beside XlsxWriter's bare writing of the same cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from xlsxwriter.worksheet import Worksheet

from benchmarks.bare_writing import FormulasAsTheyAre, plain_tabs, write_bare
from benchmarks.made_brand import Place, made_brand
from benchmarks.page import Aim, Grid, Section, times
from benchmarks.text_storage import PYTHON, text_in
from benchmarks.timing import Timed, in_turns
from benchmarks.written_cells import Written, written
from sheets.engine.reconcile import reconcile
from sheets.surfaces.xlsx_new import write_new
from sheets.tabs.layout import Layout
from sheets.tabs.workbook import lay_out

MOST_OF_BARE: Final = 2.0
_PLANNERS: Final = ("Skubana", "Flieber")
_COUNTRIES: Final = ("US", "CA", "MX", "UK")
PLACES: Final = (
    *(Place(f"FBA {country}", country, "fba", "Seller Central", _PLANNERS) for country in _COUNTRIES),
    *(Place(f"3PL {country}", country, "3pl", "WMS", _PLANNERS) for country in _COUNTRIES),
)


@dataclass(frozen=True)
class _Size:
    """So many SKUs, beside a bare loop that writes to sheets of that kind."""

    skus: int
    bare: str
    kind: type[Worksheet]


# XlsxWriter as it comes spends most of its time on formulas: five times the SKUs would take a quarter of an hour.
SIZES: Final = (
    _Size(5_000, "bare XlsxWriter, formulas not searched", FormulasAsTheyAre),
    _Size(1_000, "bare XlsxWriter as it comes", Worksheet),
)


@dataclass(frozen=True)
class _Found:
    timed: dict[str, Timed]
    beside: dict[str, str]
    aim: Aim
    files: dict[str, Written]


def writing() -> Section:
    """Times of laying out and writing."""
    found = [_timed(size) for size in SIZES]
    timed = {name: one for each in found for name, one in each.timed.items()}
    beside = {name: other for each in found for name, other in each.beside.items()}
    files = {name: file for each in found for name, file in each.files.items()}
    return Section(
        "Writing",
        f"A new workbook with all its tabs, {len(PLACES)} locations, an authority and {len(_PLANNERS)} secondaries at "
        "each. The bare loop writes the same values and formulas, which lie ready as lists, over rows and columns with "
        "one format per column: no tables, no conditional formats, no widths. XlsxWriter as it comes searches every "
        "formula for some thirty new functions; `write_new` skips that, since ours use none of them. So it is timed "
        "beside a loop that skips it too, which is the harder aim, and at a smaller size beside one that does not. "
        "No first call is told apart here. The ratio is to the bare loop.",
        (times(timed, beside), _cells(files)),
        tuple(each.aim for each in found),
        tuple(_same(size, each) for size, each in zip(SIZES, found, strict=True)),
    )


def laying_out(skus: int, places: int) -> Callable[[], Layout]:
    """The task of laying out a brand with so many SKUs at so many of PLACES."""
    brand = made_brand(PLACES[:places], skus, skus)
    found = reconcile(brand.batch, brand.setup)
    return partial(lay_out, found, brand="Fernhill", refresh=1, when=datetime(2026, 10, 6, 9), who="benchmark")


def _timed(size: _Size) -> _Found:
    with text_in(PYTHON), TemporaryDirectory() as folder:
        lay = laying_out(size.skus, len(PLACES))
        layout = lay()
        tabs = plain_tabs(layout)
        ours, bare = Path(folder, "ours.xlsx"), Path(folder, "bare.xlsx")
        tasks = {
            "lay_out": lay,
            "write_new": partial(write_new, layout, ours),
            size.bare: partial(write_bare, tabs, bare, size.kind),
        }
        timed = in_turns(tasks, first_call=False)
        files = {"write_new": written(ours), size.bare: written(bare)}
    both = timed["lay_out"].plus(timed["write_new"])
    timed = {
        "lay_out": timed["lay_out"],
        "write_new": timed["write_new"],
        "lay_out and write_new": both,
        size.bare: timed[size.bare],
    }
    of = f", {size.skus:,} SKUs"
    return _Found(
        {name + of: one for name, one in timed.items()},
        {name + of: size.bare + of for name in timed},
        Aim(f"lay_out and write_new, times as long as {size.bare}{of}", both.median / timed[size.bare].median,
            MOST_OF_BARE),
        {name + of: file for name, file in files.items()},
    )  # fmt: skip


def _cells(files: dict[str, Written]) -> Grid:
    rows = [(name, f"{one.cells:,}", f"{one.formulas:,}", f"{one.bytes / 1e6:.1f}") for name, one in files.items()]
    return Grid(("In the file of", "Cells", "Formulas", "MB"), tuple(rows))


def _same(size: _Size, found: _Found) -> str:
    ours, bare = found.files.values()
    if (ours.cells, ours.formulas) == (bare.cells, bare.formulas):
        return f"{size.skus:,} SKUs: both files hold the same number of cells and of formulas."
    more, formulas = ours.cells - bare.cells, ours.formulas - bare.formulas
    return f"{size.skus:,} SKUs: the file of write_new has {more:+,} cells and {formulas:+,} formulas."
