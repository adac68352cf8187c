"""A forced recalculation by LibreOffice, beside the same cells without formulas."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.page import Aim, Section, times
from benchmarks.timing import in_turns
from benchmarks.writing import laying_out
from sheets.surfaces.xlsx_new import write_new
from sheets.tabs.layout import Layout, Table

SKUS: Final = 2_000
PLACES: Final = 6
MOST_SECONDS: Final = 25.0
_ROUNDS: Final = 3
# Recalculates on opening; by itself LibreOffice shows the values that the file has cached.
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculating() -> Section:
    """Times of opening, recalculating and saving."""
    title = "Recalculation"
    did = (
        f"LibreOffice opens a workbook of {SKUS:,} SKUs x {PLACES} locations x 2 secondaries, recalculates every "
        "formula and saves it, as a whole process; beside it the same workbook with values in place of formulas."
    )
    program = which("soffice")
    if program is None:
        return Section(title, did, (), (), ("Not run: LibreOffice is not here.",))
    layout = laying_out(SKUS, PLACES)()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "user").mkdir()
        (place / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        tasks = {}
        for name, shown in (("with formulas", layout), ("values only", _values(layout))):
            path = place / f"{name.replace(' ', '-')}.xlsx"
            write_new(shown, path)
            tasks[name] = partial(_opened, program, path, place)
        timed = in_turns(tasks, _ROUNDS, first_call=False)
    seconds = timed["with formulas"].median
    aim = Aim("seconds to recalculate and save, median", seconds, MOST_SECONDS, "{:.1f}")
    return Section(title, did, (times(timed, dict.fromkeys(tasks, "values only")),), (aim,))


def _opened(program: str, path: Path, place: Path) -> None:
    profile = f"-env:UserInstallation={place.as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(place / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True)


def _values(layout: Layout) -> Layout:
    """The layout with the engine's values and no formula."""
    tabs = []
    for tab in layout.tabs:
        blocks = []
        for block in tab.blocks:
            content = block.content
            if isinstance(content, Table):
                columns = tuple(replace(column, formula=None) for column in content.columns)
                content = replace(content, columns=columns)
            else:
                content = replace(content, formula=None)
            blocks.append(replace(block, content=content))
        tabs.append(replace(tab, blocks=tuple(blocks)))
    return replace(layout, tabs=tuple(tabs))
