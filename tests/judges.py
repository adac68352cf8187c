"""Judges from outside: LibreOffice recalculates and draws a workbook that we wrote. Tests skip where it is missing."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

# Recalculates every formula on opening. By default it shows the values that the file has cached.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


class LibreOffice:
    """LibreOffice with a profile of its own, so that it meets no other that runs."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("soffice")
        if program is None:
            pytest.skip("no judge for formulas here: install LibreOffice Calc, so that soffice is on the PATH")
        self._program = program
        self._folder = folder
        self._made = 0
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")

    def converted(self, path: Path, kind: str) -> Path:
        """The workbook as a file of another kind, in a folder of its own."""
        self._made += 1
        target = self._folder / str(self._made)
        profile = (self._folder / "profile").as_uri()
        command = [self._program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
        done = subprocess.run(
            [*command, "--outdir", str(target), str(path)], capture_output=True, text=True, timeout=300, check=False
        )
        made = target / f"{path.stem}.{kind}"
        assert made.exists(), f"LibreOffice made no {kind} of {path.name}: {done.stdout} {done.stderr}"
        return made


def tables_of(path: Path) -> dict[str, pd.DataFrame]:
    """Every table of a workbook as a reader that is not ours sees it; errors stand there as `#NAME?`."""
    workbook = openpyxl.load_workbook(path, data_only=True)
    found = {}
    for sheet in workbook.worksheets:
        for table in sheet.tables.values():
            header, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
            cells = [[None if value == "" else value for value in row] for row in rows]
            found[table.name] = pd.DataFrame(cells, columns=header, dtype=object)
    return found


def differences(cached: dict[str, pd.DataFrame], computed: dict[str, pd.DataFrame]) -> list[str]:
    """The cells of tables in which two readings differ, named as `Table[Header] row 3: 5 is 6`."""
    found = [f"table {name} is missing" for name in cached.keys() - computed.keys()]
    for name in cached.keys() & computed.keys():
        before, after = cached[name], computed[name]
        if list(before.columns) != list(after.columns) or len(before) != len(after):
            found.append(f"{name}: {list(before.columns)} x {len(before)} is {list(after.columns)} x {len(after)}")
            continue
        for header in before.columns:
            pairs = zip(before[header], after[header], strict=True)
            found.extend(
                f"{name}[{header}] row {row}: {one!r} is {other!r}"
                for row, (one, other) in enumerate(pairs, 1)
                if not _same(one, other)
            )
    return found


def drawn(libreoffice: LibreOffice, path: Path, dots: int = 60) -> list[Path]:
    """The workbook's printed pages as pictures, in their order."""
    program = shutil.which("pdftoppm")
    if program is None:
        pytest.skip("no judge for colours here: install Poppler's programs, so that pdftoppm is on the PATH")
    pdf = libreoffice.converted(path, "pdf")
    subprocess.run([program, "-r", str(dots), "-png", str(pdf), str(pdf.with_suffix(""))], check=True, timeout=300)
    return sorted(pdf.parent.glob("*.png"))


def _same(one: object, other: object) -> bool:
    # LibreOffice keeps truth as the numbers 1 and 0, so True is 1 here.
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        # A file keeps 15 digits.
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs((one - other).total_seconds()) < 1
    return one == other


def profile_folder(base: Path) -> Path:
    """A folder for one process's profile: tests may run in several."""
    return base / f"libreoffice-{os.getpid()}"
